"""What the branch of the demonstration has to see to: matters that went through the services."""

import datetime

from accounts.models import RoleGrant
from members.models import Member, Post
from members.procedures import ABROAD, FLOW, LOST, RETENTION
from members.services import matters
from orgs.dates import add_months

_CONTACT = {"contact_name": "王示例", "phone": "10000000001"}


def tell(branch: RoleGrant, upper: RoleGrant, *, today: datetime.date) -> None:
    """Let members of a branch flow out, get lost, go abroad and stay behind, all of it with something due."""
    held = Post.objects.open().values("member")
    people = Member.objects.active().filter(organization=branch.organization, category="1", user=None)
    free = list(people.filter(is_lost=False, is_floating=False, matters=None).exclude(pk__in=held).order_by("pk")[:5])
    tales = (_flowing, _missing, _leaving, _studying, _staying)
    for tale, member in zip(tales, free, strict=False):
        tale(member, branch, upper, today)


def _flowing(member: Member, branch: RoleGrant, upper: RoleGrant, today: datetime.date) -> None:
    where = {"region": "310104", "scope": "1", "cause": "1", "occupation": "技术人员", "certificate": "示流0001"}
    start = add_months(today, -7)
    matter = matters.begin(FLOW, FLOW.event("register"), member, by=branch, on=start, **where)
    host = {"host": "示例市第一社区党支部", **_CONTACT, "note": "已持流动党员活动证报到"}
    matters.advance(
        matter, FLOW.event("report"), by=branch, version=matter.version, on=start + datetime.timedelta(20), **host
    )


def _missing(member: Member, branch: RoleGrant, upper: RoleGrant, today: datetime.date) -> None:
    matter = matters.begin(LOST, LOST.event("register"), member, by=branch, on=add_months(today, -8), cause="4")
    for months, note in ((-6, "拨打登记电话，号码已停用"), (-3, "走访家庭住址，邻居称已搬离")):
        matter = matters.advance(
            matter, LOST.event("search"), by=branch, version=matter.version, on=add_months(today, months), note=note
        )


def _leaving(member: Member, branch: RoleGrant, upper: RoleGrant, today: datetime.date) -> None:
    going = {"way": "21", "country": "示例国甲", "degree": "博士", "ends_on": add_months(today, 37), **_CONTACT}
    matters.begin(ABROAD, ABROAD.event("apply"), member, by=branch, on=add_months(today, 1), **going)


def _studying(member: Member, branch: RoleGrant, upper: RoleGrant, today: datetime.date) -> None:
    left = add_months(today, -22)
    going = {"way": "13", "country": "示例国乙", "degree": "硕士", "ends_on": add_months(left, 24), **_CONTACT}
    matter = matters.begin(ABROAD, ABROAD.event("apply"), member, by=branch, on=left, **going)
    matter = matters.advance(matter, ABROAD.event("pass"), by=upper, version=matter.version, on=left)
    matters.advance(matter, ABROAD.event("file"), by=upper, version=matter.version, on=left)


def _staying(member: Member, branch: RoleGrant, upper: RoleGrant, today: datetime.date) -> None:
    since = add_months(today, -22)
    kept = {"ends_on": add_months(since, 24), **_CONTACT}
    matters.begin(RETENTION, RETENTION.event("register"), member, by=branch, on=since, **kept)
