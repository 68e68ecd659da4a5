"""P4 and P11: every page, seen by an administrator of each height; in this process, without a network."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.test import Client
from django.urls import resolve, reverse
from django.utils.http import urlencode

from accounts.powers import Power
from bench import database, raw_pages
from bench.lines import Line, median, percentile, timed
from bench.people import Viewer, viewers
from members.models import Member
from orgs.models import Organization
from transfers.models import Transfer, TransferBatch

WARM, TIMES = 3, 20
MOST_STATEMENTS = 12
TICKED = 100  # members that are moved together


@dataclass
class Seen:
    """What the requests for one page by one viewer took, milliseconds."""

    page: str
    viewer: str
    times: list[float] = field(default_factory=list)
    statements: set[int] = field(default_factory=set)
    asked: list[tuple[str, Any]] = field(default_factory=list)  # the statements of the last request


def addresses(viewer: Viewer) -> dict[str, str]:
    """Return every page of the tree as this viewer would open it; those of an organisation for one below, if any."""
    own = viewer.role.organization
    other = own.get_descendants().living().order_by("-level", "pk").first() or own
    parent = own if other == own else other.parent
    one = {
        name: reverse(f"orgs:{name}", args=[other.pk]) for name in ("detail", "terms", "posts", "profile", "changes")
    }
    listed = reverse("orgs:list")
    pages = {
        "首页": reverse("orgs:home"),
        "列表": listed,
        "列表，下级党组织": f"{listed}?org={parent.pk}",
        "列表，所有下级，筛选": f"{listed}?org={own.pk}&everything=1&org_type=631",
        "列表，所有下级，末页": f"{listed}?org={own.pk}&everything=1&page=99999",
        "列表，关键字": f"{listed}?q=%E7%AC%AC%E4%B8%89%E5%85%9A",
        "组织信息": one["detail"],
        "届次": one["terms"],
        "班子成员": one["posts"],
        "扩展信息": one["profile"],
        "变动记录": one["changes"],
        "党员名册": reverse("members:list", args=[other.pk]),
        "换届提醒": reverse("orgs:ending_terms"),
        "换届事项": reverse("orgs:renewals"),
        "后台任务": reverse("jobs:list"),
    }
    pages["我的账号"] = reverse("accounts:account")
    if viewer.role.can(Power.GRANT_ROLES) and other != own:
        pages["党员权限配置，所有下级"] = f"{reverse('members:grants')}?org={own.pk}&everything=1"
        pages["授权管理"] = reverse("members:grant", args=[other.pk])
    if viewer.role.can(Power.ASK_PARENT_CHANGE):
        pages["上级变更"] = reverse("orgs:parent_changes")
    person = Member.objects.active().filter(organization__in=own.get_descendants(include_self=True)).first()
    pages |= {"完整度": reverse("members:completeness", args=[other.pk])}
    pages |= {"党员打印页": reverse("members:print", args=[person.pk])} if person else {}
    return pages | _open_to(viewer, LISTS)


# fmt: off
LISTS = {
    "流动党员": "members:flow",    "失联党员": "members:lost",        "出国（境）党员": "members:abroad",
    "暂留": "members:retention",   "困难党员": "members:hardships",   "提醒": "members:reminders",
    "信息审核": "members:reviews", "补录申请": "members:admissions",  "信息校核": "members:doubts",
    "疑似重复": "members:twins",   "党员导入": "members:imports",     "批量维护": "members:batches",
    "全项导出": "members:exports", "组合查询": "queries:build",       "查询结果，全体党员": "queries:result",
    "随机统计": "queries:table",   "已保存的查询": "queries:saved",
    "党员权限配置": "members:grants",   "授权总览": "accounts:grants",   "年度权限复核": "accounts:reviews",
    "账号管理": "accounts:accounts",   "待激活账号": "accounts:waiting", "发展党员权限": "orgs:development_rights",
    "数字证书": "accounts:certificates", "审计记录": "audit:records",    "告警": "audit:alarms",
}
PORTAL_LISTS = {
    "E先锋首页": "eforefront:home",       "E先锋党员信息": "eforefront:members",  "E先锋提醒": "eforefront:reminders",
    "待办转接": "transfers:waiting",      "未办结转接": "transfers:unfinished",   "即将办理": "transfers:coming",
    "转出历史记录": "transfers:left",     "转入历史记录": "transfers:arrived",    "审批记录": "transfers:records",
    "选择转出党员": "transfers:choose",
}
# fmt: on


def portal_addresses(viewer: Viewer) -> dict[str, str]:
    """Return the pages of 党员E先锋 that the viewer may open."""
    return _open_to(viewer, PORTAL_LISTS) | _transfers(viewer)


def _open_to(viewer: Viewer, lists: dict[str, str]) -> dict[str, str]:
    """Return those of the lists that the viewer has the power to open."""
    found = {title: reverse(name) for title, name in lists.items()}
    powers = {title: resolve(address).func.view_class.needs for title, address in found.items()}
    return {title: found[title] for title, needs in powers.items() if needs is None or viewer.role.can(needs)}


def see(viewer: Viewer) -> Iterator[Seen]:
    """Open every page, and the tree alone as htmx asks for it."""
    client = viewer.client()
    for page, address in addresses(viewer).items():
        yield _opened(client, page, viewer, address)
    headers = {"HX-Request": "true", "HX-Target": "tree"}
    yield _opened(client, "党组织机构树", viewer, reverse("orgs:list"), headers=headers)
    portal = viewer.of_portal()
    client = portal.client()
    for page, address in portal_addresses(portal).items():
        yield _opened(client, page, portal, address)


def _transfers(viewer: Viewer) -> dict[str, str]:
    """Return the pages of single transfers and batches, the last one of each kind in reach, and of ticking many."""
    rows = Transfer.objects.visible_to(viewer.role)
    found = {"转接详情，未办结": rows.unfinished(), "转接详情，已办结": rows.finished()}
    found |= {"批量转接结果": TransferBatch.objects.visible_to(viewer.role)}
    pages = {title: row.get_absolute_url() for title, rows in found.items() if (row := rows.order_by("-pk").first())}
    people = Member.objects.visible_to(viewer.role, few=True).active().order_by("pk")[:TICKED]
    ticked = urlencode([("ids", pk) for pk in people.values_list("pk", flat=True)])
    return pages | {"批量转接": reverse("transfers:batches"), "勾选转接": f"{reverse('transfers:many')}?{ticked}"}


def _opened(client: Client, page: str, viewer: Viewer, address: str, headers: dict[str, str] | None = None) -> Seen:
    seen = Seen(page, viewer.title)
    for number in range(WARM + TIMES):
        asked: list[tuple[str, Any]] = []
        with connection.execute_wrapper(_watch(asked)):
            began = time.perf_counter()
            response = client.get(address, headers=headers)
            response.getvalue()
            elapsed = (time.perf_counter() - began) * 1000
        if response.status_code != 200:
            raise RuntimeError(f"{page} ({viewer.title}): {address} answered {response.status_code}")
        if number >= WARM:
            seen.times.append(elapsed)
            seen.statements.add(len(asked))
            seen.asked = asked
    return seen


def _watch(asked: list[tuple[str, Any]]):
    def wrapper(execute, sql, params, many, context):
        asked.append((sql, params))
        return execute(sql, params, many, context)

    return wrapper


def lines() -> Iterator[Line]:
    where = database.label()
    people = viewers()
    found = [seen for viewer in people for seen in see(viewer)]
    for page in dict.fromkeys(seen.page for seen in found):
        slowest = max((seen for seen in found if seen.page == page), key=lambda seen: median(seen.times))
        yield Line(f"P4 {page}（{slowest.viewer}） · {where}", median(slowest.times), "ms", 50)
    late = max(found, key=lambda seen: percentile(seen.times, 0.95))
    yield Line(f"P4 p95 最慢的页：{late.page}（{late.viewer}） · {where}", percentile(late.times, 0.95), "ms", 100)
    busy = max(found, key=lambda seen: max(seen.statements))
    yield Line(f"P4 SQL 最多的页：{busy.page}（{busy.viewer}） · {where}", max(busy.statements), "条", MOST_STATEMENTS)
    changing = sum(len(seen.statements) > 1 for seen in found)
    yield Line(f"P4 SQL 条数不固定的页 · {where}", changing, "个", 0)
    for page, statements in (("列表", raw_pages.listed), ("组织信息", raw_pages.detail)):
        ratios = [_ratio(seen, statements, person) for person in people for seen in found if _is(seen, page, person)]
        yield Line(f"P4 {page}：SQL 时间与手写语句之比 · {where}", max(ratios), "×", 3)


def _is(seen: Seen, page: str, viewer: Viewer) -> bool:
    return (seen.page, seen.viewer) == (page, viewer.title)


def _ratio(seen: Seen, statements: Callable[..., None], viewer: Viewer) -> float:
    """Compare the statements of the page with those written by hand, each asked by themselves, in turn."""
    own = viewer.role.organization
    other = own.get_descendants().living().order_by("-level", "pk").first() or own
    key = viewer.client().session.session_key
    pairs = [
        (timed(lambda: _ask_again(seen)), timed(lambda: statements(key, viewer.role, other)))
        for _ in range(WARM + TIMES)
    ][WARM:]
    return median(page for page, _ in pairs) / median(plain for _, plain in pairs)


def _ask_again(seen: Seen) -> None:
    for sql, params in seen.asked:
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            cursor.fetchall()


def list_time() -> float:
    """Return the median of the whole list page for the administrator of everything, milliseconds."""
    viewer = viewers()[0]
    return median(_opened(viewer.client(), "列表", viewer, reverse("orgs:list")).times)


def growth(small: float) -> Iterator[Line]:
    """Compare with `small`, the same page at university scale on the same server."""
    count = Organization.objects.count()
    yield Line(f"P11 列表，600 → {count:,} 个党组织 · {database.label()}", list_time() / small, "×", 2)
