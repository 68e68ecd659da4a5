"""What a step does beside the history: the member record, the group, the roll. In the same transaction.

Everything that touches the roll goes through its own services, which keep counters, accounts, completeness and dues.
"""

import datetime
from typing import Any

from django.core.exceptions import ValidationError

from eforefront.development.cases import Case, Entry
from eforefront.development.states import Sponsor
from eforefront.development.steps import ADMITTING, CONFIRMING, DISCUSSING, RECOMMENDING, STEPS, Outcome, Step
from eforefront.models import Applicant, PartyGroup, Sponsorship
from eforefront.models.development import APPLICANT_ADDRESSES, APPLICANT_NUMBERS, APPLICANT_PHONES
from eforefront.services import groups
from members import membership
from members.acts import ACTS
from members.models import Member
from members.services.acts import carry_out_decided
from members.services.admissions import admit_from_development
from orgs.dates import add_months
from partyplatform import audit

GROUPING = "19"
_ITEMS = ("gender", "born_on", "ethnicity", "native_place", "education", "job_post", "joined_on")
_SEALED = (APPLICANT_NUMBERS, APPLICANT_PHONES, APPLICANT_ADDRESSES)


def before(applicant: Applicant, step: Step, outcome: Outcome, entry: Entry, *, by: audit.ActingRole) -> None:
    """What must be so when the next step opens: who was approved is a member from then on."""
    if step.number == RECOMMENDING:
        applicant.recommended = entry.facts["way"] if outcome.code == "pass" else ""
    if step.number == ADMITTING and outcome.code == "pass":
        applicant.member = _admit(applicant, on=entry.on, by=by)
        applicant.probation_ends_on = membership.probation_end(applicant)


def after(
    applicant: Applicant,
    step: Step,
    case: Case,
    entry: Entry,
    *,
    by: audit.ActingRole,
    group: PartyGroup | None,
) -> None:
    """What follows a step; the applicant is saved first, so that the roll's own announcements find it as it is now."""
    if step.number == GROUPING and group is not None:
        if group.organization_id != applicant.organization_id or group.closed_on is not None:
            raise ValidationError({"group": "请选择本支部的党小组"})
        groups.join(group, _member(applicant), by=by)
    if step.number == CONFIRMING:
        _DECIDED[case.done[DISCUSSING].outcome](applicant, case, entry, by=by)


def undo(applicant: Applicant, step: Step) -> None:
    """What a step that is open again had done: those it named go along no longer, nobody is recommended."""
    if step.number == RECOMMENDING:
        applicant.recommended = ""
    if step.sponsors is not None:
        for row in Sponsorship.objects.of(applicant).present().filter(kind=step.sponsors):
            row.until = row.since
            row.save(update_fields=["until"])


def decision_label(case: Case) -> str:
    """Return what 24 agrees to, in the words of 23."""
    found = STEPS[DISCUSSING].outcome(case.done[DISCUSSING].outcome)
    return f"同意{found.label}" if found else "同意"


def _admit(applicant: Applicant, *, on: datetime.date, by: audit.ActingRole) -> Member:
    """Let the application become a member record; what it alone knew goes over and is kept here no longer."""
    number, phone, address = (column.text(applicant) for column in _SEALED)
    values: dict[str, Any] = {name: getattr(applicant, name) for name in _ITEMS}
    values |= {"phone": phone, "address": address, "is_lost": False, "is_floating": False}
    for column in _SEALED:
        column.clear(applicant)
    applicant.save(update_fields=["id_number_sealed", "id_number_index", "phone_sealed", "address_sealed"])
    introducers = Sponsorship.objects.of(applicant).present().filter(kind=Sponsor.INTRODUCER)
    names = introducers.order_by("pk").values_list("member__name", flat=True)
    profile = {"introducers": "、".join(names)[:100], "joining_branch": applicant.organization.full_name[:100]}
    return admit_from_development(
        applicant.organization,
        name=applicant.name,
        id_number=number,
        values=values,
        development=applicant.number,
        on=on,
        by=by,
        profile=profile | {"front_line": applicant.front_line},
    )


def _confirm(applicant: Applicant, case: Case, entry: Entry, *, by: audit.ActingRole) -> None:
    """转正日期 is the end of the 预备期, not the day of the approval."""
    applicant.confirmed_on = applicant.probation_ends_on
    applicant.save()
    assert applicant.confirmed_on is not None
    _carry_out("confirm", applicant, by=by, on=applicant.confirmed_on, document=_meeting(entry))


def _extend(applicant: Applicant, case: Case, entry: Entry, *, by: audit.ActingRole) -> None:
    months = int(case.done[DISCUSSING].facts["months"])
    assert applicant.probation_ends_on is not None
    applicant.probation_ends_on = add_months(applicant.probation_ends_on, months)
    applicant.is_extended, applicant.postponed_to = True, None
    applicant.save()
    _carry_out("extend", applicant, by=by, on=entry.on, months=months, document=_meeting(entry))


def _annul(applicant: Applicant, case: Case, entry: Entry, *, by: audit.ActingRole) -> None:
    applicant.save()
    _carry_out("annul", applicant, by=by, on=entry.on, document=_meeting(entry))


_DECIDED = {"confirm": _confirm, "extend": _extend, "annul": _annul}


def _carry_out(slug: str, applicant: Applicant, *, by: audit.ActingRole, **words: Any) -> None:
    member = _member(applicant)
    member.refresh_from_db(fields=["version"])
    carry_out_decided(ACTS[slug], member, by=by, version=member.version, **words)


def _member(applicant: Applicant) -> Member:
    assert applicant.member is not None
    return applicant.member


def _meeting(entry: Entry) -> str:
    return str(entry.facts.get("meeting") or "")[:60]
