"""Exports too large to wait for: they run in the background and appear under 后台任务."""

from django.http import QueryDict

from accounts import acting
from members.exports import MEMBER_COLUMNS, book_meta, book_name, lines, members_under
from members.forms.filters import MemberFilter
from orgs.models import Organization
from orgs.services import exporting
from partyplatform.excel import write_book
from partyplatform.jobs import enqueue, handler

KIND = "members.export"


def start_export(organization, *, by, query):
    """Enqueue the export of what `query` (the list's address) shows under an organisation."""
    params = {"organization": organization.pk, "query": query.urlencode()}
    return enqueue(KIND, by=by, title=f"导出党员：{organization.short_name}", params=params)


@handler(KIND)
def export(context):
    """Write the workbook. The role is loaded afresh: whom it may no longer see is not in the file."""
    role = acting.load(context.role_id)
    organization = Organization.objects.visible_to(role).get(pk=context.params["organization"])
    filters = MemberFilter(QueryDict(context.params["query"]))
    rows = members_under(organization, role=role, filters=filters)
    total, name = rows.count(), book_name(organization)
    exporting.note(
        organization, action="members.export", file_name=name, rows=total, filters=filters.described(), by=role
    )
    counted, meta = context.counted(lines(rows, filters), total), book_meta(organization, by=role)
    with context.result(name) as target:
        write_book(target, title="党员", columns=MEMBER_COLUMNS, rows=counted, meta=meta)
