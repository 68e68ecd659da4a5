"""The member list as page and workbook: one tuple of columns, one set of rows. Source: screens.md 2.4."""

from django.utils import timezone

from members.as_it_stood import as_they_stood
from members.forms.filters import MemberFilter
from partyplatform.ui.columns import Column

MEMBER_COLUMNS = (
    Column("姓名", "name", sort="name", width=16, link="get_absolute_url", tags="standing_marks"),
    Column("身份证号", "uid", cell="members/_id_number.html", book=False),
    Column("性别", "get_gender_display", width=8),
    Column("出生日期", "born_on", sort="born_on", width=14, kind="date"),
    Column("年龄", "age", sort="age", width=8, kind="number"),
    Column("入党日期", "joined_on", sort="joined_on", width=14, kind="date"),
    Column("党员类别", "category_label", width=12),
    Column("党籍状态", "standing", width=12, kind="tag", screen=False),
    Column("失联", "is_lost", width=8, kind="bool"),
    Column("所在党组织", "organization.short_name", width=36),
    Column("信息完整度", "completeness", sort="completeness", width=14, kind="percent"),
    Column("党组织编码", "organization.code", width=16, kind="code", screen=False),
)


def members_under(organization, *, role, filters: MemberFilter, among=0):
    """Return who is enrolled in the organisation and below it, as the filters leave and order them."""
    return filters.members(organization, role, among=among).select_related("organization")


def members_in_full(organization, *, role, filters: MemberFilter):
    """Return whose numbers may leave in full: of a day in the past only those who are in reach today as well."""
    rows = members_under(organization, role=role, filters=filters)
    return rows.visible_to(role) if filters.day else rows


def lines(rows, filters: MemberFilter):
    """Return the members one after the other, for a day in the past as they stood then."""
    source = rows.iterator(chunk_size=2000)
    return as_they_stood(source) if filters.day else source


def book_name(organization) -> str:
    return f"党员_{organization.short_name}_{timezone.localdate():%Y%m%d}.xlsx"


def book_meta(organization, *, by) -> dict[str, str]:
    """Return what the sheet 说明 says beside the number of rows."""
    return {
        "党组织": organization.full_name,
        "导出人": f"{by.user_name}（{by.label}）",
        "导出时间": f"{timezone.localtime():%Y-%m-%d %H:%M}",
    }
