"""Printing a record: what leaves the platform on paper is written down first. Source: security.md 40, 44."""

import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts.models import RoleGrant
from accounts.powers import Power
from accounts.services import reveals
from members.models import Member
from members.reveals import ADDRESS, ID_NUMBER, PHONE
from partyplatform import audit
from partyplatform.crypto import Undecipherable

IN_FULL = (ID_NUMBER, PHONE, ADDRESS)


def file_name(member: Member, day: datetime.date) -> str:
    return f"党员信息_{member.name}_{day:%Y%m%d}.pdf"


@transaction.atomic
def note(member: Member, *, by: audit.ActingRole) -> None:
    """Record that a record was taken out with its numbers masked."""
    _record(member, by=by, how="号码遮盖")


@transaction.atomic
def note_in_full(member: Member, *, by: RoleGrant, reason: str) -> None:
    """Record that a record was taken out with its numbers in full: each counts as shown to the person.

    Raises PermissionDenied without the power, ValidationError (field `reason`) when nothing was said. The page asks
    for the proof.
    """
    if not by.can(Power.REVEAL_FIELDS):
        raise PermissionDenied
    if not reason:
        raise ValidationError({"reason": "请填写原因"})
    for field in IN_FULL:
        try:
            reveals.reveal(field, member, by=by, reason=reason, is_proved=True)
        except Undecipherable:
            reveals.report(field, member)
    _record(member, by=by, how="完整号码", reason=reason)


def _record(member: Member, *, by: audit.ActingRole, how: str, reason: str = "") -> None:
    audit.record(
        by,
        "members.print",
        member,
        organization=member.organization_id,
        changes=[["党员信息表", "", how]],
        reason=reason,
    )
