"""What must hold of the audit at any moment."""

from collections.abc import Iterable

from django.db import connection

from partyplatform.integrity import invariant

from .triggers import missing
from .verification import verify


@invariant("审计链完整")
def chain_is_whole() -> Iterable[str]:
    return verify()


@invariant("审计表只能追加")
def tables_are_append_only() -> Iterable[str]:
    return [f"数据库触发器 {name} 缺失" for name in missing(connection)]
