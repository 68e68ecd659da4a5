"""Columns and rows of the organisations' lists, for the page and the workbook alike."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from django.db.models import FilteredRelation, Q, QuerySet
from django.utils import timezone

from members.services.posts import leadership, secretaries
from orgs import codes, reminders
from orgs.figures import Figures, figures, with_percent
from orgs.forms.filters import OrganizationFilter
from orgs.models import Organization
from orgs.services import exporting
from partyplatform.ui.columns import Column
from partyplatform.ui.tables import Sorting

# The manual's columns in the manual's order; the rest is for the workbook. Source: screens.md 2.2.
LIST_COLUMNS = (
    Column("组织简称", "short_name", width=32, sort="short_name", link="get_absolute_url", tags="marks"),
    Column("党组织编码", "code", width=16, sort="code", kind="code"),
    Column("党组织隶属关系", "affiliation_label", width=14, sort="affiliation", fold=True),
    Column("组织类型", "org_type_label", width=14, sort="org_type"),
    Column("所在单位", "unit_name", width=24, fold=True),
    Column("党员信息完整度", "figures.percent", width=14, kind="percent", sort="percent_below"),
    Column("下级党员", "figures.members", width=10, kind="number", link="members_url", verb="查看"),
    Column("党组织全称", "full_name", width=44, screen=False),
    Column("上级党组织", "parent_name", width=32, screen=False),
    Column("书记", "secretary", width=12, screen=False),
    Column("正式党员", "figures.full", width=10, kind="number", screen=False),
    Column("预备党员", "figures.probationary", width=10, kind="number", screen=False),
    Column("批准建立日期", "founded_on", width=14, kind="date", screen=False),
    Column("届满日期", "term_ends_on", width=14, kind="date", screen=False),
)

BATCH = 500  # for so many PostgreSQL asks the indexes; for more it reads all terms and posts of the platform
FETCHED = 2000
ACTIONS = {"orgs.export": "导出Excel", "orgs.export_order": "导出组织排序", "orgs.download": "下载组织信息"}


@dataclass(slots=True)
class Line:
    """One row of the workbook. Plain: making a hundred thousand model instances takes longer than writing them."""

    pk: int
    short_name: str
    code: str
    affiliation: str
    org_type: str
    unit_name: str
    full_name: str
    parent_name: str | None
    founded_on: datetime.date
    term: int | None
    term_ends_on: datetime.date | None
    full_members: int
    probationary_members: int
    filled_items: int
    required_items: int
    figures: Figures | None = None
    secretary: str = ""

    @property
    def affiliation_label(self) -> str:
        return codes.AFFILIATIONS.label(self.affiliation)

    @property
    def org_type_label(self) -> str:
        return codes.ORG_TYPES.label(self.org_type)

    @property
    def own(self) -> Figures:
        return Figures(self.full_members, self.probationary_members, self.filled_items, self.required_items)


_FIELDS = (
    "pk",
    "short_name",
    "code",
    "affiliation",
    "org_type",
    "unit_name",
    "full_name",
    "parent__short_name",
    "founded_on",
    "current_term__pk",
    "current_term__ends_on",
    "full_members",
    "probationary_members",
    "filled_items",
    "required_items",
)


def lines(organizations: QuerySet) -> Iterator[Line]:
    """Yield the rows of the workbook, a batch at a time: figures of uppers from totals, of branches from themselves."""
    current = FilteredRelation("terms", condition=Q(terms__is_current=True))
    rows = organizations.annotate(current_term=current).values_list(*_FIELDS)
    stream = iter(rows.iterator(chunk_size=FETCHED))
    while batch := [Line(*row) for row in islice(stream, BATCH)]:
        sums = figures([line.pk for line in batch if line.org_type not in codes.BRANCHES])
        named = secretaries([line.term for line in batch if line.term])
        for line in batch:
            line.figures = sums.get(line.pk) or line.own
            line.secretary = named.get(line.term, "")
            yield line


def under(current: Organization, *, role, filters: OrganizationFilter):
    """Return the organisation and its children, or everything below it where 所有下级 is 是, in tree order."""
    rows = with_percent(Organization.objects.visible_to(role))
    if filters.values.get("everything"):
        return rows.within(current.pk).in_tree_order()
    return rows.itself_and_children(current.pk).in_tree_order()


def organizations_under(current: Organization, *, role, filters: OrganizationFilter, sort: str = ""):
    """Return the rows of the list as filters and order leave them, for the workbook."""
    rows = filters.narrow(under(current, role=role, filters=filters))
    return Sorting(LIST_COLUMNS, sort).apply(rows)


def book_name(current: Organization) -> str:
    return f"党组织_{current.short_name}_{timezone.localdate():%Y%m%d}.xlsx"


def book_meta(current: Organization, *, by) -> dict[str, str]:
    """Return what the sheet 说明 says beside the number of rows."""
    return {
        "党组织": current.full_name,
        "导出人": f"{by.user_name}（{by.label}）",
        "导出时间": f"{timezone.localtime():%Y-%m-%d %H:%M}",
    }


def note_export(current: Organization, *, file_name: str, rows: int, filters: OrganizationFilter, by) -> None:
    """Record the export in the audit, before its first row is read."""
    exporting.note(current, action="orgs.export", file_name=file_name, rows=rows, filters=filters.described(), by=by)


def card(organization: Organization, profile) -> list[tuple[str, str]]:
    """Return 组织信息 as (item, content) pairs for 下载."""
    fields = (
        *(Organization._meta.get_field(name) for name in CARD_FIELDS),
        *(profile._meta.get_field(name) for name in ("address", "postcode", "fax", "venue", "remark")),
    )
    pairs = []
    for field in fields:
        source = organization if field.model is Organization else profile
        pairs.append((str(field.verbose_name), _printed(source, field.name)))
    return pairs


def led_facts(organization: Organization) -> list[tuple[str, str]]:
    """Return who leads the organisation, and when it elects again."""
    leaders = leadership([organization.pk]).get(organization.pk)
    return [
        ("书记", leaders.secretary if leaders else ""),
        ("换届提醒", reminders.next_election(organization, timezone.localdate())),
    ]


CARD_FIELDS = (
    "full_name",
    "short_name",
    "code",
    "org_type",
    "affiliation",
    "parent",
    "founded_on",
    "founding_document",
    "is_functional",
    "unit_relation",
    "unit_name",
    "is_elderly_majority",
    "contact_name",
    "contact_phone",
)


def _printed(source, name: str) -> str:
    if name == "org_type":
        return codes.ORG_TYPES.display(source.org_type)
    if name == "affiliation":
        return codes.AFFILIATIONS.display(source.affiliation)
    value = getattr(source, f"get_{name}_display", lambda: getattr(source, name))()
    if isinstance(value, bool):
        return "是" if value else "否"
    return "" if value is None else str(value)
