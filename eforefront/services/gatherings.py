"""Announcing, calling off and reviewing a gathering: 组织生活 and 支部活动 alike. Source: workflows.md 7.2.

Each verb is a row of `eforefront.gatherings.STEPS`; see `services.attending` for who comes, `services.recording` for
the record.
"""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.powers import Power
from eforefront.attendees import whom
from eforefront.gatherings import STEPS, Audience, Kind, State
from eforefront.models import Attendance, Gathering
from eforefront.services.attending import enter_many, recount
from eforefront.services.recording import reopen
from eforefront.services.stepping import begin, finish, led_group, refuse_strangers
from members.models import Member
from orgs.models import Organization
from orgs.services.parents import signature
from orgs.services.reach import hold_in_reach
from partyplatform import audit

FIELDS = (
    *("type", "topic", "agenda", "begins_at", "ends_at", "place", "chair", "recorder"),
    *("audience", "group", "guests", "notifies", "is_study"),
)
FIXED = ("audience", "group")  # once it is announced
LONGEST_DAYS = 31


@transaction.atomic
def draft(
    organization: Organization, *, kind: Kind, by: audit.ActingRole, chosen: Iterable[Member] = (), **fields: Any
) -> Gathering:
    """Write a draft; `fields` are those of FIELDS, `chosen` the members of 指定人员.

    Raises `OutOfReach`, PermissionDenied for another organisation than the role's own and for whoever leads no such
    group, ValidationError by field.
    """
    organization = hold_in_reach(organization.pk, by=by)
    gathering = Gathering(organization=organization, kind=kind, **fields)
    refuse_strangers(STEPS["change"], organization.pk, by, group=led_group(gathering))
    if not organization.is_living:
        raise ValidationError(f"“{organization.short_name}”已撤销")
    _check(gathering, chosen)
    gathering.save(force_insert=True)
    enter_many(gathering, chosen if gathering.audience == Audience.CHOSEN else ())
    changes = audit.differences({}, _shown(gathering), _labels())
    return finish(gathering, "draft", "拟稿", by=by, changes=changes)


@transaction.atomic
def change(
    gathering: Gathering,
    *,
    by: audit.ActingRole,
    version: int,
    chosen: Iterable[Member] | None = None,
    **fields: Any,
) -> Gathering:
    """Change a draft, or what was announced and has not begun; who is asked to come then stays as it is."""
    gathering, step = begin(gathering, "change", by=by, version=version)
    before = _shown(gathering)
    is_draft = gathering.state == State.DRAFT
    fixed: tuple[str, ...] = () if is_draft else FIXED
    if not by.can(Power.KEEP_GATHERINGS):  # type: ignore[attr-defined]
        fixed = (*FIXED, "type")  # a leader's is a 党小组会 of the own group and stays one
    for name, value in fields.items():
        if name not in fixed:
            setattr(gathering, name, value)
    _check(gathering, chosen if is_draft else None)
    if is_draft and chosen is not None:
        Attendance.objects.filter(gathering=gathering).delete()
        enter_many(gathering, chosen if gathering.audience == Audience.CHOSEN else ())
    changes = audit.differences(before, _shown(gathering), _labels())
    return finish(gathering, step.verb, step.label, by=by, changes=changes)


@transaction.atomic
def publish(gathering: Gathering, *, by: audit.ActingRole, version: int) -> Gathering:
    """Announce a gathering: from now on those due know of it.

    Who that is follows from 参加范围 on this day. Raises ValidationError where nobody is due.
    """
    gathering, step = begin(gathering, "publish", by=by, version=version)
    if gathering.audience != Audience.CHOSEN:
        enter_many(gathering, whom(gathering))
    if not recount(gathering) and gathering.audience != Audience.REGISTERED:
        raise ValidationError({"audience": "参加范围内没有党员，请修改参加范围"})
    gathering.published_at = timezone.now()
    return finish(gathering, step.verb, step.label, by=by, to=step.to, note=f"应到 {gathering.due} 人")


@transaction.atomic
def cancel(gathering: Gathering, *, by: audit.ActingRole, version: int, reason: str) -> Gathering:
    """Call a gathering off; those due read why."""
    gathering, step = begin(gathering, "cancel", by=by, version=version, reason=reason)
    gathering.reason = reason
    return finish(gathering, step.verb, step.label, by=by, to=step.to, note=reason)


@transaction.atomic
def review(gathering: Gathering, *, by: audit.ActingRole, version: int, note: str = "") -> Gathering:
    """Take note of a record as the level above."""
    gathering, step = begin(gathering, "review", by=by, version=version)
    gathering.reviewed_at, gathering.reviewed_by = timezone.now(), signature(by)
    return finish(gathering, step.verb, step.label, by=by, to=step.to, note=note)


@transaction.atomic
def send_back(gathering: Gathering, *, by: audit.ActingRole, version: int, reason: str) -> Gathering:
    """Give a record back to whoever wrote it, with a reason."""
    gathering, step = begin(gathering, "send_back", by=by, version=version, reason=reason)
    reopen(gathering)
    gathering.reason = reason
    return finish(gathering, step.verb, step.label, by=by, to=step.to, note=reason)


def _check(gathering: Gathering, chosen: Iterable[Member] | None) -> None:
    """Raise ValidationError, by field, for what no gathering can be."""
    if gathering.ends_at <= gathering.begins_at:
        raise ValidationError({"ends_at": "结束时间应晚于开始时间"})
    if (gathering.ends_at - gathering.begins_at).days > LONGEST_DAYS:
        raise ValidationError({"ends_at": f"不能超过 {LONGEST_DAYS} 天，请核对"})
    if (gathering.audience == Audience.GROUP) != (gathering.group_id is not None):
        raise ValidationError({"group": "参加范围为党小组的，请选择党小组；其他范围不选"})
    if gathering.group is not None and gathering.group.organization_id != gathering.organization_id:
        raise ValidationError({"group": "请选择本支部的党小组"})
    if gathering.audience == Audience.CHOSEN and chosen is not None and not list(chosen):
        raise ValidationError({"chosen": "参加范围为指定人员的，请选择人员"})
    gathering.full_clean(exclude=["organization", "group"])


def _shown(gathering: Gathering) -> dict[str, Any]:
    shown = audit.snapshot(gathering, [name for name in FIELDS if name not in ("type", "group")])
    agenda = " ".join(gathering.agenda.split())  # the history tells it on one line
    return shown | {"type": gathering.type_label, "group": str(gathering.group or ""), "agenda": agenda}


def _labels() -> dict[str, str]:
    return audit.labels(Gathering, FIELDS)
