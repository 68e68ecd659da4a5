"""Alarms: records of level alarm that somebody has to look at. Source: security.md, words; 68.

An alarm belongs to an organisation and reaches the administrators of the organisation above it and of its committee.
"""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models, transaction
from django.db.models import F
from django.utils import timezone

from partyplatform.ui.refusals import Refusal
from partyplatform.ui.stale import Stale

from .actors import ActingRole
from .models import Alarm, Level
from .plaintext import escaped
from .reach import Addressees, tree
from .recording import Act, named, record, record_many

GATHERED_FOR = datetime.timedelta(hours=1)
OWN = "告警由您本人的操作触发，请由其他管理员处置。"


@transaction.atomic
def alarm(
    by: ActingRole,
    action: str,
    obj: models.Model | None = None,
    *,
    organization: models.Model | int | None = None,
    changes: Iterable[Sequence[Any]] = (),
    reason: str = "",
    succeeded: bool = False,
) -> Alarm:
    """Record an alarm and put it before those it reaches; like `record`, the last statement of its transaction.

    The same alarm (action, organisation, object, actor and reason alike) within an hour of one nobody has dealt with
    is counted there instead of being recorded again; what differs each time belongs into `changes`. An alarm without
    an organisation, of the platform itself, reaches the administrators at the top of each tree and so must not name
    a person.
    An act that is refused undoes its transaction: raise its alarm in a transaction of its own.
    """
    act = Act(
        by,
        action,
        obj,
        organization=organization,
        changes=changes,
        reason=reason,
        succeeded=succeeded,
        level=Level.ALARM,
    )
    if gathered := _gathered(act):
        return gathered
    [written] = record_many([act])
    return _gathered(act, other_than=written.pk) or Alarm.objects.create(
        record=written, last_at=written.at, **_addressees(written.organization_id)._asdict()
    )


@transaction.atomic
def handle(alarm: Alarm, *, by: ActingRole, remark: str) -> None:
    """Note that an alarm has been dealt with, by whom and how.

    Refuses (Refusal) the person whose act it was; raises `Stale` when somebody else was faster.
    """
    if alarm.record.actor_uid and alarm.record.actor_uid == str(by.user_uid):
        raise Refusal(OWN)
    handled = {"handler_uid": str(by.user_uid), "handler_name": by.user_name, "handler_label": by.label}
    changed = Alarm.objects.open().filter(pk=alarm.pk).update(handled_at=timezone.now(), remark=remark, **handled)
    if not changed:
        now = Alarm.objects.get(pk=alarm.pk)
        raise Stale([("处置说明", remark, now.remark)], who=now.handler_name, when=now.handled_at)
    record(
        by,
        "audit.handle_alarm",
        alarm,
        organization=alarm.record.organization_id,
        changes=[("处置说明", "", remark)],
    )


def _gathered(act: Act, other_than: int = 0) -> Alarm | None:
    """Count an act to the open alarm it repeats and return that; None when there is none."""
    now = timezone.now()
    same = Alarm.objects.open().like(**named(act), reason=escaped(act.reason)).exclude(pk=other_than)
    same = same.filter(record__at__gt=now - GATHERED_FOR)
    found = same.select_related("record").first()
    if found is None or not same.filter(pk=found.pk).update(times=F("times") + 1, last_at=now):
        return None
    return found


def _addressees(organization_id: int | None) -> Addressees:
    return Addressees() if organization_id is None else tree().addressees(organization_id)
