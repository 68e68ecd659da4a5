"""The tiles of 首页, in the order of the manual's tabs; those of pages that do not exist yet are not shown."""

import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from accounts.powers import Power
from eforefront.gatherings import Kind, State
from eforefront.models import Applicant, DuesMonth, Gathering, News, Notice
from eforefront.tiles import Counted, Tile, enter_tile
from orgs.figures import Figures
from transfers.models import Transfer


def month_of(day: datetime.date) -> tuple[datetime.datetime, datetime.datetime]:
    """Return when a day's month begins and when the next one does."""
    first = day.replace(day=1)
    following = (first + datetime.timedelta(days=32)).replace(day=1)
    begin, end = (datetime.datetime.combine(each, datetime.time()) for each in (first, following))
    return timezone.make_aware(begin), timezone.make_aware(end)


def _members(counted: Counted, figures: Figures) -> str:
    return f"{figures.members} 人"


def _meetings(role: Any, day: datetime.date) -> dict[str, QuerySet]:
    rows = Gathering.objects.visible_to(role).of_kind(Kind.MEETING)
    return {"held_meetings": rows.held().between(*month_of(day))}


def _activities(role: Any, day: datetime.date) -> dict[str, QuerySet]:
    rows = Gathering.objects.visible_to(role).of_kind(Kind.ACTIVITY)
    return {"open_activities": rows.filter(state=State.PUBLISHED, ends_at__gt=timezone.now())}


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


def _dues(role: Any, day: datetime.date) -> dict[str, QuerySet]:
    return {"dues_open": DuesMonth.objects.visible_to(role).unpaid().filter(month=day.replace(day=1))}


def _development(role: Any, day: datetime.date) -> dict[str, QuerySet]:
    return {
        "developed": Applicant.objects.visible_to(role).open(),
        "steps_held": Applicant.objects.held_by(role).exclude(organization=role.organization_id),
    }


def _unread(counted: Counted, figures: Figures) -> str:
    return f"未读 {counted['unread_notices']} 条" if "unread_notices" in counted else "通知和支部动态"


# fmt: off
TILES = (
    Tile("党员信息",     "eforefront:members",     "users", Power.VIEW_MEMBERS,     1, _members),
    Tile("我的信息",     "own:record",             "user",  Power.VIEW_OWN_RECORD,  1, lambda found, of: "查看和更正",
         unless=Power.VIEW_MEMBERS),
    Tile("组织生活",     "eforefront:meetings",    "meet",  Power.VIEW_GATHERINGS,  2,
         lambda found, of: f"本月已开展 {found['held_meetings']} 次", _meetings),
    Tile("支部活动",     "eforefront:activities",  "flag",  Power.VIEW_GATHERINGS,  3,
         lambda found, of: f"进行中 {found['open_activities']} 项", _activities),
    Tile("党员发展",     "eforefront:applicants",  "grow",  Power.VIEW_DEVELOPMENT, 4,
         lambda found, of: f"办理中 {found['developed']} 人", _development, "steps_held"),
    Tile("组织关系转接", "transfers:waiting",      "swap",  Power.VIEW_TRANSFERS,   5,
         lambda found, of: f"转入 {found['arriving']} 件，转出 {found['leaving']} 件", _transfers, "transfers_waiting"),
    Tile("我的转接",     "transfers:own",          "swap",  Power.VIEW_OWN_RECORD,  5, lambda found, of: "办理进度",
         unless=Power.VIEW_TRANSFERS),
    Tile("党费收缴",     "eforefront:dues_sums",   "archive", Power.VIEW_DUES,      6,
         lambda found, of: f"本月待缴 {found['dues_open']} 人", _dues),
    Tile("我的党费",     "eforefront:own_dues",    "archive", Power.VIEW_OWN_RECORD, 6,
         lambda found, of: "标准和缴纳记录", unless=Power.VIEW_DUES),
    Tile("我的组织生活", "eforefront:my_meetings", "meet",  Power.VIEW_OWN_RECORD,  2,
         lambda found, of: "参加、请假和学时", unless=Power.VIEW_GATHERINGS),
    Tile("通知动态",     "eforefront:notices",     "bell",  Power.USE_PORTAL,       7,
         _unread, _notices, "news_waiting"),
)
# fmt: on
for _tile in TILES:
    enter_tile(_tile)
