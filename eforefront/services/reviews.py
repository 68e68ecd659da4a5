"""组织生活会和民主评议 of a branch and year, step by step, until the results stand in the members' records.

Source: workflows.md 7.4; 支部条例 17, 18. Ballots are anonymous: only numbers come in here.
"""

import datetime
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.powers import Power
from eforefront.attendees import enrolled
from eforefront.models import Appraisal, CycleStep, ReviewCycle
from eforefront.review_steps import (
    BY_SLUG,
    EXCELLENT,
    FAILED,
    FILING,
    NO_GRADE,
    REPORT,
    STEPS,
    TO_IMPROVE,
    Step,
    most_excellent,
)
from members.codes import PersonCategory
from members.models import Review
from members.sections import TABLES
from members.services import sections
from orgs.models import Organization
from orgs.periods import refuse_closed
from orgs.services.parents import signature
from orgs.services.reach import hold_in_reach
from partyplatform import audit
from partyplatform.ui.stale import Stale

BALLOTS = ("excellent", "good", "basic", "failed")
FIELDS = ("takes_part", "absence", "appraised_self", "appraised_by_others", *BALLOTS, "grade", "handling", "opinion")


@transaction.atomic
def begin(organization: Organization, *, year: int, on: datetime.date, by: audit.ActingRole) -> ReviewCycle:
    """Open the cycle of a year; everybody enrolled takes part, 预备党员 without a grade."""
    organization = hold_in_reach(organization.pk, by=by)
    _refuse_strangers(organization.pk, by)
    today = timezone.localdate()
    if not organization.holds_members or not organization.is_living:
        raise ValidationError("民主评议以党员组织关系所在的党支部为单位开展")
    if not today.year - 1 <= year <= today.year:
        raise ValidationError({"year": f"可以开展 {today.year - 1} 或 {today.year} 年度的民主评议"})
    if on > today:
        raise ValidationError({"on": "开展日期不能晚于今天"})
    refuse_closed([organization.pk], on, field="on")
    cycle = ReviewCycle(organization=organization, year=year, began_on=on)
    cycle.full_clean()
    cycle.save(force_insert=True)
    people = [
        Appraisal(cycle=cycle, member=member, is_probationary=member.category == PersonCategory.PROBATIONARY)
        for member in enrolled(organization)
    ]
    for row in people:
        _settle(row)
    if not people:
        raise ValidationError("该党支部没有在册党员")
    Appraisal.objects.bulk_create(people)
    return _finish(cycle, 0, "开展民主评议", by=by, on=on, note=f"{len(people)} 名党员参加")


@transaction.atomic
def put(
    cycle: ReviewCycle, *, by: audit.ActingRole, version: int, rows: Mapping[int, Mapping[str, Any]]
) -> ReviewCycle:
    """Put down what the steps ask of each member, until the results are reported: {member: values of FIELDS}."""
    cycle = _taken(cycle, by=by, version=version)
    if cycle.step >= REPORT + 1:
        raise ValidationError("结果已上报，退回后才能修改")
    stored = {row.member_id: row for row in Appraisal.objects.of(cycle)}
    if set(rows) - set(stored):
        raise ValidationError("名单已有变化，请刷新页面后重试")
    names = []
    for member, values in rows.items():
        row = stored[member]
        before = {name: getattr(row, name) for name in FIELDS}
        for name in FIELDS:
            setattr(row, name, values.get(name, before[name]))
        _settle(row)
        if before != {name: getattr(row, name) for name in FIELDS}:
            row.full_clean(exclude=["cycle", "member"])
            row.save()
            names.append(row.member.name)
    if not names:
        return cycle
    return _finish(cycle, cycle.step, "登记评议情况", by=by, note=f"{len(names)} 名党员")


@transaction.atomic
def complete(
    cycle: ReviewCycle, *, by: audit.ActingRole, version: int, on: datetime.date, note: str = ""
) -> ReviewCycle:
    """End the present step; what it asks of each member must be there.

    Raises ValidationError with what is missing; with REVIEW_EXCELLENT_BAR also for more than a third of 优秀.
    """
    cycle = _taken(cycle, by=by, version=version)
    if cycle.is_over or cycle.step == FILING:
        raise ValidationError("结果由上级党组织审核入库")
    step = STEPS[cycle.step - 1]
    today = timezone.localdate()
    if not cycle.began_on <= on <= today:
        raise ValidationError({"on": f"日期应在 {cycle.began_on:%Y-%m-%d} 与今天之间"})
    rows = list(Appraisal.objects.of(cycle))
    if problem := _missing(step, rows):
        raise ValidationError(problem)
    if step.asks == "grades" and settings.REVIEW_EXCELLENT_BAR and (told := too_many_excellent(rows)):
        raise ValidationError(told)
    cycle.step += 1
    cycle.answer = ""
    return _finish(cycle, step.number, step.label, by=by, on=on, note=note)


@transaction.atomic
def send_back(cycle: ReviewCycle, *, by: audit.ActingRole, version: int, reason: str) -> ReviewCycle:
    """Give reported results back to the branch, to the step 评定意见."""
    cycle = _taken(cycle, by=by, version=version, above=True)
    if not reason:
        raise ValidationError({"reason": "请填写退回原因"})
    cycle.step, cycle.answer = BY_SLUG["grading"].number, reason
    return _finish(cycle, FILING, "退回", by=by, note=reason)


@transaction.atomic
def file(cycle: ReviewCycle, *, by: audit.ActingRole, version: int) -> ReviewCycle:
    """Write the results into 民主评议信息 of those who are still in the branch, and end the cycle.

    Raises ValidationError naming whoever has a result of that year already.
    """
    cycle = _taken(cycle, by=by, version=version, above=True)
    rows = [row for row in Appraisal.objects.of(cycle) if row.takes_part]
    stays = [row for row in rows if row.member.organization_id == cycle.organization_id and row.member.is_enrolled]
    taken = Review.objects.filter(member__in=[row.member_id for row in stays], year=cycle.year, removed_at=None)
    if names := list(taken.values_list("member__name", flat=True)):
        raise ValidationError(f"{'、'.join(names[:5])}已有 {cycle.year} 年度评议结果，请先在党员信息中核对")
    for row in stays:
        values = {"year": cycle.year, "grade": row.grade, "handling": row.handling}
        values["branch"] = cycle.organization.full_name[:100]
        sections.add(TABLES["reviews"], row.member, by=by, values=values)
    cycle.step, cycle.ended_on = FILING + 1, timezone.localdate()
    gone = [row.member.name for row in rows if row not in stays]
    note = f"{len(stays)} 人入库" + (f"；已不在本支部，未入库：{'、'.join(gone)}" if gone else "")
    return _finish(cycle, FILING, STEPS[FILING - 1].label, by=by, note=note[:300])


def too_many_excellent(rows: list[Appraisal]) -> str:
    """Return the sentence about more than a third of 优秀 among those graded, "" where there are not too many."""
    graded = [row for row in rows if row.takes_part and row.grade not in ("", NO_GRADE)]
    excellent = sum(row.grade == EXCELLENT for row in graded)
    most = most_excellent(len(graded))
    return (
        f"评定等次的党员 {len(graded)} 人，优秀 {excellent} 人，一般不超过三分之一（{most} 人）"
        if excellent > most
        else ""
    )


def _taken(cycle: ReviewCycle, *, by: audit.ActingRole, version: int, above: bool = False) -> ReviewCycle:
    hold_in_reach(cycle.organization_id, by=by)
    _refuse_strangers(cycle.organization_id, by, above=above)
    rows = ReviewCycle.objects.select_for_update(of=("self",), no_key=True).select_related("organization")
    stored = rows.get(pk=cycle.pk)
    if stored.version != version or (above and stored.step != FILING):
        raise Stale([["当前步骤", cycle.status.label, stored.status.label]])
    return stored


def _refuse_strangers(organization_id: int, by: audit.ActingRole, *, above: bool = False) -> None:
    own = organization_id == by.organization_id
    power = Power.REVIEW_GATHERINGS if above else Power.KEEP_GATHERINGS
    if not by.can(power) or own == above:  # type: ignore[attr-defined]
        raise PermissionDenied("民主评议由党支部开展，结果由上级党组织审核入库。")


def _settle(row: Appraisal) -> None:
    """Let what follows follow: 预备党员 and those who stay away get no grade, 不合格 is handled."""
    if not row.takes_part:
        row.appraised_self = row.appraised_by_others = False
        row.excellent = row.good = row.basic = row.failed = 0
        row.grade = row.handling = ""
        return
    row.absence = ""
    if row.is_probationary:
        if row.grade not in ("", NO_GRADE):
            raise ValidationError(f"{row.member.name}是预备党员，参加评议但不评定等次")
        row.grade = NO_GRADE  # nothing else can be chosen, so nobody is asked
    if row.grade == FAILED and not row.handling:
        row.handling = TO_IMPROVE
    if row.grade != FAILED:
        row.handling = ""


def _missing(step: Step, rows: list[Appraisal]) -> str:
    """Return what a step still asks for, with the first names, "" where nothing is missing."""
    part = [row for row in rows if row.takes_part]
    if without := [row.member.name for row in rows if not row.takes_part and not row.absence]:
        return _named("请填写未参加评议的原因", without)
    asked = {
        "own": ("请登记个人自评", lambda row: row.appraised_self),
        "mutual": ("请登记党员互评", lambda row: row.appraised_by_others),
        "ballots": ("请登记民主测评票数", lambda row: row.is_probationary or row.ballots > 0),
        "grades": ("请评定等次", lambda row: row.grade),
    }.get(step.asks)
    if asked is not None and (names := [row.member.name for row in part if not asked[1](row)]):
        return _named(asked[0], names)
    if step.asks == "ballots" and (names := [row.member.name for row in part if row.ballots > len(part)]):
        return _named(f"票数超过参加评议的 {len(part)} 人", names)
    return ""


def _named(text: str, names: list[str]) -> str:
    return f"{text}：{'、'.join(names[:5])}{'等' if len(names) > 5 else ''}"


def _finish(
    cycle: ReviewCycle,
    number: int,
    label: str,
    *,
    by: audit.ActingRole,
    on: datetime.date | None = None,
    note: str = "",
) -> ReviewCycle:
    cycle.version += 1
    cycle.save()
    day = on or timezone.localdate()
    CycleStep.objects.create(cycle=cycle, number=number, label=label, on=day, note=note, by_name=signature(by))
    changes = [["年度", "", str(cycle.year)], ["办理", "", label]]
    audit.record(
        by, "eforefront.review_cycle", cycle, organization=cycle.organization_id, changes=changes, reason=note[:200]
    )
    return cycle
