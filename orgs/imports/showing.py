"""Rows of an import as its page lists them."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from orgs.models import ImportSession
from partyplatform.ui.columns import Column
from partyplatform.ui.sheet_lines import COUNT_COLUMNS, MARKS
from partyplatform.ui.status import Status

DONE_COLUMNS = (
    Column("党组织简称", "name", link="url"),
    Column("行", "number", kind="number"),
    Column("上级党组织", "parent"),
    Column("党组织编码", "code", kind="code"),
    Column("结果", "mark", kind="tag"),
    Column("变动", "changes"),
)
ROW_COLUMNS = (*DONE_COLUMNS, Column("提示", "remarks"))
SESSION_COLUMNS = (
    Column("文件", "file_name", link="url"),
    Column("上传时间", "session.created_at", kind="date"),
    Column("状态", "session.status", kind="tag"),
    *COUNT_COLUMNS,
)


@dataclass(frozen=True)
class RowLine:
    """One row: what it would do, or did, to which organisation."""

    number: int
    name: str
    code: str
    parent: str
    mark: Status
    changes: str
    remarks: str
    url: str


@dataclass(frozen=True)
class SessionLine:
    """One import in the list of one's own."""

    session: ImportSession

    @property
    def file_name(self) -> str:
        return self.session.file_name

    @property
    def counts(self) -> dict[str, int]:
        return self.session.result

    @property
    def url(self) -> str:
        return reverse("orgs:import_session", args=[self.session.uid])


def row_line(stored: dict[str, Any]) -> RowLine:
    """Return a row as the page lists it; an organisation that stands in the tree is linked."""
    pk = stored.get("pk")
    return RowLine(
        number=stored["n"],
        name=stored["name"],
        code=stored["code"] or "由系统编码",
        parent=stored.get("parent", ""),
        mark=MARKS[stored["o"]],
        changes="；".join(f"{label}：{old or '（空）'} → {new or '（空）'}" for label, old, new in stored["c"]),
        remarks="；".join(f"{heading}：{text}" for heading, text in stored.get("w", ())),
        url=reverse("orgs:detail", args=[pk]) if pk else "",
    )
