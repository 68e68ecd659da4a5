"""manage.py check_integrity: prove every invariant of the data."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from partyplatform.integrity import Invariant, invariants, read_only_snapshot
from partyplatform.uploads import StorageAway


class Command(BaseCommand):
    help = "核对全部数据不变量，只读；有问题时逐条列出并以 1 退出"
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        total = 0
        with read_only_snapshot():
            for invariant in invariants():
                problems = _found(invariant)
                self.stdout.write(f"{f'{len(problems)} 处问题' if problems else '通过'}  {invariant.title}")
                for problem in problems:
                    self.stdout.write(f"    {problem}")
                total += len(problems)
        if total:
            raise CommandError(f"共 {total} 处问题", returncode=1)


def _found(invariant: Invariant) -> list[str]:
    try:
        return list(invariant.problems())
    except StorageAway as away:
        return [f"没有核对：{away}"]
