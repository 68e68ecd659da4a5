"""组织关系信息 of a member's record: the transfer that is under way, and where it is. Source: screens.md 2.5."""

from typing import Any

from members.told import Fact, tells
from transfers.models import Transfer


@tells("places")
def under_way(member: Any) -> list[Fact]:
    running = Transfer.objects.open_of(member).select_related("holder").first()
    if running is None:
        return [("在办转接", "无")]
    sides = f"{running.source_name} → {running.target_name}"
    return [("在办转接", f"{running.get_type_display()} {running.number}（{sides}），当前环节：{running.stage_label}")]
