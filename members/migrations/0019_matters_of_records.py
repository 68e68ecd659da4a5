"""Whoever is marked 失联 or 流动 in a record of earlier times gets the open matter that goes with it (decision 0022)."""

import calendar
import datetime
import uuid

from django.db import migrations
from django.db.models import F
from django.utils import timezone

BATCH = 1000
SEARCH_MONTHS, CONTACT_MONTHS = 6, 6


def open_matters(apps, schema_editor):
    Member, Matter = apps.get_model("members", "Member"), apps.get_model("members", "Matter")
    MatterStep = apps.get_model("members", "MatterStep")
    today = timezone.localdate()
    members = Member.objects.using(schema_editor.connection.alias).order_by("pk")
    enrolled, former = members.filter(status__in=["1", "2"]), members.exclude(status__in=["1", "2"])
    _unmark(former.filter(is_lost=True), "is_lost", "lost_since", None)
    _unmark(former.filter(is_floating=True), "is_floating", "floating_to", "")
    _unmark(enrolled.filter(is_floating=True, status="2"), "is_floating", "floating_to", "")  # they cannot flow out
    for rows, make in (
        (enrolled.filter(is_floating=True), lambda member: _flow(Matter, member, today)),
        (enrolled.filter(is_lost=True), lambda member: _lost(Matter, member, today)),
    ):
        batch = []
        for member in rows.iterator(chunk_size=BATCH):
            batch.append(make(member))
            if len(batch) == BATCH:
                _store(Matter, MatterStep, batch, today)
                batch = []
        _store(Matter, MatterStep, batch, today)


def _flow(Matter, member, today):
    due = {"began_on": today, "contact_due_on": _months(today, CONTACT_MONTHS)}
    return Matter(uid=uuid.uuid4(), member=member, procedure="flow", state="11", region=member.floating_to, **due)


def _lost(Matter, member, today):
    is_stopped = member.status == "2"
    limit = _months(member.lost_since, SEARCH_MONTHS) if member.lost_since else None
    return Matter(
        uid=uuid.uuid4(),
        member=member,
        procedure="lost",
        state="22" if is_stopped else "21",
        began_on=member.lost_since,
        limit_on=_months(today, 24) if is_stopped else limit,
    )


def _store(Matter, MatterStep, matters, today):
    for matter in Matter.objects.bulk_create(matters):
        label = "登记流动" if matter.procedure == "flow" else "登记失联"
        words = {"label": label, "note": "由党统信息集登记", "by_name": "系统"}
        MatterStep.objects.create(matter=matter, verb="register", on=today, state=matter.state, **words)


def _unmark(rows, mark, field, nothing):
    """Take a mark back together with what it made count; nobody of these is in a counter of an organisation."""
    empty = {field: nothing} if nothing is not None else {f"{field}__isnull": True}
    marked = {mark: False, field: nothing, "required": F("required") - 1}
    rows.exclude(**empty).update(**marked, filled=F("filled") - 1)
    rows.filter(**empty).update(**marked)


def _months(day, months):
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return datetime.date(year, month + 1, min(day.day, last))


class Migration(migrations.Migration):
    dependencies = [("members", "0018_mobility")]
    operations = [migrations.RunPython(open_matters, migrations.RunPython.noop)]
