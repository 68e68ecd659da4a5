"""欠缴名单 as page and workbook: one tuple of columns, one set of rows; what is too large is written by a job."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, QueryDict
from django.utils import timezone

from accounts import acting
from eforefront.forms.dues import PlaceFilter
from eforefront.money import Money
from eforefront.querysets import dues as reads
from orgs.picking import number
from orgs.services import exporting
from partyplatform.excel import write_book
from partyplatform.jobs import enqueue, handler
from partyplatform.ui.columns import Column

KIND = "eforefront.export_arrears"
EXPORT_AT_ONCE = 2000
COLUMNS = (
    Column("姓名", "member.name", width=14, link="url"),
    Column("收缴党支部", "organization.short_name", width=36),
    Column("最早欠缴月份", "since", width=14),
    Column("欠缴月数", "owed_months", width=12, kind="number"),
    Money("欠缴金额", "owed_fen", width=14),
    Column("提示", "flag", width=24, kind="tag"),
)


def months_of(query: QueryDict) -> int:
    """Return how many months of arrears an address asks for. Raises Http404 for a number that is not listed."""
    asked = number(query.get("months", "1"))
    if asked not in reads.REMINDED:
        raise Http404
    return asked


def rows_of(role: Any, months: int, filters: PlaceFilter) -> QuerySet:
    return filters.narrow(reads.arrears(role, months)).select_related("member__organization", "organization")


def title(months: int) -> str:
    return f"欠缴 {months} 个月名单"


def start_export(*, by: Any, query: QueryDict) -> Any:
    """Enqueue the export of the list an address shows."""
    called = f"{title(months_of(query))}：{by.organization_name}"
    return enqueue(KIND, by=by, title=called, params={"query": query.urlencode()})


@handler(KIND)
def export_arrears(context: Any) -> None:
    """Write the workbook of whoever owes now, of what the role may see now."""
    role, query = acting.load(context.role_id), QueryDict(context.params["query"])
    filters, called = PlaceFilter(query), title(months_of(query))
    rows = rows_of(role, months_of(query), filters)
    total, name = rows.count(), book_name(called, role.organization)
    exporting.note(
        role.organization,
        action="eforefront.export_dues",
        file_name=name,
        rows=total,
        filters=filters.described(),
        by=role,
    )
    lines = (reads.Owing(row) for row in rows.iterator(chunk_size=2000))
    meta = book_meta(role.organization, filters.described(), by=role)
    with context.result(name) as target:
        write_book(target, title=called, columns=COLUMNS, rows=context.counted(lines, total), meta=meta)


def book_name(called: str, organization: Any) -> str:
    return f"{called}_{organization.short_name}_{timezone.localdate():%Y%m%d}.xlsx"


def book_meta(organization: Any, filters: str, *, by: Any) -> dict[str, str]:
    """Return what the sheet 说明 says beside the number of rows."""
    return {
        "党组织": organization.full_name,
        "范围": filters,
        "导出人": f"{by.user_name}（{by.label}）",
        "导出时间": f"{timezone.localtime():%Y-%m-%d %H:%M}",
    }
