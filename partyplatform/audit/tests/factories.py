"""Small objects for tests of the audit."""

from dataclasses import dataclass

from django.db import connection, transaction

from partyplatform import audit
from partyplatform.audit import triggers


@dataclass(frozen=True)
class Actor:
    """An acting role as far as the audit reads it."""

    user_uid: str = "0b9c1f7e-0000-4000-8000-000000000001"
    user_name: str = "周敏"
    label: str = "党总支管理员"
    organization_id: int | None = 17
    organization_name: str = "信息学院党总支"


def write(count, **details):
    """Record `count` acts in one transaction and return them."""
    with transaction.atomic():
        return audit.record_many(
            [audit.Act(by=Actor(), action="test.act", reason=f"第 {n} 次", **details) for n in range(1, count + 1)]
        )


def tamper(statement, *values):
    """Change the tables behind the platform's back, as somebody with the database password would."""
    triggers.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        changed = cursor.rowcount
    triggers.install(connection)
    return changed
