"""党籍管理 as a table: what can happen to a membership, to whom, decided by whom, with what effect.

Forms, buttons, the list and the tests are made from `ACTS`. Source: screens.md 2.6; workflows.md 4.3, 5.1.
"""

from dataclasses import dataclass
from typing import Any

from accounts.powers import Power
from members.codes import MembershipStatus, PersonCategory

S, C = MembershipStatus, PersonCategory
NORMAL, SUSPENDED = (S.NORMAL,), (S.SUSPENDED,)
ENROLLED, GONE = (S.NORMAL, S.SUSPENDED), (S.EXPELLED, S.DECEASED, S.OTHER)


@dataclass(frozen=True, slots=True)
class Act:
    """One act. `statuses` and `category` say to whom it can happen, `status` and `to_category` what comes of it.

    `kind` is the 增加 or 减少方式 of the history; `asks` names further fields of the form; `needs` is the power of
    whoever decides.
    """

    slug: str
    label: str
    statuses: tuple[S, ...]
    needs: Power
    category: C | None = None
    status: S | None = None
    to_category: C | None = None
    kind: str = ""
    asks: tuple[str, ...] = ()
    dated: str = "日期"
    reasoned: bool = False  # the form asks for a reason

    def suits(self, member: Any) -> bool:
        """Say whether the act can happen to a member as it stands."""
        return member.status in self.statuses and self.category in (None, member.category)


_EXPELLING = ("expel_kind",)
D, K = Power.DECIDE_MEMBERSHIP, Power.KEEP_MEMBERSHIP
# fmt: off
ACTS = {act.slug: act for act in (
    #    slug         label               to whom             decides  what comes of it                  date
    Act("confirm",   "预备党员转正",     NORMAL,    D, C.PROBATIONARY, to_category=C.FULL,           dated="转正日期"),
    Act("extend",    "延长预备期",       NORMAL,    D, C.PROBATIONARY, asks=("months",),             dated="决定日期"),
    Act("annul",     "取消预备党员资格", NORMAL,    D, C.PROBATIONARY, status=S.EXPELLED, kind="1",  dated="批准日期"),
    Act("rectify",   "限期改正",         NORMAL,    D, asks=("until",), reasoned=True,               dated="决定日期"),
    Act("suspend",   "停止党籍",         NORMAL,    K, status=S.SUSPENDED, kind="2",                 dated="停止日期"),
    Act("resume",    "恢复党籍",         SUSPENDED, K, status=S.NORMAL, kind="21", reasoned=True,    dated="恢复日期"),
    Act("expel",     "出党",             ENROLLED,  D, status=S.EXPELLED, kind="1", asks=_EXPELLING, dated="出党日期"),
    Act("decease",   "死亡",             ENROLLED,  K, status=S.DECEASED, kind="3",                  dated="死亡日期"),
    Act("strike",    "误录删除",         ENROLLED,  D, status=S.OTHER, kind="9", reasoned=True,      dated="删除日期"),
    Act("seniority", "党龄校正",         NORMAL,    D, C.FULL, asks=("correction",),                 dated="认定日期"),
    Act("restore",   "还原",             GONE,      D, status=S.NORMAL, kind="22", reasoned=True,    dated="还原日期"),
)}
# fmt: on


def acts_for(member: Any, role: Any) -> list[Act]:
    """Return what a role may do with the membership of a member it manages."""
    return [act for act in ACTS.values() if act.suits(member) and role.can(act.needs)]
