"""The lists of 党员管理业务 as page and workbook: one tuple of columns, one set of rows. Source: screens.md 2.7."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from members.forms.matters import HardshipFilter, ListFilter, matter_filter
from members.items import region_name
from members.models import Hardship, Matter
from members.procedures import PROCEDURES
from partyplatform.audit import ActingRole
from partyplatform.ui.columns import Column

NAME = Column("姓名", "member.name", width=16, link="url")
PLACE = Column("所在党组织", "member.organization.short_name", width=36)
STATE = Column("状态", "standing", width=14, kind="tag")
CODE = Column("党组织编码", "member.organization.code", width=16, kind="code", screen=False)


def _day(label: str, name: str) -> Column:
    return Column(label, name, width=14, kind="date")


def _book(label: str, name: str, width: int = 20) -> Column:
    return Column(label, name, width=width, screen=False)


# fmt: off
COLUMNS = {
    "flow": (NAME, _day("流出日期", "began_on"), Column("外出流向", "region_name", width=24),
             Column("外出原因", "cause_label"),
             _book("流动范围", "get_scope_display"), _book("原职业", "occupation"), _book("流动证号", "certificate"),
             Column("流入地党组织", "host", width=30), _book("流入地联系人", "contact_name"),
             _day("应联系日期", "contact_due_on"), STATE, PLACE, CODE),
    "lost": (NAME, Column("失去联系月份", "month", width=14), Column("失联原因", "cause_label"),
             _day("可提出停止党籍", "stop_on"), STATE, PLACE, _book("备注", "remark", 40), CODE),
    "abroad": (NAME, _day("出国（境）日期", "began_on"), _day("预计返回", "ends_on"), Column("国家（地区）", "country"),
               Column("方式", "get_way_display"), _book("攻读学位", "degree"), _book("境内联系人", "contact_name"),
               _day("应联系日期", "contact_due_on"), STATE, PLACE, CODE),
    "retention": (NAME, _day("暂留开始日期", "began_on"), _day("暂留截止日期", "ends_on"),
                  Column("联系负责人", "contact_name"), STATE, PLACE, CODE),
    "hardships": (NAME, Column("困难类型", "kind", width=20), _day("认定日期", "since_on"),
                  _day("解除日期", "until_on"),
                  Column("帮扶措施", "measures", width=40), PLACE, CODE),
}
# fmt: on


@dataclass(frozen=True, slots=True)
class Listing:
    """One list: what it is called, its columns, its filters, its rows before any filter."""

    slug: str
    label: str
    filter_class: type[ListFilter]
    note: str = ""

    @property
    def columns(self) -> tuple[Column, ...]:
        return COLUMNS[self.slug]

    def all_rows(self) -> QuerySet:
        if self.slug == "hardships":
            return Hardship.objects.on_pages()
        return Matter.objects.in_procedure(self.slug)

    def rows(self, role: ActingRole, filters: ListFilter) -> QuerySet:
        """Return the rows in reach as the filters leave them, branch by branch."""
        rows = filters.narrow(self.all_rows(), role).visible_to(role).with_people()
        at = "member__organization"
        return rows.order_by(f"{at}__tree_id", f"{at}__lft", "member__name", "pk")


LISTINGS = {
    **{p.slug: Listing(p.slug, p.label, matter_filter(p), p.note) for p in PROCEDURES.values()},
    "hardships": Listing("hardships", "困难党员", HardshipFilter, "在党员信息的“扩展信息集”中登记困难类型和帮扶措施。"),
}


def told(rows: Iterable[Any]) -> Iterator[Any]:
    """Give each row what its columns show beside its own fields."""
    for row in rows:
        row.url = f"{row.member.get_absolute_url()}{'extended' if isinstance(row, Hardship) else 'mobility'}/"
        if isinstance(row, Matter):
            row.region_name = region_name(row.region) if row.region else ""
            row.month = f"{row.began_on:%Y-%m}" if row.began_on else ""
            row.stop_on = row.limit_on if row.is_open else None
        yield row


def book_name(listing: Listing, role: ActingRole) -> str:
    return f"{listing.label}_{role.organization_name}_{timezone.localdate():%Y%m%d}.xlsx"
