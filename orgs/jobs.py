"""Exports too large to wait for: they run in the background and appear under 后台任务."""

from django.http import QueryDict

from accounts import acting
from orgs.exports import LIST_COLUMNS, book_meta, book_name, lines, note_export, organizations_under
from orgs.forms.filters import OrganizationFilter
from orgs.models import Organization
from partyplatform.excel import write_book
from partyplatform.jobs import enqueue, handler

KIND = "orgs.export"


def start_export(current, *, by, query):
    """Enqueue the export of what `query` (the list's address) shows under `current`."""
    params = {"organization": current.pk, "query": query.urlencode()}
    return enqueue(KIND, by=by, title=f"导出党组织：{current.short_name}", params=params)


@handler(KIND)
def export(context):
    """Write the workbook. The role is loaded afresh: what it may no longer see is not in the file."""
    role = acting.load(context.role_id)
    current = Organization.objects.visible_to(role).get(pk=context.params["organization"])
    query = QueryDict(context.params["query"])
    filters = OrganizationFilter(query)
    rows = organizations_under(current, role=role, filters=filters, sort=query.get("sort", ""))
    total, name = rows.count(), book_name(current)
    note_export(current, file_name=name, rows=total, filters=filters, by=role)
    counted, meta = context.counted(lines(rows), total), book_meta(current, by=role)
    with context.result(name) as target:
        write_book(target, title="党组织", columns=LIST_COLUMNS, rows=counted, meta=meta)
