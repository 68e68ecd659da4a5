"""Notices and news of the last weeks, read by those who can log in and by many more. Deterministic."""

import datetime
from collections.abc import Collection, Sequence
from itertools import islice
from random import Random

from django.utils import timezone

from eforefront.demo.cast import Actor, Cast
from eforefront.demo.clock import days_ago
from eforefront.demo.transfers import Desk
from eforefront.models import Notice, NoticeRead
from eforefront.querysets.notices import audience
from eforefront.services import news as news_services
from eforefront.services import notices as services
from members.models import Member

READERS = 400  # rows of readings of one notice

CONCERNING = "各党总支、直属党支部：\n\n"
# Days ago, from where, range, title, text, pinned, receipt, days until it closes (None: open).
NOTICES = (
    (
        *(2, "top", "below", "关于做好 2026 年度党内统计工作的通知"),
        CONCERNING + "# 一、统计范围\n截至 12 月 31 日组织关系在册的全体党员和各级党组织。\n\n"
        "# 二、工作要求\n- 12 月 10 日前完成党员信息核对，信息完整度达到 **100%**\n- 12 月 20 日前完成表内、表间校核\n"
        "- 有疑问的，请与党委组织部联系\n\n请各单位高度重视，按时完成。",
        *(True, True, 20),
    ),
    (
        *(5, "top", "below", "关于开展党员信息完整度自查的通知"),
        CONCERNING + "请登录党内信息管理系统，逐人核对籍贯、职称、新社会阶层等常缺项目，于月底前补全。",
        *(False, False, 12),
    ),
    (
        *(24, "general", "below", "信息学院党总支 11 月学习安排"),
        "各党支部：\n\n- 第一周：学习上级文件\n- 第二周：专题党课\n- 第三周：主题党日\n- 第四周：组织生活会准备",
        *(False, False, None),
    ),
    (
        *(9, "general", "own", "党总支委员会会议通知"),
        "定于本周五 15:30 在报告厅召开总支委员会会议，请各位委员准时参加。",
        *(False, True, 5),
    ),
    (
        *(3, "branch", "own", "支部党员大会通知"),
        "定于下周三 14:00 召开支部党员大会，讨论预备党员转正事项。请全体党员参加，确有困难的请提前请假。",
        *(False, True, 7),
    ),
    (
        *(40, "top", "below", "关于规范组织关系转接材料的通知"),
        "转往市外的党员，请提前核对接收党组织全称和党费交至月份。介绍信有效期以信上所载为准。",
        *(False, False, None),
    ),
)
# Days ago, title, text, the steps taken.
NEWS = (
    (4, "支部开展“重温入党誓词”主题党日", "全体党员在校史馆重温入党誓词，参观校史展览。", ("submit", "release")),
    (11, "党员志愿者走进社区", "支部 12 名党员到学院路社区开展义务维修，服务居民 40 余户。", ("submit", "release")),
    (1, "专题党课：学习宪法", "支部书记讲授专题党课，党员结合工作交流体会。", ("submit",)),
    (6, "毕业班党员谈心谈话", "支委与毕业班党员逐一谈话，了解去向和困难。", ("submit", "send_back")),
    (0, "年终总结会筹备", "拟于下月召开。", ()),
)
# What the general branch reported to the committee above it.
NEWS_ABOVE = (
    (3, "信息学院党总支举办党员实践成果展", "12 个党支部展出一年来的实践成果，师生参观交流。", ("submit", "release")),
    (8, "信息学院党总支开展支部书记培训", "培训围绕“三会一课”记录、党费收缴和发展党员展开。", ("submit", "release")),
    (0, "信息学院党总支走访慰问离退休党员", "走访慰问离退休党员 18 人，听取意见建议。", ("submit",)),
)


def tell(cast: Cast, rng: Random) -> int:
    """Publish, read and report as the cast would; return how many notices there are."""
    desks = {
        "top": _desk(cast.top),
        "general": _desk(cast.general),
        "branch": _desk(next(actor for actor in cast.others if actor.title == "支部管理员")),
    }
    published = []
    for days, place, reach, title, body, pinned, receipt, closes in NOTICES:
        by = desks[place]
        closes_on = timezone.localdate() + datetime.timedelta(days=closes) if closes else None
        with days_ago(days):
            words = {"is_pinned": pinned, "needs_receipt": receipt, "closes_on": closes_on}
            notice = services.write(by=by, title=title, body=body, range=reach, **words)
            published.append(services.act(notice, "publish", by=by, version=notice.version))
    services.write(by=desks["general"], title="关于评选优秀共产党员的通知（征求意见稿）", body="……", range="below")
    with days_ago(15):
        wrong = services.write(
            by=desks["general"], title="关于调整学习时间的通知", body="时间改为周四。", range="below"
        )
        wrong = services.act(wrong, "publish", by=desks["general"], version=wrong.version)
    with days_ago(14):
        services.act(wrong, "withdraw", by=desks["general"], version=wrong.version, reason="时间有误，以新通知为准")
    for notice in published:
        _read(notice, rng, able=[actor.member for actor in cast.everybody])
    services.count_readers()
    _report(NEWS, desks["branch"], desks["general"])
    _report(NEWS_ABOVE, desks["general"], desks["top"])
    return len(published)


def _desk(actor: Actor) -> Desk:
    return Desk(actor.organization, actor.name)


def _read(notice: Notice, rng: Random, *, able: Collection[int]) -> None:
    """Let two thirds of those with an account, READERS at most, have read a notice; not those who can log in."""
    people = audience(Member.objects.active(), list(notice.targets.all())).filter(user__isnull=False)
    people = people.exclude(pk__in=able).order_by("pk")
    rows = []
    for member in islice((one for one in people.iterator() if rng.random() < 0.66), READERS):
        hours = rng.randrange(2, 48)
        read_at = min(notice.published_at + datetime.timedelta(hours=hours), timezone.now())
        told = read_at if notice.needs_receipt and rng.random() < 0.8 else None
        rows.append(
            NoticeRead(
                notice=notice,
                user_id=member.user_id,
                member=member,
                organization_id=member.organization_id,
                read_at=read_at,
                receipted_at=told,
            )
        )
    NoticeRead.objects.bulk_create(rows, batch_size=500)


def _report(told: Sequence[tuple], below: Desk, above: Desk) -> None:
    """Let one hand news in, and the one above decide about them."""
    for days, title, body, verbs in told:
        with days_ago(days):
            news = news_services.write(by=below, title=title, body=body)
            for verb in verbs:
                by = below if verb == "submit" else above
                reason = "请补充活动照片" if verb == "send_back" else ""
                news = news_services.act(news, verb, by=by, version=news.version, reason=reason)
