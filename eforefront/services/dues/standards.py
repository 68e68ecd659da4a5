"""核定缴纳标准, and their yearly confirmation. Source: workflows.md 8.1; 党费规定 2–8, 10."""

import datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from eforefront import dues_rates
from eforefront.models import DuesConfirmation, DuesMonth, DuesStandard
from eforefront.models.dues_ledger import SETTLED
from eforefront.models.dues_standards import BASES
from eforefront.money import yuan
from eforefront.querysets.dues import without_standard
from eforefront.services.dues import months
from members.models import Member
from members.services.locking import record_of
from orgs.dates import add_months
from orgs.models import Organization
from orgs.services.parents import signature
from partyplatform import audit
from partyplatform.locks import still_tree_lock
from partyplatform.ui.stale import Stale
from transfers.codes import TransferState
from transfers.models import Transfer

NAMED = 10


@transaction.atomic
def set_standard(
    member: Member,
    *,
    by: audit.ActingRole,
    category: str,
    from_month: datetime.date,
    base: Decimal | None = None,
    fixed: Decimal | None = None,
    reason: str = "",
    last_known: int | None = None,
) -> DuesStandard:
    """Set what a member pays from one month on; months that are settled keep their amount.

    `last_known` is the standard the form was made from (0: none): `Stale` when another one came since. Raises
    `OutOfReach`, and ValidationError for amounts the rates do not allow and months nothing can be due in.
    """
    still_tree_lock()
    member = record_of(member, by=by)
    _refuse_member(member)
    latest = DuesStandard.objects.of_member(member).order_by("-pk").first()
    if last_known is not None and (latest.pk if latest else 0) != last_known:
        raise Stale([["月应缴", "", yuan(latest.monthly_fen) if latest else ""]])
    _check_month(member, from_month)
    due = dues_rates.monthly(category, from_month, base=base, fixed=fixed)
    standard = DuesStandard(
        member=member,
        organization=member.organization,
        category=category,
        rate=due.rate,
        monthly_fen=due.fen,
        from_month=from_month,
        reason=reason,
        by_name=signature(by),
    )
    if due.rate is not None:
        BASES.put(standard, f"{base:.2f}")
    standard.save(force_insert=True)
    months.keep([member.pk])
    _record(standard, latest, by=by)
    return standard


def _record(standard: DuesStandard, latest: DuesStandard | None, *, by: audit.ActingRole) -> None:
    """Keep what was set; of the base only that it was entered."""
    changes = [
        ["缴纳类别", latest.category_label if latest else "", standard.category_label],
        ["月应缴", yuan(latest.monthly_fen) if latest else "", yuan(standard.monthly_fen)],
        ["生效月份", "", standard.month_label],
    ]
    if standard.rate is not None:
        changes.append(["计算基数", "", "（已登记）"])
    member, place = standard.member, standard.organization_id
    audit.record(
        by, "eforefront.set_dues_standard", member, organization=place, changes=changes, reason=standard.reason
    )


def first_month_of(member: Member) -> datetime.date:
    """Return the month a first standard normally begins with: that of the branch meeting, or after 党费交至."""
    now = timezone.localdate().replace(day=1)
    least = least_month(member)
    return least if least and add_months(now, -12) <= least <= now else now


def least_month(member: Member) -> datetime.date | None:
    """Return the first month in which a member can owe anything at the platform's branches; None where unknown.

    入党日期 is the day of the branch meeting, from whose month on dues are paid (党费规定 8). Whoever arrived from
    outside has paid there until 党费交至.
    """
    known = [member.joined_on.replace(day=1)] if member.joined_on else []
    arrived = Transfer.objects.of(member).filter(state=TransferState.DONE, type="in").newest_first().first()
    if arrived is not None:
        known.append(add_months(arrived.dues_paid_to, 1))
    return max(known, default=None)


def settled_after(member: Member, month: datetime.date) -> list[datetime.date]:
    """Return the months from one on that are settled: a new standard leaves them as they are."""
    rows = DuesMonth.objects.of_member(member).filter(month__gte=month, state__in=SETTLED)
    return list(rows.order_by("month").values_list("month", flat=True))


@transaction.atomic
def confirm(branch: Organization, *, by: audit.ActingRole) -> DuesConfirmation:
    """Confirm the standards of all members of a branch for the present year, once.

    Raises ValidationError while an active member has no standard, and for a branch that collects nothing.
    """
    if not branch.holds_members or not branch.is_living:
        raise ValidationError("该党支部不收缴党费")
    year = timezone.localdate().year
    if missing := list(without_standard(branch.pk)[: NAMED + 1]):
        names = "、".join(member.name for member in missing[:NAMED])
        raise ValidationError(f"还有党员没有核定缴纳标准：{names}{'等' if len(missing) > NAMED else ''}")
    count = Member.objects.active().filter(organization=branch).count()
    if not count:
        raise ValidationError("该党支部没有党员，无需确认")
    try:
        with transaction.atomic():
            done = DuesConfirmation.objects.create(organization=branch, year=year, members=count, by_name=signature(by))
    except IntegrityError:
        found = DuesConfirmation.objects.of(branch).get(year=year)
        raise Stale([["年度确认", "", f"{year} 年已确认"]], who=found.by_name, when=found.at) from None
    changes = [["年度", "", str(year)], ["党员人数", "", str(count)]]
    audit.record(by, "eforefront.confirm_dues", done, organization=branch.pk, changes=changes)
    return done


def _refuse_member(member: Member) -> None:
    if not member.is_enrolled:
        raise ValidationError(f"{member.name}已不在党员名册中，不能核定党费标准")
    if not member.organization.holds_members:
        raise ValidationError("临时党支部和功能型党支部不收缴党费")


def _check_month(member: Member, month: datetime.date) -> None:
    now = timezone.localdate().replace(day=1)
    if month > add_months(now, months.AHEAD):
        raise ValidationError({"from_month": f"生效月份不能晚于 {add_months(now, months.AHEAD):%Y-%m}"})
    if month < add_months(now, -24):
        raise ValidationError({"from_month": f"生效月份不能早于 {add_months(now, -24):%Y-%m}"})
    least = least_month(member)
    if least and month < least:
        raise ValidationError({"from_month": f"{member.name}从 {least:%Y-%m} 起缴纳党费，生效月份不能更早"})
