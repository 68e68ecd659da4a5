"""What an unfinished transfer stands against: changes of its branches, and of its member's record.

Source: manual part 4; workflows.md 2.3, 2.4, 11.
"""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.urls import reverse

from members.locks import locks_record
from orgs.guards import Act, Reason, blocks
from partyplatform.ui.refusals import Refusal
from transfers.models import Transfer

NAMED = 5


@blocks(Act.UPDATE)
def members_leaving(organizations: QuerySet) -> Iterator[Reason]:
    """A branch keeps its data while one of its members is on the way out."""
    yield from _named(Transfer.objects.unfinished().filter(source__in=organizations.order_by().values("pk")))


@blocks(Act.MOVE, Act.DISSOLVE, Act.MERGE, Act.UPGRADE, Act.STOP_HOLDING)
def transfers_open(organizations: QuerySet) -> Iterator[Reason]:
    """A branch keeps its place while somebody leaves it or is on the way to it, and an upper organisation while it
    decides about one."""
    yield from _named(Transfer.objects.open_at(organizations))


@locks_record
def on_the_way(member: Any) -> ValidationError | None:
    """人员类别, 党籍状态, 身份证号 and branch of a member wait for the end of the transfer."""
    running = Transfer.objects.open_of(member).first()
    if running is None:
        return None
    text = f"{member.name}有未办结的组织关系转接（{running.number}，{running.stage_label}），办结后才能变更"
    return Refusal(text, links=[("查看转接", "transfers:detail", {"pk": running.pk})])


def _named(transfers: QuerySet) -> Iterator[Reason]:
    """A reason for each of the first few, and one for the rest."""
    rows = list(transfers.select_related("source", "target", "holder").order_by("pk")[: NAMED + 1])
    for row in rows[:NAMED]:
        sides = f"{row.source_name} → {row.target_name}"
        text = f"{row.name}的{row.get_type_display()}（{sides}）尚未办结，当前环节：{row.stage_label}"
        yield Reason(text, f"查看{row.name}的转接", row.get_absolute_url())
    if len(rows) > NAMED:
        yield Reason(
            f"共有 {transfers.count()} 件组织关系转接尚未办结", "查看未办结工作", reverse("transfers:unfinished")
        )
