"""Whoever comes in by a 串码 or a QR code: no account yet, and known by the own word alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts import id_numbers
from accounts.throttle import Counter, network
from orgs.models import Organization
from partyplatform.crypto import blind_index


@dataclass(frozen=True)
class Newcomer:
    """Acts for the own person at one branch; what the history and the audit write down."""

    organization: Organization
    user_name: str
    label: str = "本人登记"
    user_uid: str = ""

    @property
    def organization_id(self) -> int:
        return self.organization.pk

    @property
    def organization_name(self) -> str:
        return self.organization.short_name

    def can(self, power: object) -> bool:
        return False


def count_try(address: str) -> Counter:
    """Count one form of a network; raises ValidationError, the same for everybody, when there were too many."""
    counter = Counter(blind_index(network(address), column="applicant network"), settings.LOGIN_TRIES_PER_NETWORK)
    if counter.count().is_locked:
        raise ValidationError("您所在的网络提交次数过多，请稍后再试")
    return counter


def refuse_bad_number(given: Mapping[str, Any]) -> None:
    """Say what is wrong with a 身份证号 as it is written; whose it is plays no part."""
    if problem := id_numbers.problem(given["id_number"], today=timezone.localdate()):
        raise ValidationError({"id_number": problem})
