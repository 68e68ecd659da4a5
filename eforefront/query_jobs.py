"""Workbooks of queries: at once when they are small, else as a job; sealed values in full only by 全项导出."""

import base64
import uuid

from django.utils import timezone
from django.utils.http import urlencode

from accounts import acting
from eforefront.queries import compiling, describing, listing, tabulating
from eforefront.queries.checking import Checked
from eforefront.queries.definition import dump, load
from members import export_sources
from orgs.services import exporting
from partyplatform.crypto import seal, unseal
from partyplatform.excel import write_book
from partyplatform.jobs import enqueue, handler
from partyplatform.ui.columns import Column

KIND = "eforefront.export_query"
SOURCE = "query"  # of 全项导出
AT_ONCE = 2000  # rows; more becomes a job with progress


def book_name(subject):
    return f"{subject.label}查询_{timezone.localdate():%Y%m%d}.xlsx"


def book_meta(described, *, by):
    """Return what the sheet 说明 says beside the number of rows."""
    return {
        "查询条件": described,
        "管理范围": by.organization.full_name,
        "导出人": f"{by.user_name}（{by.label}）",
        "导出时间": f"{timezone.localtime():%Y-%m-%d %H:%M}",
    }


def lines(found, checked):
    """Return every line of a query's list, one after the other."""
    return listing.lines(listing.everything(found, checked.query, checked.day), checked.query, checked.role)


def note(checked, *, rows, name, described):
    """Keep that a list leaves: the file, how many rows, which question."""
    place = checked.role.organization
    exporting.note(place, action=KIND, file_name=name, rows=rows, filters=described, by=checked.role)


def table_book(query, checked, described):
    """Return the name and the parts of a workbook with the table of a query, and note that it leaves."""
    table, title = tabulating.table(query, checked.role), tabulating.title(query)
    name = f"随机统计_{timezone.localdate():%Y%m%d}.xlsx"
    note(checked, rows=len(table.rows), name=name, described=described)
    rows = [{"label": row.label, **{str(n): cell.number for n, cell in enumerate(row.cells)}} for row in table.rows]
    columns = (
        Column(title.partition(" × ")[0], "label", width=30),
        *(Column(label, str(number), kind="number") for number, label in enumerate(table.columns)),
    )
    meta = book_meta(described, by=checked.role) | {"统计": title}
    return name, {"title": "随机统计", "columns": columns, "rows": rows, "meta": meta}


def start(query, *, by):
    """Enqueue the workbook of a query; names and numbers in its conditions are sealed with the job."""
    uid = str(uuid.uuid4())
    sealed = base64.b64encode(seal(dump(query), **_place(uid))).decode()
    return enqueue(
        KIND, by=by, title="随机统计" if query.rows else "导出查询结果", params={"uid": uid, "query": sealed}
    )


@handler(KIND)
def export(context):
    """Write the workbook with the reach and the rights the role has now."""
    role, params = acting.load(context.role_id), context.params
    query = load(unseal(base64.b64decode(params["query"]), **_place(params["uid"])))
    checked = Checked(query, role)
    described = describing.described(query, checked.places)
    if query.rows:
        name, book = table_book(query, checked, described)
        with context.result(name) as target:
            write_book(target, **book)
        return
    found = compiling.rows(query, role, checked)
    total = found.order_by().count()
    name = book_name(checked.subject)
    note(checked, rows=total, name=name, described=described)
    with context.result(name) as target:
        write_book(
            target,
            title=checked.subject.label,
            columns=listing.columns(query, checked.day),
            rows=context.counted(lines(found, checked), total),
            meta=book_meta(described, by=role),
        )


def full_query(query):
    """Return what a request for full records keeps of a query."""
    return urlencode({export_sources.NAME: SOURCE, "definition": dump(query)})


def members_in_full(query, role):
    """Return whose numbers may leave in full: of a day in the past only those who are in reach today as well."""
    return compiling.rows(query, role).visible_to(role)


def _kept(query):
    return load(query["definition"])


def _full_columns(query, role):
    kept = _kept(query)
    return listing.columns(kept, Checked(kept, role).day, clear=True)


export_sources.enter(
    export_sources.Source(
        SOURCE,
        rows=lambda query, role: members_in_full(_kept(query), role),
        columns=_full_columns,
        lines=lambda rows, query, role: lines(rows, Checked(_kept(query), role)),
    )
)


def _place(uid):
    return {"table": "job", "column": "query", "row": uid}
