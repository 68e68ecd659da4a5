"""Keeping what records said, so that figures of earlier days stay as they were (decision 0038).

An item that was empty and is filled is no change: it had that value before as well, nobody had entered it. Two changes
on one day leave what the record said in the morning.
"""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from members.models import Member, PastRecord
from members.services.periods import refuse_closed_for
from partyplatform import audit

ALWAYS = datetime.date(1921, 7, 1)  # "from the beginning"
OF_RECORD = ("education", "title", "social_class", "job_post", "is_migrant_worker")
ITEMS = (*OF_RECORD, "front_line")
NOTHING: tuple[Any, ...] = ("", None)


def keep(members: Iterable[Member], *, front_lines: Mapping[int, str] | None = None) -> None:
    """Write down what changed records said; called before they are saved. In the caller's transaction.

    One statement, two more when somebody's items change. `front_lines` holds {member: 一线情况 it will have}, where
    that is what changes.
    """
    rows = {member.pk: member for member in members}
    stored = Member.objects.filter(pk__in=rows).values("pk", *OF_RECORD, "profile__front_line")
    changed: dict[int, dict[str, Any]] = {}
    for row in stored:
        before = {name: row[name] for name in OF_RECORD} | {"front_line": row["profile__front_line"] or ""}
        after = {name: getattr(rows[row["pk"]], name) for name in OF_RECORD} | {"front_line": before["front_line"]}
        if front_lines is not None and row["pk"] in front_lines:
            after["front_line"] = front_lines[row["pk"]]
        if any(before[name] not in NOTHING and before[name] != after[name] for name in ITEMS):
            changed[row["pk"]] = {name: after[name] if before[name] in NOTHING else before[name] for name in ITEMS}
    if changed:
        _write(changed)


def _write(changed: Mapping[int, Mapping[str, Any]]) -> None:
    today = timezone.localdate()
    pasts = PastRecord.objects.filter(member__in=changed).order_by()
    last = dict(pasts.values_list("member").annotate(Max("ends_on")))
    PastRecord.objects.bulk_create(
        PastRecord(
            member_id=pk,
            begins_on=last.get(pk, ALWAYS),
            ends_on=today,
            **{name: value or "" if name != "is_migrant_worker" else value for name, value in items.items()},
        )
        for pk, items in changed.items()
        if last.get(pk, ALWAYS) < today
    )


@transaction.atomic
def redate(past: PastRecord, *, on: datetime.date, by: audit.ActingRole, reason: str) -> PastRecord:
    """Say from which day on the next state of a record was true, where it was entered later than it happened.

    Raises ValidationError by field for a day outside what lies around it, without a reason, and inside a closed
    period.
    """
    past = PastRecord.objects.select_for_update().select_related("member").get(pk=past.pk)
    following = PastRecord.objects.filter(member=past.member_id, begins_on=past.ends_on).select_for_update().first()
    until = following.ends_on if following else timezone.localdate()
    if not past.begins_on < on < (until if following else until + datetime.timedelta(days=1)):
        raise ValidationError({"on": f"日期应在 {past.begins_on:%Y-%m-%d} 与 {until:%Y-%m-%d} 之间"})
    if not reason:
        raise ValidationError({"reason": "请填写原因"})
    refuse_closed_for(past.member, on, past.ends_on, field="on")
    was, past.ends_on = past.ends_on, on
    if following is not None:
        PastRecord.objects.filter(pk=following.pk).update(begins_on=on)
    past.save(update_fields=["ends_on"])
    changes = [["信息变更日期", f"{was:%Y-%m-%d}", f"{on:%Y-%m-%d}"]]
    audit.record(
        by, "members.redate", past.member, organization=past.member.organization_id, changes=changes, reason=reason
    )
    return past
