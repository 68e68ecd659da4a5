"""Give members entered before there were lists by name and by the end of a number what these are found by.

In batches with a transaction of their own: it may be stopped and begun again, and holds nobody up.
"""

from django.db import connection, migrations, transaction

from members.name_order import pinyin_key, strokes_key
from partyplatform.crypto import Undecipherable, blind_index, unseal

_BATCH = 2000
_FIELDS = ("pk", "uid", "name", "id_number_sealed")


def fill(apps, schema_editor):
    member = apps.get_model("members", "Member")
    after = 0
    while rows := list(member.objects.filter(pk__gt=after).order_by("pk").values_list(*_FIELDS)[:_BATCH]):
        after = rows[-1][0]
        values = [
            (pinyin_key(name), strokes_key(name), _end_key(uid, sealed), pk, name) for pk, uid, name, sealed in rows
        ]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(
                "UPDATE members_member SET name_pinyin = %s, name_strokes = %s, id_number_end = %s"
                " WHERE id = %s AND name = %s",
                values,
            )


def _end_key(uid, sealed):
    """The search key of the last four characters; nothing for a number that does not open, which the patrol reports."""
    try:
        number = unseal(sealed, table="members_member", column="id_number", row=uid) if sealed else ""
    except Undecipherable:
        return ""
    return blind_index(number[-4:], column="members.member.id_number.end") if number else ""


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("members", "0008_member_orders")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
