"""The tiles of 首页, in the order of the manual's tabs; those of pages that do not exist yet are not shown."""

import datetime
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone

from accounts.powers import Power
from eforefront import dues_cards
from eforefront.gatherings import HELD_STATES, OPEN_STATES, Kind
from eforefront.models import Applicant, Gathering, News, Notice
from eforefront.notice_workflow import WAITING
from eforefront.tiles import Linked, Tile, Told, enter_tile
from transfers.models import Transfer

Line = Sequence[str | Linked]


def month_of(day: datetime.date) -> tuple[datetime.datetime, datetime.datetime]:
    """Return when a day's month begins and when the next one does."""
    first = day.replace(day=1)
    following = (first + datetime.timedelta(days=32)).replace(day=1)
    begin, end = (datetime.datetime.combine(each, datetime.time()) for each in (first, following))
    return timezone.make_aware(begin), timezone.make_aware(end)


def months_list(first: datetime.date) -> str:
    """Return the address of the list of 组织生活 that was held in the month of a day."""
    begin, end = (timezone.localdate(moment) for moment in month_of(first))
    last = end - datetime.timedelta(days=1)
    query = {"state": HELD_STATES, "since": begin.isoformat(), "until": last.isoformat()}
    return reverse("eforefront:meetings", query=query)


def gatherings_list(kind: Kind, state: str) -> str:
    """Return the address of the list of 组织生活 or 支部活动 in a state or a group of them."""
    name = "eforefront:meetings" if kind == Kind.MEETING else "eforefront:activities"
    return reverse(name, query={"state": state})


def _open_activities() -> str:
    return gatherings_list(Kind.ACTIVITY, OPEN_STATES)


def _meetings(role: Any, day: datetime.date) -> dict[str, QuerySet]:
    rows = Gathering.objects.visible_to(role).of_kind(Kind.MEETING)
    return {"held_meetings": rows.held().between(*month_of(day)), **_waiting(role, Kind.MEETING)}


def _activities(role: Any, day: datetime.date) -> dict[str, QuerySet]:
    rows = Gathering.objects.visible_to(role).of_kind(Kind.ACTIVITY)
    return {"open_activities": rows.to_come(timezone.now()), **_waiting(role, Kind.ACTIVITY)}


def _waiting(role: Any, kind: Kind) -> dict[str, QuerySet]:
    """What the role's organisation has to write down, and to review: as the bell counts it."""
    rows, found = Gathering.objects.of_kind(kind), {}
    if role.can(Power.KEEP_GATHERINGS):
        found[f"{kind.name}_to_record"] = rows.waiting_for_record(role, timezone.now())
    if role.can(Power.REVIEW_GATHERINGS):
        found[f"{kind.name}_to_review"] = rows.waiting_for_review(role)
    return found


def _transfers(role: Any, day: datetime.date) -> dict[str, QuerySet]:
    return {
        "arriving": Transfer.objects.arriving(role).unfinished(),
        "leaving": Transfer.objects.leaving(role).unfinished(),
        "transfers_waiting": Transfer.objects.waiting_for(role, today=day),
    }


def _notices(role: Any, day: datetime.date) -> dict[str, QuerySet]:
    if not role.can(Power.PUBLISH_NOTICES):
        return {}  # the bell says it
    unread = Notice.objects.addressed_to(role).unread_by(role.user, day)
    return {"unread_notices": unread, "news_waiting": News.objects.waiting_for(role)}


def _dues(role: Any, day: datetime.date) -> dict[str, Subquery]:
    return {"dues_open": dues_cards.open_count(role.organization_id, day)}


def _development(role: Any, day: datetime.date) -> dict[str, QuerySet]:
    return {
        "developed": Applicant.objects.visible_to(role).open(),
        "steps_held": Applicant.objects.held_by(role).exclude(organization=role.organization_id),
    }


def _unfinished(way: str) -> str:
    return reverse("transfers:unfinished", query={"way": way})


def _line_of_transfers(told: Told) -> Line:
    arriving, leaving = (told.linked(name, _unfinished(name)) for name in ("arriving", "leaving"))
    return "转入 ", arriving, " 件，转出 ", leaving, " 件"


def _line_of_dues(told: Told) -> Line:
    address = dues_cards.open_address(told.role.organization, told.day)
    return "本月待缴 ", Linked(told.counted["dues_open"] or 0, address), " 人"


def _line_of_notices(told: Told) -> Line:
    if "unread_notices" not in told.counted:
        return ("通知和支部动态",)
    return "未读 ", told.linked("unread_notices", unread_list()), " 条"


def transfers_list() -> str:
    return reverse("transfers:waiting")


def unread_list() -> str:
    return reverse("eforefront:notices", query={"unread": "on"})


def news_list() -> str:
    """Return the address of the reports the own organisation decides about."""
    return reverse("eforefront:managed_news", query={"state": WAITING})


# fmt: off
TILES = (
    Tile("党员信息",     "eforefront:members",     "users", Power.VIEW_MEMBERS,     1,
         lambda told: (Linked(told.figures.members, reverse("eforefront:members")), " 人")),
    Tile("我的信息",     "own:record",             "user",  Power.VIEW_OWN_RECORD,  1, lambda told: ("查看和更正",),
         unless=Power.VIEW_MEMBERS),
    Tile("组织生活",     "eforefront:meetings",    "meet",  Power.VIEW_GATHERINGS,  2,
         lambda told: ("本月已开展 ", told.linked("held_meetings", months_list(told.day)), " 次"), _meetings),
    Tile("支部活动",     "eforefront:activities",  "flag",  Power.VIEW_GATHERINGS,  3,
         lambda told: ("未结束 ", told.linked("open_activities", _open_activities()), " 项"), _activities),
    Tile("党员发展",     "eforefront:applicants",  "grow",  Power.VIEW_DEVELOPMENT, 4,
         lambda told: ("办理中 ", told.linked("developed", reverse("eforefront:applicants")), " 人"), _development,
         "steps_held", lambda: reverse("eforefront:development_queues")),
    Tile("组织关系转接", "transfers:waiting",      "swap",  Power.VIEW_TRANSFERS,   5,
         _line_of_transfers, _transfers, "transfers_waiting", transfers_list),
    Tile("我的转接",     "transfers:own",          "swap",  Power.VIEW_OWN_RECORD,  5, lambda told: ("办理进度",),
         unless=Power.VIEW_TRANSFERS),
    Tile("党费收缴",     "eforefront:dues_sums",   "archive", Power.VIEW_DUES,      6, _line_of_dues, _dues),
    Tile("我的党费",     "eforefront:own_dues",    "archive", Power.VIEW_OWN_RECORD, 6,
         lambda told: ("标准和缴纳记录",), unless=Power.VIEW_DUES),
    Tile("我的组织生活", "eforefront:my_meetings", "meet",  Power.VIEW_OWN_RECORD,  2,
         lambda told: ("参加、请假和学时",), unless=Power.VIEW_GATHERINGS),
    Tile("我的活动", "eforefront:my_activities",   "flag",  Power.VIEW_OWN_RECORD,  3,
         lambda told: ("报名和签到",), unless=Power.VIEW_GATHERINGS),
    Tile("通知动态",     "eforefront:notices",     "bell",  Power.USE_PORTAL,       7,
         _line_of_notices, _notices, "news_waiting", news_list),
)
# fmt: on
for _tile in TILES:
    enter_tile(_tile)
