"""The workbook of 历史党员 when it is too large to wait for."""

from django.http import QueryDict
from django.utils import timezone

from accounts import acting
from members.exports import book_meta
from members.forms.acts import PlaceFilter
from members.membership_lists import HISTORY, lines, listed_under
from orgs.services import exporting
from partyplatform.excel import write_book
from partyplatform.jobs import enqueue, handler

KIND = "members.export_history"


def book_name():
    return f"历史党员_{timezone.localdate():%Y%m%d}.xlsx"


def start_history_export(*, by, query):
    """Enqueue the export of what `query` shows."""
    return enqueue(KIND, by=by, title=f"导出历史党员：{by.organization_name}", params={"query": query.urlencode()})


@handler(KIND)
def export_history(context):
    """Write the workbook, of what the role may see now."""
    role, filters = acting.load(context.role_id), PlaceFilter(QueryDict(context.params["query"]))
    rows = listed_under(role, "history", filters)
    total, name, place = rows.count(), book_name(), role.organization
    exporting.note(place, action=KIND, file_name=name, rows=total, filters=filters.described(), by=role)
    counted, meta = context.counted(lines(rows), total), book_meta(place, by=role)
    with context.result(name) as target:
        write_book(target, title="历史党员", columns=HISTORY, rows=counted, meta=meta)
