"""Showing one masked field of one person, logged: who, whom, which field, when, why. Source: security.md 40, 41."""

import datetime
import logging
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts import patrol
from accounts.models import RoleGrant, User
from accounts.reveals import UNDECIPHERABLE, Revealable
from partyplatform import audit
from partyplatform.audit.models import Record
from partyplatform.crypto import Undecipherable
from partyplatform.locks import Busy

logger = logging.getLogger(__name__)

REVEAL = "accounts.reveal"
AN_HOUR = datetime.timedelta(hours=1)
FREELY = 30  # an hour and person; what is more asks for a proof each ten minutes and raises an alarm


class TooMany(Exception):
    """More was shown within an hour than is usual: the person is to prove who they are first."""


@transaction.atomic
def reveal(field: Revealable, person: Any, *, by: RoleGrant, reason: str = "", is_proved: bool = False) -> str:
    """Return the text of one field of one person, found in reach by the caller, and record that it was shown.

    Raises ValidationError (field `reason`) when the field's class asks why and nothing was said, `TooMany` beyond 30
    within an hour without a fresh proof, `Undecipherable`.
    """
    if field.field_class.asks_reason and not reason:
        raise ValidationError({"reason": "请填写查看原因"})
    User.objects.select_for_update().get(pk=by.user_id)  # two at once are counted one after the other
    is_often = shown_lately(by) >= FREELY
    if is_often and not is_proved:
        raise TooMany
    text = field.read(person)
    audit.record(
        by,
        REVEAL,
        person,
        organization=field.organization_id(person),
        changes=[("项目", "", field.label)],
        reason=reason,
    )
    if is_often:
        alarm_of_many(by)
    return text


def shown_lately(by: RoleGrant) -> int:
    """How many fields the person was shown within the last hour, in whatever role."""
    since = timezone.now() - AN_HOUR
    return Record.objects.by_person(by.user_uid).filter(action=REVEAL, at__gt=since).order_by().count()


def alarm_of_many(by: RoleGrant) -> None:
    audit.alarm(by, "accounts.reveal_often", by.user, reason=f"一小时内显示完整信息超过 {FREELY} 次", succeeded=True)


def masked(field: Revealable, person: Any, *, detail: bool = False) -> str:
    """Return the field as a list or the person's page shows it; 无法解密 for what does not open.

    The alarm of that is raised by `accounts.patrol`: looking writes nothing.
    """
    try:
        return ((detail and field.detail) or field.mask)(field.read(person))
    except Undecipherable:
        return UNDECIPHERABLE


def report(field: Revealable, person: Any) -> None:
    """Raise the alarm of a value somebody asked to see and that does not open; the answer is shown all the same."""
    try:
        patrol.raise_alarm(field.label, person, field.organization_id(person))
    except (DatabaseError, Busy) as error:
        logger.error("no alarm for an undecipherable %s: %s", field.name, type(error).__name__)
