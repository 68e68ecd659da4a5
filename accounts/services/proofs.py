"""Proving once more who one is, before a dangerous act. Source: security.md 24."""

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.history import WAY
from accounts.models import Certificate, User
from accounts.throttle import Try, proof_counter
from partyplatform import audit
from partyplatform.locks import Busy

WRONG = "密码不正确"
NOT_PRESENTED = "本次请求没有出示本人的数字证书，请输入登录密码"
LOCKED = "尝试次数过多，请稍后再试；已打开的页面不受影响"


def prove(user: User, password: str, *, by: audit.ActingRole) -> None:
    """Return when `password` is that of `user`, who is logged in; raise ValidationError otherwise.

    Each try is counted first; once there were too many, no password is looked at until the window ends.
    Raises `Busy` when too many passwords are being compared at once; that try is not counted.
    """
    counter = proof_counter(user.uid)
    tried = counter.count()
    try:
        is_right = not tried.is_locked and user.check_password(password)
    except Busy:
        counter.give_back()
        raise
    if not is_right:
        _write_down(user, tried, by=by)
        raise ValidationError(LOCKED if tried.is_locked else WRONG)
    counter.clear()
    with transaction.atomic():
        audit.record(by, "accounts.prove", user)


@transaction.atomic
def prove_by_certificate(user: User, certificate: Certificate | None, *, by: audit.ActingRole) -> None:
    """Return when `certificate`, which this very request presented and which was found good, is that of `user`.

    Nothing is guessed here, so nothing is counted. Raises ValidationError otherwise.
    """
    if certificate is None or certificate.user_id != user.pk:
        raise ValidationError(NOT_PRESENTED)
    audit.record(by, "accounts.prove", user, changes=[(WAY, "", f"数字证书 {certificate.short_serial}")])


def _write_down(user: User, tried: Try, *, by: audit.ActingRole) -> None:
    """Write down a failure; once a window is full, only that it is."""
    if tried.is_locked and not tried.locks:
        return
    with transaction.atomic():
        audit.record(
            by, "accounts.prove", user, reason="尝试次数过多，暂时锁定。" if tried.is_locked else "", succeeded=False
        )
