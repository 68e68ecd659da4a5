"""P9: other rules of completeness for every record, and how long a statement of it holds its locks."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from bench import database
from bench.lines import Line
from bench.people import administrator
from members.completeness import DEFAULTS, NEVER, chosen
from members.models import Member, RuleVersion
from members.services import rescoring, rules
from orgs.models import Organization

AIMED_AT = 2_400_000  # records, for which two minutes are allowed
ALLOWED = 120


def lines() -> Iterator[Line]:
    """Leave 职称 out, which changes the score of everybody."""
    where = database.label()
    wanted = chosen((rule.field, NEVER if rule.field == "title" else rule.condition) for rule in DEFAULTS)
    by = administrator(Organization.objects.get(parent=None))
    version = rules.put_in_force(wanted, version=0, reason="性能测试", by=by)
    held = _Held()
    began = time.perf_counter()
    with held.watching():
        changed = rescoring.rescore(version)
        rescoring.finish(version)
    spent = time.perf_counter() - began
    count = Member.objects.count()
    if changed != count or RuleVersion.objects.in_force().is_scoring:
        raise RuntimeError("somebody was left out")
    whole = spent * AIMED_AT / count
    yield Line(f"P9 新的完整度规则用于 {count:,} 名党员 · {where}", spent, "s", ALLOWED * count / AIMED_AT)
    yield Line(f"P9 折合 240 万名 · {where}", whole, "s", ALLOWED)
    yield Line(f"P9 持锁最久的语句 · {where}", held.statement * 1000, "ms", 1000)
    yield Line(f"P9 持锁最久的事务 · {where}", held.transaction * 1000, "ms")


class _Held:
    """The longest statement that locks rows, and the longest transaction around such statements."""

    statement = transaction = 0.0

    @contextmanager
    def watching(self) -> Iterator[None]:
        score = rescoring._score

        def timed(*arguments: Any) -> None:
            began = time.perf_counter()
            with connection.execute_wrapper(self):  # each thread has a connection of its own
                score(*arguments)
            self.transaction = max(self.transaction, time.perf_counter() - began)

        rescoring._score = timed
        try:
            yield
        finally:
            rescoring._score = score

    def __call__(self, execute: Any, sql: str, *arguments: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, *arguments)
        finally:
            if "FOR NO KEY UPDATE" in sql or "UPDATE " in sql[:200] or sql.startswith("INSERT"):
                self.statement = max(self.statement, time.perf_counter() - began)
