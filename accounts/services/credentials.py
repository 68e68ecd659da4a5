"""What a superior does to the account of somebody below. Source: security.md 8, 9, 22; workflows.md 1.2.

Who may, is the pages' business (`User.objects.managed_by`); nobody does any of this to the own account.
"""

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.id_numbers import normalise
from accounts.models import User
from accounts.services import activations, notes, passwords
from accounts.throttle import account_counter, proof_counter
from partyplatform import audit
from partyplatform.crypto import Undecipherable


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
    audit.record(by, "accounts.reset_password", user, reason=reason)
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
    audit.record(by, "accounts.unlock", user, reason=reason)


@transaction.atomic
def close_sessions(user: User, *, by: audit.ActingRole, reason: str = "") -> None:
    """End every open login of an account at its next request."""
    user = _locked(user, by=by)
    user.session_mark = ""
    user.save(update_fields=["session_mark"])
    audit.record(by, "accounts.close_sessions", user, reason=reason)


def _locked(user: User, *, by: audit.ActingRole) -> User:
    if str(user.uid) == str(by.user_uid):
        raise ValidationError("不能对本人的账号进行此项操作，请联系上级党组织的管理员")
    return User.objects.select_for_update().get(pk=user.pk)
