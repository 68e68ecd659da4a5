"""The case of a stored applicant: what `guards`, `marks` and `steps` are asked about."""

import datetime
from typing import Any

from django.db.models import Count

from eforefront.development.cases import Case, Done
from eforefront.development.limits import limit
from eforefront.development.states import Deed, Sponsor, State
from eforefront.development.voters import UNDER_PROBATION, voters_of
from eforefront.models import Applicant, DevelopmentRecord, Sponsorship
from members import admissions
from members.codes import MembershipStatus, PersonCategory
from members.models import Penalty
from members.services.pausing import reasons
from partyplatform.crypto import Undecipherable

MENTORING = "05"
_ASKED = (
    ("gender", "性别"),
    ("ethnicity", "民族"),
    ("born_on", "出生日期"),
    ("education", "最高学历"),
    ("job_post", "工作岗位"),
    ("phone_sealed", "联系方式"),
    ("address_sealed", "家庭住址"),
)
REQUIRED = {field.removesuffix("_sealed") for field, _ in _ASKED}
assert set(admissions.REQUIRED) - {"joined_on", "is_lost", "is_floating"} == REQUIRED


def records_of(applicant: Applicant) -> list[DevelopmentRecord]:
    return list(DevelopmentRecord.objects.of(applicant).select_related("organization"))


def steps_done(applicant: Applicant, records: list[DevelopmentRecord]) -> dict[str, DevelopmentRecord]:
    """Return {step: the line that counts} of the steps before the open one; of all where it is over."""
    rows = {row.step: row for row in records if row.deed == Deed.STEP}
    return {step: row for step, row in rows.items() if step < applicant.step or not applicant.is_open}


def case_of(applicant: Applicant, records: list[DevelopmentRecord] | None = None, **acting: Any) -> Case:
    """Return the case of an applicant; `acting` holds `may_approve` of whoever acts."""
    rows = records_of(applicant) if records is None else records
    done = {step: Done(row.on, row.outcome, _facts(row)) for step, row in steps_done(applicant, rows).items()}
    fit = fit_sponsors(applicant)
    return Case(
        born_on=applicant.born_on,
        done=done,
        observed=_days(rows, Deed.OBSERVATION),
        reported=_days(rows, Deed.REPORT),
        mentors=len(fit[Sponsor.MENTOR]),
        introducers=len(fit[Sponsor.INTRODUCER]),
        activist_on=applicant.activist_on,
        joined_on=applicant.joined_on,
        probation_ends_on=applicant.probation_ends_on,
        postponed_to=applicant.postponed_to,
        is_extended=applicant.is_extended,
        voters=voters_of(applicant.organization),
        missing=missing_items(applicant),
        busy=busy_mentors(applicant) if applicant.step == MENTORING else (),
        **acting,
    )


def missing_items(applicant: Applicant) -> tuple[str, ...]:
    """Return the labels of what the new record must say and the application does not."""
    if applicant.member_id is not None:
        return ()
    return tuple(label for field, label in _ASKED if not getattr(applicant, field))


def put_off(applicant: Applicant) -> str:
    """Return why the 预备期 ends later than usual, "" where it does not; `applicant` comes with member and profile."""
    if applicant.member is None or not hasattr(applicant.member, "profile"):
        return ""
    return "；".join(map(str, reasons(applicant.member, applicant.member.profile)))


def fit_sponsors(applicant: Applicant) -> dict[Sponsor, list[int]]:
    """Return {kind: members} of those who go along now and may: 正式党员 on the roll, not under 留党察看."""
    rows = (
        Sponsorship.objects.of(applicant)
        .present()
        .filter(member__status=MembershipStatus.NORMAL, member__category=PersonCategory.FULL)
    )
    found: dict[Sponsor, list[int]] = {kind: [] for kind in Sponsor}
    for kind, member in rows.values_list("kind", "member"):
        found[Sponsor(kind)].append(member)
    barred = under_probation([member for members in found.values() for member in members])
    return {kind: [member for member in members if member not in barred] for kind, members in found.items()}


def busy_mentors(applicant: Applicant) -> tuple[str, ...]:
    """Return the names of mentors named now who bring on more people than is usual."""
    own = Sponsorship.objects.of(applicant).present().filter(kind=Sponsor.MENTOR).values("member")
    rows = Sponsorship.objects.present().filter(kind=Sponsor.MENTOR, member__in=own, applicant__state=State.ACTIVE)
    counted = rows.values("member__name", "member").annotate(n=Count("pk")).filter(n__gt=limit("mentored"))
    return tuple(counted.order_by("member").values_list("member__name", flat=True))


def under_probation(members: list[int]) -> set[int]:
    """Return which of these are under 留党察看: no vote, and nobody's introducer."""
    if not members:
        return set()
    rows = Penalty.objects.filter(member__in=members, kind=UNDER_PROBATION, revoked_on=None, removed_at=None)
    return set(rows.values_list("member", flat=True))


def _facts(row: DevelopmentRecord) -> dict[str, Any]:
    try:
        return row.facts
    except Undecipherable:
        return {}


def _days(rows: list[DevelopmentRecord], deed: Deed) -> tuple[datetime.date, ...]:
    return tuple(row.on for row in rows if row.deed == deed)
