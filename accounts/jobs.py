"""Exports that are too large to wait for: they run in the background and appear under 后台任务.

The role is loaded afresh: what it may no longer see is not in the file.
"""

from django.http import QueryDict

from accounts import acting
from accounts.exports import GRANT_COLUMNS, book_meta, book_name, grants_at
from accounts.forms import GrantFilter
from orgs.models import Organization
from orgs.services import exporting
from partyplatform.audit import exports
from partyplatform.excel import write_book
from partyplatform.jobs import enqueue, handler

GRANTS = "accounts.export_grants"


def start_export(organization, *, by, query):
    """Enqueue the export of the grants that `query` (the page's address) shows under an organisation."""
    params = {"organization": organization.pk, "query": query.urlencode()}
    return enqueue(GRANTS, by=by, title=f"导出授权总览：{organization.short_name}", params=params)


@handler(GRANTS)
def export_grants(context):
    role = acting.load(context.role_id)
    organization = Organization.objects.visible_to(role).get(pk=context.params["organization"])
    filters = GrantFilter(QueryDict(context.params["query"]))
    rows = grants_at(organization, role=role, filters=filters)
    total, name = rows.count(), book_name(organization)
    exporting.note(organization, action=GRANTS, file_name=name, rows=total, filters=filters.described(), by=role)
    counted, meta = context.counted(rows.iterator(chunk_size=2000), total), book_meta(organization, by=role)
    with context.result(name) as target:
        write_book(target, title="授权", columns=GRANT_COLUMNS, rows=counted, meta=meta)


@handler(exports.KIND)
def export_audit(context):
    role = acting.load(context.role_id)
    query = QueryDict(context.params["query"])
    rows, name = exports.chosen(role, query), exports.book_name()
    total = rows[: exports.MOST].count()
    exports.note(by=role, file_name=name, rows=total, filters=exports.described(query))
    counted = context.counted(rows.order_by("-seq")[: exports.MOST].iterator(chunk_size=exports.BATCH), total)
    with context.result(name) as target:
        exports.write(target, counted, by=role)
