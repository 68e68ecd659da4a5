"""The list of 组织生活 as page and workbook: one tuple of columns, one set of rows. Source: screens.md 3.3."""

from typing import Any

from django.http import QueryDict
from django.utils import timezone

from accounts import acting
from eforefront.forms.activities import ActivityFilter
from eforefront.forms.meetings import MeetingFilter
from eforefront.querysets.gatherings import MANY
from orgs.figures import figures
from orgs.reach import at_root
from orgs.services import exporting
from partyplatform.audit import ActingRole
from partyplatform.excel import write_book
from partyplatform.jobs import enqueue, handler
from partyplatform.ui.columns import Column

KIND, ACTIVITIES = "eforefront.export_gatherings", "eforefront.export_activities"
TITLES = {KIND: "组织生活", ACTIVITIES: "支部活动"}
EXPORT_AT_ONCE = 2000
_DUE = Column("应到", "shown_due", width=8, kind="number")
_PRESENT = Column("实到", "shown_present", width=8, kind="number")
COLUMNS = (
    Column("类型", "type_label", width=18),
    Column("主题", "topic", width=36, link="get_absolute_url", tags="marks"),
    Column("时间", "when", width=24),
    Column("地点", "place", width=20, fold=True),
    Column("主持人", "chair", width=12),
    _DUE,
    _PRESENT,
    Column("状态", "status", width=12, kind="tag"),
    Column("党组织", "organization.short_name", width=36),
    Column("党组织编码", "organization.code", width=16, kind="code", screen=False),
    Column("补录", "is_late_entry", width=8, kind="bool", screen=False),
    Column("记录人", "recorder", width=12, screen=False),
    Column("列席人员", "guests", width=24, screen=False),
    Column("决议", "resolution", width=40, screen=False),
)


def reaches_many(role: ActingRole) -> bool:
    """Say whether a list is found sooner by its own order than by the organisations in reach."""
    organization: Any = getattr(role, "organization", None)
    if organization is None or organization.is_branch or at_root(role):
        return False
    return figures([organization.pk])[organization.pk].branches > MANY


def exported(role: ActingRole, filters: Any) -> Any:
    """Return the rows of the workbook: those of the list, with what only the workbook shows."""
    return filters.rows(role, many=reaches_many(role)).select_related("organization").defer("content", "agenda")


def start_export(kind: str, *, by: Any, query: QueryDict) -> Any:
    """Enqueue the export of what `query` shows of a list: KIND or ACTIVITIES."""
    title = f"导出{TITLES[kind]}：{by.organization_name}"
    return enqueue(kind, by=by, title=title, params={"query": query.urlencode()})


@handler(KIND)
def export_meetings(context: Any) -> None:
    """Write the workbook of the list, of what the role may see now."""
    _export(context, KIND, MeetingFilter)


@handler(ACTIVITIES)
def export_activities(context: Any) -> None:
    """The same of 支部活动."""
    _export(context, ACTIVITIES, ActivityFilter)


def _export(context: Any, kind: str, filter_class: type[MeetingFilter]) -> None:
    role, filters = acting.load(context.role_id), filter_class(QueryDict(context.params["query"]))
    rows, name = exported(role, filters), book_name(kind, role)
    total = rows.count()
    exporting.note(role.organization, action=KIND, file_name=name, rows=total, filters=filters.described(), by=role)
    counted, meta = context.counted(rows.iterator(chunk_size=2000), total), book_meta(role.organization, by=role)
    with context.result(name) as target:
        write_book(target, title=TITLES[kind], columns=COLUMNS, rows=counted, meta=meta)


def book_meta(organization: Any, *, by: Any) -> dict[str, str]:
    """Return what the sheet 说明 says beside the number of rows."""
    return {
        "党组织": organization.full_name,
        "导出人": f"{by.user_name}（{by.label}）",
        "导出时间": f"{timezone.localtime():%Y-%m-%d %H:%M}",
    }


def book_name(kind: str, role: ActingRole) -> str:
    return f"{TITLES[kind]}_{role.organization_name}_{timezone.localdate():%Y%m%d}.xlsx"
