"""Which columns a person wants to see in the list of members, kept with the account."""

from dataclasses import dataclass
from typing import Any

from accounts.models import User
from members.exports import MEMBER_COLUMNS
from members.items import BY_FIELD
from partyplatform.ui.columns import Column

TABLE = "members"  # what the account keeps the choice under
ALWAYS = "name"


@dataclass(frozen=True)
class ItemColumn(Column):
    """An item of 党统信息集 as its form prints it."""

    def value(self, row: Any) -> Any:
        return BY_FIELD[self.name].shown(getattr(row, self.name))


# Whatever the list may show: masked where the page of a member masks it.
PICKABLE = (
    *MEMBER_COLUMNS,
    ItemColumn("民族", "ethnicity", width=12),
    ItemColumn("籍贯", "native_place", width=24),
    ItemColumn("最高学历", "education", width=18),
    ItemColumn("职称", "title", width=18),
    ItemColumn("新社会阶层情况", "social_class", width=20),
    ItemColumn("工作岗位", "job_post", width=26),
    ItemColumn("农民工标识", "is_migrant_worker", width=10),
    Column("转正日期", "confirmed_on", width=14, kind="date"),
    ItemColumn("失去联系日期", "lost_since", width=12),
    Column("流动", "is_floating", width=8, kind="bool"),
    ItemColumn("外出流向", "floating_to", width=24),
    Column("联系方式", "shown_phone", width=16),
    Column("家庭住址", "shown_address", width=30),
)
_BY_NAME = {column.name: column for column in PICKABLE}
DEFAULT = tuple(column.name for column in MEMBER_COLUMNS if column.screen)


def chosen_names(user: User) -> tuple[str, ...]:
    """Return the names a person chose, those of the list itself where nothing was."""
    kept = [name for name in user.list_columns.get(TABLE, ()) if name in _BY_NAME]
    return tuple(kept) or DEFAULT


def has_chosen(user: User) -> bool:
    """Whether a person chose other columns than those of the list, which may be wider than the page."""
    return chosen_names(user) != DEFAULT


def shown_columns(user: User) -> tuple[Column, ...]:
    """Return the columns of the page and of its workbook; without a choice the workbook has two more."""
    if not has_chosen(user):
        return MEMBER_COLUMNS
    names = chosen_names(user)
    return tuple(_shown(column) for column in PICKABLE if column.name in names)


def _shown(column: Column) -> Column:
    return column if column.screen else Column(column.label, column.name, width=column.width, kind=column.kind)
