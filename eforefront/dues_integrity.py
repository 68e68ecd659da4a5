"""The balance of dues: ledger = months = receipts = sums. `manage.py check_integrity` proves it."""

from collections.abc import Iterator
from itertools import chain, groupby
from operator import itemgetter

from django.db import connection
from django.db.models import Count, F, Max, Q, Sum

from eforefront import dues_triggers
from eforefront.models import DuesEntry, DuesMonth, DuesReceipt, DuesSeries, DuesSubtotal, DuesTotal
from eforefront.services.dues.counting import below, counted
from eforefront.services.dues.totals import NAMES
from partyplatform.integrity import invariant

_CHUNK = 2000


@invariant("党费：每月实缴与明细相符，没有重复缴纳")
def months_are_what_was_paid() -> Iterator[str]:
    """The lines of each member and month add up to what the month says, at the branch that collects it."""
    paid = DuesEntry.objects.filter(month__isnull=False).order_by().values("member", "month")
    sums = {
        (row["member"], row["month"]): row["sum"]
        for row in paid.annotate(sum=Sum("amount_fen")).filter(~Q(sum=0)).iterator(_CHUNK)
    }
    for row in DuesMonth.objects.filter(paid_fen__gt=0).order_by("pk").iterator(chunk_size=_CHUNK):
        if (found := sums.pop((row.member_id, row.month), 0)) != row.paid_fen:
            yield f"党费月份 {row.pk}：实缴 {row.paid_fen} 分，明细合计 {found} 分"
    for (member, month), found in sorted(sums.items()):
        yield f"党员 {member}：{month:%Y-%m} 有明细 {found} 分，但该月不是已缴"


@invariant("党费：收据金额等于明细合计，冲正与原收据相抵")
def receipts_are_their_lines() -> Iterator[str]:
    """Both sides are read in one order, each by a statement of its own: the lines may lie on other machines than the
    receipts (docs/scaling.md)."""
    lines = DuesEntry.objects.order_by("receipt").values_list("receipt", "member").annotate(sum=Sum("amount_fen"))
    grouped = groupby(lines.iterator(chunk_size=_CHUNK), key=itemgetter(0))
    found = ((pk, [line[1:] for line in group]) for pk, group in grouped)
    left = next(found, None)
    receipts = DuesReceipt.objects.order_by("pk").values_list("pk", "member", "total_fen")
    for pk, member, total_fen in receipts.iterator(chunk_size=_CHUNK):
        while left is not None and left[0] < pk:
            yield f"收据 {left[0]}：只有明细，没有收据"
            left = next(found, None)
        own = left[1] if left is not None and left[0] == pk else []
        if own != [(member, total_fen)]:
            yield f"收据 {pk}：金额与明细不符"
        left = next(found, None) if own else left
    yield from (f"收据 {pk}：只有明细，没有收据" for pk, _ in chain([left] if left is not None else [], found))
    odd = DuesReceipt.objects.filter(reverses__isnull=False).exclude(total_fen=-F("reverses__total_fen"))
    for row in odd.order_by("pk").iterator(chunk_size=_CHUNK):
        yield f"收据 {row.pk}（{row.label}）：与被冲正的收据不相抵"


@invariant("党费：收据编号连续，不重不漏")
def numbers_have_no_gaps() -> Iterator[str]:
    given = DuesReceipt.objects.order_by().values("organization", "year").annotate(n=Count("pk"), most=Max("number"))
    last = {(row.organization_id, row.year): row.last for row in DuesSeries.objects.iterator(chunk_size=_CHUNK)}
    for row in given.iterator(chunk_size=_CHUNK):
        place = (row["organization"], row["year"])
        if not row["n"] == row["most"] == last.pop(place, None):
            yield f"党组织 {place[0]}：{place[1]} 年的党费收据编号不连续"
    yield from (f"党组织 {place[0]}：{place[1]} 年的党费收据编号不连续" for place, number in last.items() if number)


@invariant("党费：各党支部合计与月份、明细相符")
def sums_are_right() -> Iterator[str]:
    found = counted()
    for row in DuesTotal.objects.order_by("pk").iterator(chunk_size=_CHUNK):
        right = found.pop((row.organization_id, row.year, row.month), [0] * len(NAMES))
        if right != [getattr(row, name) for name in NAMES]:
            yield f"党组织 {row.organization_id}：{row.year}-{row.month:02d} 的党费合计不符"
    for (organization, year, month), numbers in sorted(found.items()):
        if any(numbers):
            yield f"党组织 {organization}：缺少 {year}-{month:02d} 的党费合计"


@invariant("党费：上级党组织的合计等于下级合计之和")
def subtotals_are_right() -> Iterator[str]:
    right = below()
    for row in DuesSubtotal.objects.order_by("pk").iterator(chunk_size=_CHUNK):
        found = right.pop((row.year, row.month, row.organization_id), None) or [0] * len(NAMES)
        if found != [getattr(row, name) for name in NAMES]:
            yield f"党组织 {row.organization_id}：{row.year}-{row.month:02d} 的下级党费合计不符"
    for (year, month, organization), numbers in sorted(right.items()):
        if any(numbers):
            yield f"党组织 {organization}：缺少 {year}-{month:02d} 的下级党费合计"


@invariant("党费：明细和收据只能追加")
def ledger_is_append_only() -> list[str]:
    return [f"数据库触发器 {name} 缺失" for name in dues_triggers.missing(connection)]


@invariant("党费：临时和功能型党支部不收缴党费")
def only_lasting_branches_collect() -> Iterator[str]:
    rows = DuesMonth.objects.filter(Q(organization__is_functional=True) | ~Q(organization__org_type__in=["631", "632"]))
    for place in rows.order_by("organization").values_list("organization", flat=True).distinct():
        yield f"党组织 {place}：不应收缴党费"
