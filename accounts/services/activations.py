"""One-time codes: issued by a superior, good for the page 设置新密码 and nothing else. Source: security.md 4."""

import secrets
import unicodedata
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.genuine import genuine
from accounts.models import ActivationCode, RoleGrant, User
from accounts.models.activation_codes import TRIES
from accounts.models.users import home_of
from partyplatform import audit
from partyplatform.crypto import blind_index, blind_indexes

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that is mistaken for its neighbour on paper: no 0 O 1 I L U
LENGTH, GROUP = 12, 4  # 58 random bits, written XXXX-XXXX-XXXX

_CODE = "accounts.activation code"
_SEPARATORS = frozenset("-_. \t\u2010\u2011\u2012\u2013\u2014\u2015\u2212")


@transaction.atomic
def issue(user: User, *, by: audit.ActingRole) -> str:
    """Make the one live code of an account without a password and return it; an earlier code is dead.

    It is shown to whoever issues it and kept nowhere. Raises ValidationError for an account that has a password, for
    a disabled one and for the own account.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.has_usable_password():
        raise ValidationError(f"“{user.name}”的账号已启用；忘记密码时，请重置密码")
    code = put_code(user, by=by)
    audit.record(by, "accounts.issue_code", user, organization=home_of(user))
    return code


def put_code(user: User, *, by: audit.ActingRole) -> str:
    """Replace the code of an account that is locked by the caller, who also records the act."""
    if not user.is_active:
        raise ValidationError(f"“{user.name}”的账号已停用，不能发放启用码")
    if str(user.uid) == str(by.user_uid):
        raise ValidationError("不能为本人发放启用码，请联系上级党组织的管理员")
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    ActivationCode.objects.filter(user=user).delete()
    ActivationCode.objects.create(
        user=user,
        code_hash=blind_index(_bound(user, code), column=_CODE),
        expires_at=timezone.now() + timedelta(hours=settings.ACTIVATION_HOURS),
        issuer_id=by.user_id if isinstance(by, RoleGrant) else None,
    )
    return written(code)


def matching(user: User | None, typed: str) -> ActivationCode | None:
    """Return the live code of an account if it is the one typed. The try is counted before anything is compared."""
    own = ActivationCode.objects.filter(user=user.pk if user else 0)  # as many statements for nobody as for somebody
    is_live = own.filter(tries__lt=TRIES, expires_at__gt=timezone.now()).update(tries=F("tries") + 1)
    code = own.select_related("user").first()
    if not is_live or code is None or user is None or not user.is_active:
        return None
    if code.code_hash not in blind_indexes(_bound(user, cleaned(typed)), column=_CODE) or not is_answered_for(code):
        return None
    ActivationCode.objects.filter(pk=code.pk).update(tries=F("tries") - 1)  # it was no guess
    return code


def is_answered_for(code: ActivationCode) -> bool:
    """Say whether whoever issued a code still looks after the account, by the roles both have now.

    A slip may outlive them: it would open what its holder was called to since, beside or above, to everybody who saw
    it before. Source: security.md 9, 36.
    """
    if code.issuer is None:
        return True
    roles = genuine(RoleGrant.objects.of(code.issuer).active().managing().select_related("user"))
    return any(User.objects.not_beyond(role).filter(pk=code.user_id).exists() for role in roles)


def written(code: str) -> str:
    """Return a code as it is printed, in groups."""
    return "-".join(code[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def cleaned(typed: str) -> str:
    """Return what was typed as a code would be: full-width signs folded, capitals, without separators."""
    text = unicodedata.normalize("NFKC", typed[: 8 * LENGTH]).upper()
    return "".join(sign for sign in text if sign not in _SEPARATORS)


def _bound(user: User, code: str) -> str:
    return f"{user.uid}:{code}"
