"""The one initial password of the 2018 manual, behind a fence: it acts as a one-time code. Source: security.md 5.

Off unless settings.INITIAL_PASSWORD_AS_IN_MANUAL says otherwise. Only for accounts granted lately and never used, from
the configured networks, for administrators of committees only beside their certificate.
"""

import ipaddress
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.codes import CERTIFIED
from accounts.models import ActivationCode, FormerPassword, InitialTry, RoleGrant, User
from accounts.passwords import INITIAL
from accounts.throttle import network
from partyplatform import audit
from partyplatform.audit.middleware import masked
from partyplatform.chores import chore
from partyplatform.crypto import blind_index

ACCOUNTS = 3  # of one network within SPAN; the next one turns the mode off there
SPAN = timedelta(hours=1)
OFF = timedelta(days=1)


def code_for(user: User | None, name: str, typed: str, *, address: str, certificate: Any) -> ActivationCode | None:
    """Return the code the initial password stands for, None when it is not meant or may not be used here."""
    if not settings.INITIAL_PASSWORD_AS_IN_MANUAL or typed != INITIAL:
        return None
    if _is_off(name, address) or not is_inside(address) or user is None or not user.is_active:
        return None
    since = _granted_at(user)
    if since is None or not _is_unused(user) or not _is_certified(user, certificate):
        return None
    return _code(user, expires_at=since + timedelta(hours=settings.ACTIVATION_HOURS))


def is_inside(address: str) -> bool:
    """Say whether an address lies in the configured networks."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(parsed in ipaddress.ip_network(name) for name in settings.INITIAL_PASSWORD_NETWORKS)


@chore
def forget_old_tries() -> None:
    InitialTry.objects.filter(tried_at__lt=timezone.now() - OFF).delete()


def _is_off(name: str, address: str) -> bool:
    """Count the account this network tries, and say whether the mode is off for the network, now or from now on."""
    now, key = timezone.now(), blind_index(network(address), column="initial password network")
    tries = InitialTry.objects.filter(network=key)
    if tries.filter(account="", tried_at__gt=now - OFF).exists():
        return True
    account = blind_index(name, column="initial password account")
    InitialTry.objects.update_or_create(network=key, account=account, defaults={"tried_at": now})
    if tries.filter(tried_at__gt=now - SPAN).exclude(account="").count() <= ACCOUNTS:
        return False
    with transaction.atomic():
        InitialTry.objects.update_or_create(network=key, account="", defaults={"tried_at": now})
        reason = (
            f"网络 {masked(address) or '地址不详'} 一小时内用初始密码尝试了 {ACCOUNTS} 个以上账号，已对该网络停用一天"
        )
        audit.alarm(audit.SYSTEM, "accounts.initial_password_off", reason=reason)
    return True


def _granted_at(user: User) -> Any:
    """Return when the person got the latest role, None when that was too long ago."""
    earliest = timezone.now() - timedelta(hours=settings.ACTIVATION_HOURS)
    latest = RoleGrant.objects.of(user).open().filter(created_at__gt=earliest).order_by("-created_at").first()
    return latest.created_at if latest else None


def _is_unused(user: User) -> bool:
    was_used = user.has_usable_password() or user.last_login is not None
    return not was_used and not FormerPassword.objects.filter(user=user).exists()


def _is_certified(user: User, certificate: Any) -> bool:
    is_committee = RoleGrant.objects.of(user).open().filter(kind__in=CERTIFIED).exists()
    return not is_committee or getattr(certificate, "user_id", None) == user.pk


@transaction.atomic
def _code(user: User, *, expires_at: Any) -> ActivationCode:
    User.objects.select_for_update().get(pk=user.pk)
    live = ActivationCode.objects.select_related("user").filter(user=user, expires_at__gt=timezone.now()).first()
    if live is not None:
        return live
    ActivationCode.objects.filter(user=user).delete()
    return ActivationCode.objects.create(user=user, code_hash="", expires_at=expires_at)
