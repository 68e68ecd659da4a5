"""Rows, faults and differences of an import as its pages list them; sealed items stay masked."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from accounts import id_numbers
from members.items import BY_FIELD, Kind
from members.models import ImportRow, MemberImport
from members.services.importing.rows import ADD_KIND, BRANCH, HEADINGS, NUMBER, Row, row_of
from partyplatform import masking
from partyplatform.crypto import Undecipherable
from partyplatform.ui import sheet_lines
from partyplatform.ui.columns import Column
from partyplatform.ui.sheet_lines import COUNT_COLUMNS, MARKS
from partyplatform.ui.status import Status

Outcome = ImportRow.Outcome
ENDINGS = {
    ImportRow.Ending.NONE: "",
    ImportRow.Ending.UNDONE: Status("已撤回", "green"),
    ImportRow.Ending.KEPT: Status("保留", "amber"),
}
_MASKS = {NUMBER: id_numbers.masked, "phone": masking.phone, "address": masking.address}
EMPTY = "（空）"

ROW_COLUMNS = (
    Column("姓名", "name", link="url"),
    Column("行", "number", kind="number"),
    Column("公民身份证号", "id_number", kind="code", fold=True),
    Column("党组织编码", "branch", kind="code"),
    Column("增加方式", "kind", fold=True),
    Column("结果", "mark", kind="tag"),
    Column("变动", "changes"),
    Column("提示", "remarks"),
)
DONE_COLUMNS = (
    Column("姓名", "name", link="url"),
    Column("行", "number", kind="number"),
    Column("所在党支部", "branch"),
    Column("结果", "mark", kind="tag"),
    Column("变动", "changes"),
)
UNDONE_COLUMNS = (
    Column("姓名", "name", link="url"),
    Column("行", "number", kind="number"),
    Column("所在党支部", "branch"),
    Column("导入结果", "mark", kind="tag"),
    Column("撤销结果", "ending", kind="tag"),
    Column("保留的原因", "why_kept"),
)
SESSION_COLUMNS = (
    Column("文件", "file_name", link="url"),
    Column("导入人", "owner_name"),
    Column("上传时间", "created_at", kind="date"),
    Column("状态", "status", kind="tag"),
    *COUNT_COLUMNS,
)


@dataclass(frozen=True)
class RowLine:
    """One row: what it would do, or did, to which member."""

    number: int
    name: str
    id_number: str = ""
    branch: str = ""
    kind: str = ""
    mark: Status | str = ""
    changes: str = ""
    remarks: str = ""
    ending: Status | str = ""
    why_kept: str = ""
    url: str = ""


@dataclass(frozen=True)
class SessionLine:
    """One import in the list of one's own."""

    session: MemberImport

    def __getattr__(self, name: str) -> Any:
        return getattr(self.session, name)

    @property
    def counts(self) -> dict[str, int]:
        return {"new": 0, "update": 0, "same": 0, "faulty": 0} | self.session.result

    @property
    def url(self) -> str:
        return reverse("members:import_session", args=[self.session.uid])


def fault_lines(rows: Iterable[ImportRow], columns: dict[str, str]) -> list[sheet_lines.FaultLine]:
    """Return a line for every bad cell of these rows."""
    return sheet_lines.fault_lines((opened(stored) for stored in rows), columns, typed)


def open_line(stored: ImportRow) -> RowLine:
    """Return a row of a sheet that is not confirmed."""
    row = opened(stored)
    member = stored.member
    return RowLine(
        number=row.number,
        name=row.name or (member.name if member else ""),
        id_number=typed(row, NUMBER),
        branch=row.values.get(BRANCH) or (member.organization.code if member else ""),
        kind=row.texts.get(ADD_KIND, "") if stored.outcome == Outcome.NEW else "",
        mark=MARKS[stored.outcome],
        changes=told(row.changes),
        remarks="；".join(row.remarks),
        url=member.get_absolute_url() if member else "",
    )


def done_line(stored: ImportRow) -> RowLine:
    """Return a row of a sheet that was brought in, and perhaps taken back."""
    member = stored.member
    return RowLine(
        number=stored.number,
        name=member.name if member else "",
        branch=member.organization.short_name if member else "",
        mark=MARKS[stored.outcome],
        changes=told(opened(stored).changes),
        ending=ENDINGS[ImportRow.Ending(stored.ending)],
        why_kept=stored.why_kept,
        url=member.get_absolute_url() if member else "",
    )


def opened(stored: ImportRow) -> Row:
    """Return what a stored row says, an empty row where nothing is kept or nothing opens."""
    try:
        return row_of(stored) if stored.content_sealed else Row(stored.number, {})
    except Undecipherable:
        return Row(stored.number, {}, found={"name": "无法解密"})


def typed(row: Row, name: str) -> str:
    """Return what stands in a cell as lists show it."""
    text = row.texts.get(name, "")
    return _MASKS[name](text) if text and name in _MASKS else text


def told(changes: Iterable[list[Any]]) -> str:
    """Return 民族：（空） → 汉族 01；… of [field, old, new]."""
    return "；".join(f"{HEADINGS[name]}：{shown(name, old)} → {shown(name, new)}" for name, old, new in changes)


def shown(name: str, value: Any) -> str:
    item = BY_FIELD[name]
    if item.kind is Kind.SEALED:
        return _MASKS[name](value) if value else EMPTY
    return item.shown(value) or EMPTY
