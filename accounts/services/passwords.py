"""Setting a first password and changing the present one. Source: security.md 4, 6, 7."""

from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import passwords
from accounts.models import ActivationCode, FormerPassword, RoleGrant, User
from accounts.phones import known_phones
from accounts.services import activations, notes, proofs
from orgs.models import Organization
from partyplatform import audit
from partyplatform.crypto import Undecipherable

REMEMBERED = 5  # passwords, the present one included
USED_BEFORE = f"不能使用最近 {REMEMBERED} 次用过的密码"


class CodeDead(Exception):
    """The code was used, replaced or expired while the page was open, or its issuer is not in charge any more."""


def begin(code: ActivationCode, password: str, *, role: RoleGrant) -> None:
    """Set the first or a new password with a code, which is dead afterwards; whoever issued it is told.

    Raises ValidationError (field `password`) with every reason against the password, `CodeDead` when another sending
    of the form was faster or the roles changed.
    """
    _refuse(code.user, password)
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=code.user_id)
        if not ActivationCode.objects.filter(pk=code.pk, expires_at__gt=timezone.now()).delete()[0]:
            raise CodeDead
        if not activations.is_answered_for(code):
            raise CodeDead
        _put(user, password)
        if code.issuer is not None:
            notes.tell(code.issuer, f"{user.name}已用您发放的启用码设置了密码。")
        audit.record(role, "accounts.activate", user, organization=role.organization_id)


def change(user: User, *, current: str, password: str, by: audit.ActingRole) -> User:
    """Take a new password for the present one; return the account as it is now. Open sessions are void by it.

    Raises ValidationError at `current` when it is wrong or was tried too often, else at `password` with every reason.
    """
    try:
        proofs.prove(user, current, by=by)
    except ValidationError as refusal:
        raise ValidationError({"current": refusal.messages}) from None
    _refuse(user, password)
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user.pk)
        _put(user, password)
        audit.record(by, "accounts.change_password", user)
    return user


def retire(user: User) -> None:
    """Remember the present password among the former ones; the caller has locked the account and saves it."""
    if user.has_usable_password():
        FormerPassword.objects.create(user=user, password=user.password)
        kept = list(FormerPassword.objects.filter(user=user).values_list("pk", flat=True)[:REMEMBERED])
        FormerPassword.objects.filter(user=user).exclude(pk__in=kept).delete()


def _put(user: User, password: str) -> None:
    retire(user)
    user.set_password(password)
    user.password_set_at = timezone.now()
    user.save(update_fields=["password", "password_set_at"])


def _refuse(user: User, password: str) -> None:
    if reasons := _reasons(user, password) or _repeats(user, password):
        raise ValidationError({"password": reasons})


def _reasons(user: User, password: str) -> list[str]:
    try:
        number = user.unsealed_id_number()
    except Undecipherable:
        number = ""
    grants = RoleGrant.objects.of(user).open().select_related("organization")
    names = {name for grant in grants for name in _names(grant.organization)}
    return passwords.problems(
        password, name=user.name, id_number=number, phones=known_phones(user), organizations=names
    )


def _names(organization: Organization) -> tuple[str, str, str]:
    return organization.short_name, organization.full_name, organization.unit_name


def _repeats(user: User, password: str) -> list[str]:
    """Compare with the last passwords; each costs a hash, so this comes after everything that is cheap to see."""
    present = [user.password] if user.has_usable_password() else []
    former = FormerPassword.objects.filter(user=user).values_list("password", flat=True)[: REMEMBERED - len(present)]
    return [USED_BEFORE] if any(check_password(password, old) for old in [*present, *former]) else []
