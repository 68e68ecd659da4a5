"""Exports of the lists of 党员管理业务 that are too large to wait for."""

from django.http import QueryDict

from accounts import acting
from members.exports import book_meta
from members.matter_lists import LISTINGS, book_name, told
from orgs.services import exporting
from partyplatform.excel import write_book
from partyplatform.jobs import enqueue, handler

KIND = "members.export_matters"


def start_matters_export(listing, *, by, query):
    """Enqueue the export of what `query` shows of one of the lists."""
    params = {"listing": listing.slug, "query": query.urlencode()}
    return enqueue(KIND, by=by, title=f"导出{listing.label}：{by.organization_name}", params=params)


@handler(KIND)
def export_matters(context):
    """Write the workbook of one list, of what the role may see now."""
    role, listing = acting.load(context.role_id), LISTINGS[context.params["listing"]]
    filters = listing.filter_class(QueryDict(context.params["query"]))
    rows = listing.rows(role, filters)
    total, name = rows.count(), book_name(listing, role)
    exporting.note(role.organization, action=KIND, file_name=name, rows=total, filters=filters.described(), by=role)
    counted, meta = context.counted(told(rows.iterator(chunk_size=2000)), total), book_meta(role.organization, by=role)
    with context.result(name) as target:
        write_book(target, title=listing.label, columns=listing.columns, rows=counted, meta=meta)
