"""The export of the audit that is too large to wait for. The role is loaded afresh: what it may no longer see is not
in the file."""

from django.http import QueryDict

from accounts.models import RoleGrant
from partyplatform.audit import exports
from partyplatform.jobs import handler


@handler(exports.KIND)
def export_audit(context):
    role = RoleGrant.objects.active().select_related("user", "organization").get(pk=context.role_id)
    query = QueryDict(context.params["query"])
    rows, name = exports.chosen(role, query), exports.book_name()
    total = rows[: exports.MOST].count()
    exports.note(by=role, file_name=name, rows=total, filters=exports.described(query))
    counted = context.counted(rows.order_by("-seq")[: exports.MOST].iterator(chunk_size=exports.BATCH), total)
    with context.result(name) as target:
        exports.write(target, counted, by=role)
