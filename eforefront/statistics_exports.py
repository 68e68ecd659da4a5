"""导出 of 党内统计: what of a report goes into the file, and the trace it leaves."""

import datetime
import io
from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.utils import timezone

from eforefront import statistics_books
from eforefront.models import StatisticalReport
from eforefront.models.statistics import title
from eforefront.services import statistics as services
from eforefront.statistics.definitions import edition, edition_for
from eforefront.statistics.engine import count_table
from eforefront.statistics.frame import Frame
from eforefront.statistics.sheets import Caption, Sheet, sheet
from orgs.models import Organization
from orgs.services import exporting
from partyplatform.audit import ActingRole

ENDINGS = ("xlsx", "pdf")


def write(
    organization: Organization,
    on: datetime.date,
    *,
    by: ActingRole,
    number: str,
    ending: str,
    told: Callable[[int, int, str], None] = lambda done, total, text: None,
) -> tuple[str, bytes]:
    """Return the name and the content of a file with one table, or with all where no `number` is given.

    Raises ValidationError for a table that does not exist, PdfUnavailable where no PDF can be made.
    """
    report = services.present(organization, on)
    sheets = sheets_of(organization, on, report, number=number, told=told)
    label = f"表{int(number)}" if number else "全部报表"
    heading = title(services.kind_of(on), on)
    name = f"{heading}_{label}_{organization.short_name}.{ending}"
    caption = Caption(
        title=heading,
        organization=organization.full_name,
        on=on,
        state=_state(report),
        edition=report.edition if report is not None and report.is_sealed else edition_for(on.year).name,
        made=f"导出人：{by.user_name}　导出时间：{timezone.localtime():%Y-%m-%d %H:%M}",
    )
    rows = sum(len(one.rows) for one in sheets)
    exporting.note(
        organization, action="eforefront.export_statistics", file_name=name, rows=rows, filters=f"{on:%Y-%m-%d}", by=by
    )
    if ending == "pdf":
        told(len(sheets), len(sheets) + 1, "PDF 排版，约需一分钟")
        return name, statistics_books.as_pdf(caption, sheets)
    stream = io.BytesIO()
    statistics_books.write_workbook(stream, caption, sheets)
    return name, stream.getvalue()


def sheets_of(
    organization: Organization,
    on: datetime.date,
    report: StatisticalReport | None,
    *,
    number: str,
    told: Callable[[int, int, str], None],
) -> list[Sheet]:
    """Return the tables asked for, with the figures that were sealed, else counted now."""
    is_sealed = report is not None and report.is_sealed
    rules = edition(report.edition) if report is not None and is_sealed else edition_for(on.year)
    tables = [table for table in rules.tables if number in ("", table.number)]
    if not tables:
        raise ValidationError("没有这张报表")
    frame, sheets = Frame(organization.pk, on), []
    for done, table in enumerate(tables):
        told(done, len(tables), f"表{int(table.number)} {table.title}")
        kept = report.figures.get(table.number) if report is not None and is_sealed else None
        sheets.append(sheet(table, kept if kept is not None else count_table(table, frame)))
    return sheets


def _state(report: StatisticalReport | None) -> str:
    if report is None or report.sealed_at is None:
        return "（未封存）"
    return f"（{timezone.localdate(report.sealed_at):%Y-%m-%d} 封存）"
