"""The audit as a workbook: the records the filters leave, oldest last, as on the page."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, BinaryIO

from django.db import transaction
from django.http import QueryDict
from django.utils import timezone

from partyplatform.excel import write_book
from partyplatform.ui.columns import Column
from partyplatform.ui.texts import cleaned, is_number

from . import recording
from .actors import ActingRole
from .forms import RecordFilter
from .models import Record
from .querysets import RecordQuerySet
from .reach import tree

KIND = "audit.export"  # of the job, which accounts handles: it loads the role afresh
AT_ONCE = 2_000  # records; more becomes a job with progress
MOST = 200_000  # records of one workbook
BATCH = 2_000

COLUMNS = (
    Column("时间", "at", width=20, kind="date", link="get_absolute_url"),
    Column("操作", "action_label", width=22, tags="marks"),
    Column("操作人", "actor_name", width=14),
    Column("角色", "role_label", width=36, fold=True),
    Column("对象", "object_label", width=30),
    Column("党组织", "organization_name", width=30),
    Column("变动内容", "changes_text", width=60, screen=False),
    Column("原因", "reason", width=40, screen=False),
    Column("文号", "document", width=20, screen=False),
    Column("是否成功", "succeeded", width=10, kind="bool", screen=False),
    Column("级别", "get_level_display", width=8, screen=False),
    Column("网络地址", "address_masked", width=16, screen=False),
    Column("请求编号", "request_number", width=24, screen=False),
    Column("序号", "seq", width=12, kind="number", screen=False),
)


def chosen(role: ActingRole, query: QueryDict) -> RecordQuerySet:
    """Return the records in reach of a role that an address asks for, links to one actor, object or place included."""
    rows = RecordFilter(query or None).narrow(Record.objects.visible_to(role))
    if actor := cleaned(query.get("actor", "")):
        rows = rows.by_person(actor)
    if about := cleaned(query.get("object", "")):
        rows = rows.about(*about.partition(":")[::2])
    if org := place(query):
        rows = rows.under(org)
    return rows


def place(query: QueryDict) -> int | None:
    """Return the id of the organisation an address narrows the records to."""
    org = query.get("org", "")
    return int(org) if is_number(org, digits=18) else None


def described(query: QueryDict) -> str:
    """Return in words what an address asks for; a link to one actor or object by its identifier."""
    links = (("actor", "操作人标识"), ("object", "对象标识"), ("org", "党组织标识"))
    linked = [f"{label} {query[name]}" for name, label in links if query.get(name)]
    return "，".join(filter(None, [RecordFilter(query or None).described(), *linked]))


def with_organizations(rows: Iterable[Any]) -> Iterator[Any]:
    """Pass records (or whatever has an organization_id) through, with the name of the organisation of each."""
    remaining = iter(rows)
    while batch := list(islice(remaining, BATCH)):
        names = tree().names({row.organization_id for row in batch if row.organization_id})
        for row in batch:
            row.organization_name = names.get(row.organization_id, "")
            yield row


def book_name() -> str:
    return f"审计记录_{timezone.localtime():%Y%m%d_%H%M}.xlsx"


@transaction.atomic
def note(*, by: ActingRole, file_name: str, rows: int, filters: str) -> None:
    """Write down what of the audit leaves the platform. Source: security.md 44."""
    changes: list[tuple[str, str, object]] = [
        ("文件", "", file_name),
        ("行数", "", rows),
        ("筛选条件", "", filters or "无"),
    ]
    recording.record(by, "audit.export", changes=changes)


def meta(by: ActingRole) -> Mapping[str, str]:
    """Return what the sheet 说明 says beside the number of rows."""
    return {"导出人": f"{by.user_name}（{by.label}）", "导出时间": f"{timezone.localtime():%Y-%m-%d %H:%M}"}


def write(stream: BinaryIO, rows: Iterable[Any], *, by: ActingRole) -> None:
    write_book(stream, title="审计记录", columns=COLUMNS, rows=with_organizations(rows), meta=meta(by))
