"""二维码登记: a branch opens a signed address for a while; what comes in waits for its word. Source: screens.md 3.5."""

import datetime
import uuid
from collections.abc import Mapping
from typing import Any

from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.powers import Power
from eforefront.models import Applicant, RegistrationDoor, SelfRegistration
from eforefront.models.development_ways import REGISTERED_NUMBERS, REGISTERED_PHONES
from eforefront.services.development import applying, newcomers
from orgs.models import Organization
from orgs.services.parents import signature
from orgs.services.reach import hold_in_reach
from partyplatform import audit
from partyplatform.ui.stale import Stale

MOST_WAITING = 300  # of one branch: beyond that somebody plays
LONGEST = 30  # days a door stays open
_SALT = "eforefront.registration door"


def token(door: RegistrationDoor) -> str:
    """Return what the address of an open door ends with."""
    return signing.dumps(door.uid.hex, salt=_SALT)


def door_of(typed: str) -> RegistrationDoor | None:
    """Return the open door of an address; None for a forged, an old and a closed one alike."""
    try:
        uid = uuid.UUID(signing.loads(typed, salt=_SALT, max_age=datetime.timedelta(days=LONGEST)))
    except (signing.BadSignature, ValueError):
        return None
    door = RegistrationDoor.objects.filter(uid=uid).select_related("organization").first()
    is_good = door is not None and door.is_open and door.organization.is_living and door.organization.may_develop
    return door if is_good else None


@transaction.atomic
def open_door(branch: Organization, *, by: audit.ActingRole, days: int) -> RegistrationDoor:
    """Open the registration of the own branch for some days, under a new address; every earlier one is void."""
    branch = _own_branch(branch, by=by)
    applying.refuse_undeveloping(branch)
    if not 1 <= days <= LONGEST:
        raise ValidationError({"days": f"开放天数应为 1 至 {LONGEST} 天"})
    until = timezone.now() + datetime.timedelta(days=days)
    values = {"uid": uuid.uuid4(), "opened_by": signature(by), "open_until": until, "closed_at": None}
    door, _ = RegistrationDoor.objects.update_or_create(organization=branch, defaults=values)
    told = [["二维码登记", "", f"开放至 {timezone.localtime(until):%Y-%m-%d %H:%M}"]]
    audit.record(by, "eforefront.open_registration", door, organization=branch.pk, changes=told)
    return door


@transaction.atomic
def close_door(branch: Organization, *, by: audit.ActingRole) -> None:
    """Close the registration of the own branch; doing it twice changes nothing."""
    branch = _own_branch(branch, by=by)
    door = RegistrationDoor.objects.filter(organization=branch).select_for_update(of=("self",)).first()
    if door is not None and door.closed_at is None:
        door.closed_at = timezone.now()
        door.save(update_fields=["closed_at"])
        told = [["二维码登记", "开放", "关闭"]]
        audit.record(by, "eforefront.close_registration", door, organization=branch.pk, changes=told)


@transaction.atomic
def register(door: RegistrationDoor, given: Mapping[str, Any], *, address: str) -> None:
    """Keep what somebody entered for the branch to look at. Nothing is looked up, so every number gets one answer."""
    newcomers.count_try(address)
    newcomers.refuse_bad_number(given)
    if SelfRegistration.objects.filter(organization=door.organization).waiting().count() >= MOST_WAITING:
        raise ValidationError("待确认的登记过多，请与党支部联系")
    plain = {name: given[name] for name in ("name", "gender", "born_on", "post")}
    row = SelfRegistration(organization=door.organization, **plain)
    row.seal_id_number(given["id_number"])
    REGISTERED_PHONES.put(row, given["phone"])
    row.save(force_insert=True)


@transaction.atomic
def confirm(found: SelfRegistration, *, by: audit.ActingRole, version: int) -> Applicant:
    """Make an applicant of a registration. Raises what `applying.register` raises, `Stale`."""
    row = _waiting(found, by=by, version=version)
    number, phone = REGISTERED_NUMBERS.text(row), REGISTERED_PHONES.text(row)
    values = {"gender": row.gender, "born_on": row.born_on, "post": row.post, "phone": phone}
    try:
        applicant = applying.register(row.organization, by=by, name=row.name, id_number=number, values=values)
    except ValidationError as refusal:
        raise ValidationError(refusal.messages) from None
    _decide(row, SelfRegistration.State.CONFIRMED, "", applicant, by=by)
    return applicant


@transaction.atomic
def refuse(found: SelfRegistration, *, by: audit.ActingRole, version: int, reason: str) -> None:
    """Refuse a registration; number and phone are forgotten."""
    row = _waiting(found, by=by, version=version)
    if not reason:
        raise ValidationError({"reason": "请填写原因"})
    _decide(row, SelfRegistration.State.REFUSED, reason, None, by=by)


def _own_branch(branch: Organization, *, by: audit.ActingRole) -> Organization:
    held = hold_in_reach(branch.pk, by=by)
    if not by.can(Power.KEEP_DEVELOPMENT) or held.pk != by.organization_id:  # type: ignore[attr-defined]
        raise PermissionDenied("二维码登记由党支部的管理员办理。")
    return held


def _waiting(found: SelfRegistration, *, by: audit.ActingRole, version: int) -> SelfRegistration:
    _own_branch(found.organization, by=by)
    rows = SelfRegistration.objects.select_for_update(of=("self",)).select_related("organization")
    row = rows.get(pk=found.pk)
    if row.version != version or row.state != SelfRegistration.State.WAITING:
        told = [["状态", SelfRegistration.State.WAITING.label, row.get_state_display()]]
        raise Stale(told, who=row.decided_by, when=row.decided_at)
    return row


def _decide(
    row: SelfRegistration,
    state: SelfRegistration.State,
    reason: str,
    applicant: Applicant | None,
    *,
    by: audit.ActingRole,
) -> None:
    row.state, row.reason, row.applicant = state, reason[:200], applicant
    row.decided_by, row.decided_at, row.version = signature(by), timezone.now(), row.version + 1
    for column in (REGISTERED_NUMBERS, REGISTERED_PHONES):
        column.clear(row)
    row.save()
    told = [["登记", SelfRegistration.State.WAITING.label, state.label]]
    audit.record(
        by, "eforefront.decide_registration", row, organization=row.organization_id, changes=told, reason=reason
    )
