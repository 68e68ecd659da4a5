"""党组织届次: recording a term, correcting one."""

import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from orgs.changes import overtaken
from orgs.dates import add_months
from orgs.models import Organization, Term
from orgs.periods import refuse_closed
from orgs.renewal import MAX_SHIFT_MONTHS, quorum
from orgs.services.reach import hold_in_reach
from orgs.signals import term_began
from partyplatform import audit

FIELDS = (
    "number",
    "elected_on",
    "years",
    "method",
    "voters_due",
    "voters_present",
    "ballots_sent",
    "ballots_returned",
    "ballots_valid",
    "committee_size",
    "alternates",
    "result",
    "document",
    "is_current",
    "shifted_months",
    "shift_document",
)
_APPOINTED = ("4", "5")  # named by the upper organisation: nobody votes


def last_day(elected_on: datetime.date, years: int, shifted_months: int = 0) -> datetime.date:
    """Return 届满日期: `years` after the election, moved by an approved 延期 or 提前."""
    return add_months(elected_on, years * 12 + shifted_months)


@transaction.atomic
def record(
    organization: Organization, *, by: audit.ActingRole, term: Term | None = None, version: int = 0, **fields: Any
) -> Term:
    """Record a term, or correct `term`. A current term closes the one before it.

    `fields` are those of FIELDS. Raises ValidationError by field, `Stale` when the term changed meanwhile.
    Source: screens.md 2.3, workflows.md 6.
    """
    organization = hold_in_reach(organization.pk, by=by)
    refuse_elections(organization)
    if term is None:
        term, before = Term(organization=organization), dict.fromkeys(FIELDS, "")
    else:
        term = Term.objects.select_for_update().get(pk=term.pk, organization=organization)
        before = audit.snapshot(term, FIELDS)
        if term.version != version:
            raise overtaken(organization, audit.conflicts(term, fields))
    was = term.elected_on
    for name, value in fields.items():
        setattr(term, name, value)
    _check(term)
    if was != term.elected_on:
        refuse_closed([organization.pk], was, term.elected_on, field="elected_on")
    term.ends_on = last_day(term.elected_on, term.years, term.shifted_months)
    changes = audit.differences(before, audit.snapshot(term, FIELDS), _labels())
    if not changes:
        return term
    replaced = 0
    if term.is_current:
        before_it = Term.objects.filter(organization=organization, is_current=True).exclude(pk=term.pk)
        replaced = before_it.update(is_current=False)
    term.version += 1
    term.save()
    if replaced:
        term_began.send(Term, term=term, by=by)
    audit.record(by, "orgs.renew", organization, organization=organization.pk, changes=changes, document=term.document)
    return term


def refuse_elections(organization: Organization) -> None:
    """Raise ValidationError for bodies that hold no elections. Source: workflows.md 2.5, 6."""
    if not organization.is_living:
        raise ValidationError("该党组织已撤销")
    if organization.is_temporary:
        raise ValidationError("临时党组织不进行换届选举，领导班子由批准其成立的党组织指定")
    if organization.is_functional:
        raise ValidationError("功能型党支部不进行换届选举")


def next_number(organization: Organization) -> int:
    """Return the number the organisation's next term gets."""
    latest = organization.terms.order_by("-number").values_list("number", flat=True).first()
    return (latest or 0) + 1


def election_faults(*, method: str, due: int, present: int) -> dict[str, str]:
    """Return faults of attendance by field; appointed leaders need no quorum."""
    if present > due:
        return {"voters_present": f"实到会人数（{present}）不能多于应到会人数（{due}）"}
    needed = quorum(due, settings.ELECTION_QUORUM, exactly_is_enough=settings.ELECTION_QUORUM_EXACT)
    if method not in _APPOINTED and present < needed:
        return {"voters_present": f"实到会人数不足：应到 {due} 人，至少 {needed} 人到会方可选举"}
    return {}


def ballot_faults(*, sent: int | None, returned: int | None, valid: int | None, present: int) -> dict[str, str]:
    """Return faults of the ballot count by field; an empty figure is not checked."""
    chain = [
        ("ballots_sent", "发出票数", sent, "实到会人数", present),
        ("ballots_returned", "收回票数", returned, "发出票数", sent),
        ("ballots_valid", "有效票数", valid, "收回票数", returned),
    ]
    return {
        field: f"{label}（{value}）不能多于{bound_label}（{bound}）"
        for field, label, value, bound_label, bound in chain
        if value is not None and bound is not None and value > bound
    }


def _check(term: Term) -> None:
    faults = election_faults(method=term.method, due=term.voters_due, present=term.voters_present)
    faults |= ballot_faults(
        sent=term.ballots_sent,
        returned=term.ballots_returned,
        valid=term.ballots_valid,
        present=term.voters_present,
    )
    if term.elected_on > timezone.localdate():
        faults["elected_on"] = "当选（换届）日期不能晚于今天"
    if not 1 <= term.years <= 5:
        faults["years"] = "任期年限应为 1 至 5 年"
    if abs(term.shifted_months) > MAX_SHIFT_MONTHS:
        faults["shifted_months"] = f"延期或提前不能超过 {MAX_SHIFT_MONTHS} 个月"
    elif term.shifted_months and not term.shift_document:
        faults["shift_document"] = "请填写延期/提前批准文号"
    if Term.objects.filter(organization=term.organization, number=term.number).exclude(pk=term.pk).exists():
        faults["number"] = "该届数已登记"
    if not term.is_current and not _other_current(term) and term.organization.terms.exists():
        faults["is_current"] = "必须有一届为当届"
    if faults:
        raise ValidationError(faults)


def _other_current(term: Term) -> bool:
    return Term.objects.filter(organization=term.organization, is_current=True).exclude(pk=term.pk).exists()


def _labels() -> dict[str, str]:
    return audit.labels(Term, FIELDS)
