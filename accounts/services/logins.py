"""Logging in: who comes in, what is counted, what is written down. Source: security.md 2, 3, 8."""

from django.conf import settings
from django.db import transaction

from accounts import acting
from accounts.backends import IdNumberBackend
from accounts.certification import SOMEBODY_ELSES
from accounts.id_numbers import normalise
from accounts.models import ActivationCode, Certificate, RoleGrant, User
from accounts.possession import NEEDED
from accounts.querysets import ID_NUMBER
from accounts.services import activations, initial_password, signs
from accounts.throttle import Counter, Try, account_counter, certificate_counter, network_counter
from partyplatform import audit
from partyplatform.crypto import blind_indexes
from partyplatform.locks import Busy

_LONGEST_NAME = 64  # what is longer is no login name, and is not worth reading to the end


class CertificateNeeded(Exception):
    """The password or the one-time code of `role`'s account was right, but the way in asks for its certificate too."""

    def __init__(self, role: RoleGrant, sentence: str, *, code: ActivationCode | None):
        super().__init__(sentence)
        self.role, self.sentence, self.code = role, sentence, code


def enter(
    login_name: str, password: str, *, address: str, system: str = "", certificate: Certificate | None = None
) -> RoleGrant | ActivationCode | None:
    """Return the role a person begins with, preferably in `system`; None for every kind of failure alike.

    A one-time code in place of the password gives that code, which opens the page 设置新密码 and nothing else.

    Unknown name, wrong password, disabled or locked account and account without a grant cost the same time: one hash.
    The tries are counted first; what a locked account is told does not depend on the password. A locked network is
    turned away without a hash, which says nothing about any account and keeps the processor free for others.
    `certificate` is the one proved by the request: with one of the account's own, tries count under the certificate, so
    that nobody without it can lock its holder out. Raises `CertificateNeeded`, and only after the right password, when
    the account asks for a certificate and none of its own was proved. Raises `Busy` when too many passwords are being
    compared at once; that try is not counted.
    """
    name = normalise(login_name[:_LONGEST_NAME])
    of_network, of_account = network_counter(address), _account_counter(name, certificate)
    tried = of_network.count()
    if tried.is_locked:
        _write_down(of_account, tried, what="该网络")
        return None
    tried = of_account.count()
    try:
        user = IdNumberBackend().authenticate(None, id_number=name, password=password)
    except Busy:
        of_network.give_back()
        of_account.give_back()
        raise
    admitted = None if tried.is_locked else first_role(user, system) or _by_code(name, password, address, certificate)
    if admitted is None:
        _write_down(of_account, tried, what="该登录名")
        return None
    role = admitted if isinstance(admitted, RoleGrant) else first_role(admitted.user)
    if role is not None and (sentence := _certificate_fault(role, certificate)):
        of_network.give_back()
        of_account.give_back()  # the password was right, this was no guess
        _write_down_certificate(role, sentence)
        raise CertificateNeeded(role, sentence, code=None if isinstance(admitted, RoleGrant) else admitted)
    of_network.give_back()
    of_account.clear()
    if isinstance(admitted, RoleGrant):
        signs.look_at(admitted.user, failures=tried.number - 1, address=address)
    return admitted


def _by_code(name: str, typed: str, address: str, certificate: Certificate | None) -> ActivationCode | None:
    """Look for a code with as many statements whatever the name; a person without a role has nowhere to begin."""
    user = User.objects.with_id_number(name).first()
    code = activations.matching(user, typed)
    code = code or initial_password.code_for(user, name, typed, address=address, certificate=certificate)
    return code if code is not None and first_role(code.user) is not None else None


def _account_counter(name: str, certificate: Certificate | None) -> Counter:
    is_own = certificate is not None and certificate.user.id_number_index in blind_indexes(name, column=ID_NUMBER)
    return certificate_counter(certificate.fingerprint) if certificate and is_own else account_counter(name)


def _certificate_fault(role: RoleGrant, certificate: Certificate | None) -> str:
    if certificate is not None:
        return "" if certificate.user_id == role.user_id else SOMEBODY_ELSES
    return NEEDED if settings.CERTIFICATES_REQUIRED and role.needs_certificate else ""


def first_role(user: User | None, system: str = "") -> RoleGrant | None:
    """Return the role a person begins with, preferably in `system`; it says whether the account needs a certificate."""
    if user is None:
        return None
    return acting.preferred(acting.roles_of(user), system=system)


def _write_down(of_account: Counter, tried: Try, *, what: str) -> None:
    """Write down a failure; once a window is full, only that it is. The login name appears as its search key."""
    if tried.is_locked and not tried.locks:
        return
    action = "accounts.login_locked" if tried.is_locked else "accounts.login_failed"
    reason = f"{what}尝试次数过多，暂时锁定。" if tried.is_locked else ""
    with transaction.atomic():
        audit.record(audit.SYSTEM, action, reason=f"{reason}登录名标识 {of_account.key[:12]}", succeeded=False)


def _write_down_certificate(role: RoleGrant, sentence: str) -> None:
    with transaction.atomic():
        audit.record(role, "accounts.login_failed", role.user, reason=sentence, succeeded=False)
