"""What must hold of the audit at any moment."""

from collections.abc import Iterable

from django.db import connection
from django.db.models import Exists, OuterRef

from partyplatform.integrity import invariant

from .models import Alarm, Level, Record
from .triggers import missing
from .verification import verify


@invariant("审计链完整")
def chain_is_whole() -> Iterable[str]:
    return verify()


@invariant("审计表只能追加")
def tables_are_append_only() -> Iterable[str]:
    return [f"数据库触发器 {name} 缺失" for name in missing(connection)]


@invariant("告警各有其审计记录")
def alarms_have_their_records() -> Iterable[str]:
    known = Record.objects.filter(pk=OuterRef("pk"), level=Level.ALARM)
    for number in Alarm.objects.filter(~Exists(known)).values_list("pk", flat=True).iterator():
        yield f"告警 {number} 没有级别为告警的审计记录"
