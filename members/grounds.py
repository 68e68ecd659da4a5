"""What open matters propose for the membership: 停止党籍, and 自行脱党除名 two years later.

Source: workflows.md 5.1, 5.2, 5.4.
"""

import datetime
from typing import Any

from members.models import Matter, MatterStep
from members.procedures import State

SELF_EXPELLED = "51"  # 自行脱党除名 of expel_kind.csv


def may_suspend(matter: Matter, today: datetime.date) -> bool:
    """Say whether 停止党籍 can be proposed: a search of six months, five years abroad, are over."""
    is_reached = matter.limit_on is not None and matter.limit_on <= today
    return is_reached and matter.state in (State.LOST, State.KEPT)


def proposal(slug: str, member: Any, today: datetime.date) -> dict[str, Any]:
    """Return what the form of an act of 党籍管理 is filled with: {} where no matter proposes it."""
    for matter in Matter.objects.of(member).open():
        due = matter.limit_on is not None and matter.limit_on <= today
        if slug == "suspend" and may_suspend(matter, today):
            return {"on": today, "reason": _reason(matter)}
        if slug == "expel" and due and matter.state == State.STOPPED:
            return {"on": today, "expel_kind": SELF_EXPELLED, "reason": "停止党籍满 2 年，仍无法取得联系"}
    return {}


def _reason(matter: Matter) -> str:
    if matter.procedure == "abroad":
        return f"出国（境）满 5 年未回国（{matter.began_on:%Y-%m-%d} 出国，{matter.country}）"
    searches = MatterStep.objects.in_matters([matter]).filter(verb="search").count()
    tried = f"，查找 {searches} 次" if searches else ""
    return f"失去联系满 6 个月（{matter.began_on:%Y-%m} 起{tried}），仍无法取得联系"
