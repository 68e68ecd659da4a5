"""Slips for people who are to begin: shown to whoever issued the codes, in that session, for a short time."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import HandOver, RoleGrant, User
from accounts.models.hand_overs import SLIPS
from partyplatform import audit
from partyplatform.chores import chore

KEPT = timedelta(days=2)  # as long as a form that led here may be sent again


@dataclass(frozen=True, slots=True)
class Slip:
    """What one person is given on paper. The login name is masked: the person knows the own 身份证号."""

    name: str
    login_name: str
    organization: str
    role: str
    code: str


@transaction.atomic
def hand_over(codes: Iterable[tuple[User, str]], *, by: RoleGrant) -> HandOver:
    """Keep fresh codes for the page of slips (`accounts:handover`), which the acting person alone can open.

    Only in the session of this moment, for settings.HANDOVER_MINUTES. Order is kept.
    """
    codes = list(codes)
    roles = _roles_of([user for user, _ in codes])
    slips = [_slip(user, code, roles.get(user.pk)) for user, code in codes]
    made = HandOver(owner=by.user, session_mark=by.user.session_mark)
    made.expires_at = timezone.now() + timedelta(minutes=settings.HANDOVER_MINUTES)
    SLIPS.put(made, json.dumps([asdict(slip) for slip in slips], ensure_ascii=False))
    made.save(force_insert=True)
    audit.record(by, "accounts.hand_over", changes=[("领取单", "", f"{len(slips)} 份")])
    return made


def slips_of(handover: HandOver) -> list[Slip]:
    """Return the slips while they may be read, afterwards none. Raises `Undecipherable`."""
    return [Slip(**slip) for slip in json.loads(SLIPS.text(handover))] if handover.is_readable else []


def wipe(handover: HandOver) -> None:
    """Forget the slips before their time is over; twice changes nothing."""
    HandOver.objects.filter(pk=handover.pk).update(slips_sealed=b"")


@chore
def wipe_expired() -> None:
    """Forget the slips whose time is over, and the rows no form can lead to any more."""
    now = timezone.now()
    HandOver.objects.filter(expires_at__lte=now).exclude(slips_sealed=b"").update(slips_sealed=b"")
    HandOver.objects.filter(expires_at__lt=now - KEPT).delete()


def _slip(user: User, code: str, grant: RoleGrant | None) -> Slip:
    organization, role = (grant.organization.full_name, grant.kind_label) if grant else ("", "")
    return Slip(user.name, user.masked_id_number, organization, role, code)


def _roles_of(users: list[User]) -> dict[int, RoleGrant]:
    """Return the role each person begins with: administrators before members, those not yet begun included."""
    grants = RoleGrant.objects.open().filter(user__in=users).select_related("organization")
    return {grant.user_id: grant for grant in sorted(grants, key=lambda grant: (grant.is_admin, grant.is_default))}
