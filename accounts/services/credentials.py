"""What a superior does to the account of somebody below. Source: security.md 3, 8, 9, 22, 23; workflows.md 1.2.

The pages ask `User.objects.managed_by`; it is asked again under the lock, and `OutOfReach` raised for an account that
left the reach meanwhile (security.md 38). Nobody does any of this to the own account.
"""

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.id_numbers import normalise
from accounts.models import ActivationCode, User
from accounts.models.users import home_of
from accounts.services import activations, notes, passwords
from accounts.throttle import account_counter, proof_counter
from partyplatform import audit
from partyplatform.crypto import Undecipherable
from partyplatform.ui.stale import OutOfReach


@transaction.atomic
def reset_password(user: User, *, by: audit.ActingRole, reason: str = "") -> str:
    """Take the password away and return a one-time code for a new one; open logins end, the person is told.

    Nobody sees, sends or chooses the password of another. Raises ValidationError for the own and a disabled account.
    """
    user = _locked(user, by=by)
    passwords.retire(user)
    user.set_unusable_password()
    user.password_set_at, user.session_mark = None, ""
    user.save(update_fields=["password", "password_set_at", "session_mark"])
    code = activations.put_code(user, by=by)
    who = f"{by.organization_name}的管理员{by.user_name}" if by.user_uid else "运维人员"
    notes.tell(user, f"您的密码已由{who}重置。", is_warning=True)
    audit.record(by, "accounts.reset_password", user, organization=home_of(user), reason=reason)
    return code


@transaction.atomic
def unlock(user: User, *, by: audit.ActingRole, reason: str = "") -> None:
    """Forget the failed tries of an account, so that its person can log in at once."""
    user = _locked(user, by=by)
    try:
        account_counter(normalise(user.unsealed_id_number())).clear()
    except Undecipherable:
        raise ValidationError("该账号的身份证号无法解密，请联系运维人员") from None
    proof_counter(user.uid).clear()
    audit.record(by, "accounts.unlock", user, organization=home_of(user), reason=reason)


@transaction.atomic
def close_sessions(user: User, *, by: audit.ActingRole, reason: str = "") -> None:
    """End every open login of an account at its next request."""
    user = _locked(user, by=by)
    user.session_mark = ""
    user.save(update_fields=["session_mark"])
    audit.record(by, "accounts.close_sessions", user, organization=home_of(user), reason=reason)


@transaction.atomic
def disable(user: User, *, by: audit.ActingRole, reason: str) -> None:
    """Stop an account: open logins end, every role rests, no password or code opens it; nothing is taken away.

    The login says what it says to a wrong password. Raises ValidationError without a reason, for the own account and
    for one that is stopped.
    """
    user = _locked(user, by=by)
    if not reason:
        raise ValidationError({"reason": "请填写停用原因"})
    if not user.is_active:
        raise ValidationError(f"“{user.name}”的账号已停用")
    user.is_active, user.session_mark = False, ""
    user.save(update_fields=["is_active", "session_mark"])
    ActivationCode.objects.filter(user=user).delete()
    audit.record(by, "accounts.disable", user, organization=home_of(user), reason=reason)


@transaction.atomic
def enable(user: User, *, by: audit.ActingRole, reason: str = "") -> None:
    """Let a stopped account go on with the roles that are still in force; the person is told at the next login."""
    user = _locked(user, by=by)
    if user.is_active:
        raise ValidationError(f"“{user.name}”的账号没有停用")
    user.is_active = True
    user.save(update_fields=["is_active"])
    notes.tell(user, "您的账号曾被停用，现已恢复使用。", is_warning=True)
    audit.record(by, "accounts.enable", user, organization=home_of(user), reason=reason)


def _locked(user: User, *, by: audit.ActingRole) -> User:
    if str(user.uid) == str(by.user_uid):
        raise ValidationError("不能对本人的账号进行此项操作，请联系上级党组织的管理员")
    found = User.objects.select_for_update().get(pk=user.pk)
    if by.organization_id is not None and not User.objects.managed_by(by).filter(pk=user.pk).exists():
        raise OutOfReach
    return found
