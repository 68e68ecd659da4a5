"""党员管理业务: one service begins a matter, one lets an event of its procedure happen.

Source: workflows.md 3.4, 5.2 – 5.5.
"""

import copy
import datetime
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from members import matter_checks
from members.codes import MembershipStatus
from members.items import region_name
from members.models import Matter, Member
from members.models.matters import CONTACT_PHONES
from members.procedures import EXTENSION_MONTHS, FINAL, LOST, RETENTION_MONTHS, Event, Procedure, State
from members.services import checking, pausing
from members.services import matter_marks as marks
from members.services.locking import record_of
from members.services.periods import refuse_closed_for
from members.services.sections import profile_of
from members.shares import negative, share, total
from orgs import totals
from orgs.dates import add_months
from partyplatform import audit
from partyplatform.ui.stale import Stale

_TOLD = (
    *("began_on", "ends_on", "cause", "region", "scope", "occupation", "certificate", "host"),
    *("country", "way", "degree", "contact_name", "remark"),
)


@transaction.atomic
def begin(
    procedure: Procedure, event: Event, member: Member, *, by: audit.ActingRole, on: datetime.date, **asked: Any
) -> Matter:
    """Begin a matter on a day; `asked` holds what `event.asks` names, the phone in clear.

    Raises PermissionDenied, `OutOfReach`, ValidationError for whom it does not suit, for a second open matter and for
    dates the rules refuse.
    """
    _refuse_without_power(event, by)
    member = record_of(member, by=by)
    if problem := reason_against_beginning(procedure, member):
        raise ValidationError(problem)
    began_on = on.replace(day=1) if procedure is LOST else on
    matter = Matter(member=member, procedure=procedure.slug, state=event.leads_to, began_on=began_on)
    _put(matter, event, asked)
    matter_checks.check_begin(procedure, event, matter, today=timezone.localdate())
    refuse_closed_for(member, on, field="on")
    marks.wind(matter)
    matter.full_clean(exclude=["member"])
    matter.save(force_insert=True)
    _keep_certificate(matter, event)
    return _finish(matter, event, None, by=by, on=on, asked=asked)


@transaction.atomic
def advance(
    matter: Matter, event: Event, *, by: audit.ActingRole, version: int, on: datetime.date | None = None, **asked: Any
) -> Matter:
    """Let an event happen in a matter; without `on` it happens today.

    Raises PermissionDenied, `OutOfReach`, `Stale` when somebody was faster, ValidationError for what is refused.
    """
    _refuse_without_power(event, by)
    member = record_of(matter.member, by=by)
    matter = Matter.objects.select_for_update(of=("self",), no_key=True).get(pk=matter.pk)
    matter.member = member
    if matter.version != version or matter.state not in event.sources:
        raise Stale([["状态", event.label, matter.get_state_display()]])
    before, today = copy.copy(matter), timezone.localdate()
    _put(matter, event, asked)
    matter_checks.check_step(event, matter, before, on=on or today, today=today)
    refuse_closed_for(member, on if event.to in FINAL else None, field="on")
    if event.to is not None:
        matter.state = event.to
    if matter.state in FINAL:
        marks.close(matter, State(matter.state), on=on or today)
    if event.verb == "extend" and matter.procedure == "retention":
        matter.limit_on = add_months(matter.began_on, RETENTION_MONTHS + EXTENSION_MONTHS)  # type: ignore[arg-type]
    marks.wind(matter, contact_on=on if event.contacts else None)
    matter.full_clean(exclude=["member"])
    matter.version += 1
    matter.save()
    _keep_certificate(matter, event)
    return _finish(matter, event, before, by=by, on=on or today, asked=asked)


def reason_against_beginning(procedure: Procedure, member: Member) -> str:
    """Return why a matter cannot begin, "" where it can."""
    if not member.is_enrolled or member.status != MembershipStatus.NORMAL:
        return f"{member.name}的党籍状态为“{member.get_status_display()}”，不能登记{procedure.noun}"
    if marks.open_matter(member, procedure) is not None:
        return f"{member.name}的{procedure.noun}已登记且没有办结，不能重复登记"
    return ""


def _refuse_without_power(event: Event, by: audit.ActingRole) -> None:
    if not by.can(event.needs):  # type: ignore[attr-defined]
        raise PermissionDenied


def _put(matter: Matter, event: Event, asked: Mapping[str, Any]) -> None:
    """Set what was asked on the matter; a phone only where one was typed."""
    for name in event.fields:
        if name == "phone" and asked.get(name):
            CONTACT_PHONES.put(matter, asked[name])
        elif name in _TOLD and name in asked:
            setattr(matter, name, asked[name])


def _keep_certificate(matter: Matter, event: Event) -> None:
    """流动证号 stands in 扩展信息集 as well."""
    if "certificate" not in event.fields or not matter.certificate:
        return
    profile = profile_of(matter.member)
    if profile.flow_certificate != matter.certificate:
        profile.flow_certificate = matter.certificate
        profile.version += 1
        profile.save()


def _finish(
    matter: Matter, event: Event, before: Matter | None, *, by: audit.ActingRole, on: datetime.date, asked: Any
) -> Matter:
    """Write the step, let the record say the same, keep the counters, record the act."""
    words = {"note": _note(asked), "document": asked.get("document", "")}
    day = min(on, timezone.localdate())  # somebody may be entered before leaving
    marks.write_step(matter, verb=event.verb, label=event.label, on=day, by=by, **words)
    changes = _show_on_record(matter, by=by)
    audit.record(
        by,
        f"members.{matter.procedure}_{event.verb}",
        matter.member,
        organization=matter.member.organization_id,
        changes=[*_differences(before, matter, event, on), *changes],
        reason=words["note"][:200],
        document=words["document"],
    )
    if matter.procedure == "abroad":
        pausing.follow(matter.member, by=by)
    return matter


def _note(asked: Mapping[str, Any]) -> str:
    talk = f"{asked['talk_on']:%Y-%m-%d} 由{asked['talker']}谈话" if "talk_on" in asked else ""
    return "；".join(filter(None, (talk, asked.get("note", ""))))


def _show_on_record(matter: Matter, *, by: audit.ActingRole) -> list[list[str]]:
    member = matter.member
    before, counted = marks.marked(member), share(member)
    marks.mark(member, matter.rules, matter)
    if not (changes := marks.differences(before, member)):
        return []
    member.rescore()
    member.version += 1
    member.save(update_fields=[*marks.FIELDS, "filled", "required", "version"])
    checking.follow(member)
    totals.change(member.organization_id, **total([share(member), negative(counted)]))
    return changes


def _differences(before: Matter | None, matter: Matter, event: Event, on: datetime.date) -> list[list[str]]:
    """Return [label, before, after]; of the phone only that it was entered."""
    labels = audit.labels(Matter, _TOLD) | {n: label for n, label in matter.rules.labels.items() if n in _TOLD}
    labels["state"] = f"{matter.rules.noun}状态"
    changes = audit.differences(_shown(before) if before else {}, _shown(matter), labels)
    if "phone" in event.fields and (before is None or before.phone_sealed != matter.phone_sealed):
        changes.append([matter.rules.labels["phone"], "", "（已登记）"] if matter.phone_sealed else [])
    dated = [[event.dated, "", f"{on:%Y-%m-%d}"]] if event.dated and not event.begins else []
    return [change for change in [*changes, *dated] if change]


def _shown(matter: Matter) -> dict[str, Any]:
    shown = {name: getattr(matter, name) or "" for name in _TOLD}
    return shown | {
        "state": matter.get_state_display(),
        "cause": matter.cause_label,
        "region": region_name(matter.region) if matter.region else "",
        "scope": matter.get_scope_display(),
        "way": matter.get_way_display(),
    }
