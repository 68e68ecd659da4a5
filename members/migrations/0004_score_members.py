"""Give members entered before there were records their score and the first row of their history."""

from collections import defaultdict

from django.db import migrations
from django.db.models import F
from django.utils import timezone

from members import completeness

_CHUNK = 2000


def score(apps, schema_editor):
    member_model, standing = apps.get_model("members", "Member"), apps.get_model("members", "Standing")
    today, difference = timezone.localdate(), defaultdict(lambda: [0, 0])
    rows = []
    for member in member_model.objects.order_by("pk").iterator(chunk_size=_CHUNK):
        member.filled, member.required = completeness.Rules(0, completeness.DEFAULTS).score(member)
        if member.status == "1":
            counted = difference[member.organization_id]
            counted[0], counted[1] = counted[0] + member.filled - 4, counted[1] + member.required - 4
        rows.append(member)
        if len(rows) == _CHUNK:
            _write(member_model, standing, rows, today)
            rows = []
    _write(member_model, standing, rows, today)
    organization, change = apps.get_model("orgs", "Organization"), apps.get_model("orgs", "CounterChange")
    for pk, (filled, required) in difference.items():
        organization.objects.filter(pk=pk).update(
            filled_items=F("filled_items") + filled, required_items=F("required_items") + required
        )
        change.objects.create(organization_id=pk, filled=filled, required=required)


def _write(member_model, standing, rows, today):
    member_model.objects.bulk_update(rows, ["filled", "required"], batch_size=500)
    standing.objects.bulk_create(
        standing(
            member=member,
            organization_id=member.organization_id,
            category=member.category,
            status=member.status,
            begins_on=today,
            cause="系统启用时导入",
        )
        for member in rows
    )


class Migration(migrations.Migration):
    dependencies = [("members", "0003_member_record")]

    operations = [migrations.RunPython(score, migrations.RunPython.noop)]
