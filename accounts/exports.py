"""授权总览 as page and workbook: one tuple of columns, one set of rows."""

from django.utils import timezone

from accounts.models import RoleGrant
from orgs.models import Organization
from partyplatform.audit import ActingRole
from partyplatform.ui.columns import Column

# The page says in one cell what the workbook keeps in several.
GRANT_COLUMNS = (
    Column("人员", "user.name", width=14, cell="accounts/grants/_person.html"),
    Column("身份证号", "user.masked_id_number", width=22, kind="code", screen=False),
    Column("党组织", "organization.short_name", width=32, link="organization.get_absolute_url"),
    Column("党组织编码", "organization.code", width=16, kind="code", screen=False),
    Column("系统", "system_label", width=18),
    Column("角色", "kind_label", width=16, screen=False),
    Column("角色、职务", "kind_label", cell="accounts/grants/_role.html", book=False),
    Column("职务", "duty", width=18, screen=False),
    Column("分工", "portfolio", width=24, screen=False),
    Column("是否默认", "is_default", width=10, kind="bool", screen=False),
    Column("状态", "status", width=10, kind="tag"),
    Column("起止日期", "starts_on", cell="accounts/grants/_days.html", book=False),
    Column("开始日期", "starts_on", width=12, kind="date", screen=False),
    Column("结束日期", "ends_on", width=12, kind="date", screen=False),
    Column("授权人、时间和原因", "granted_by_name", cell="accounts/grants/_granted.html", book=False),
    Column("授权人", "granted_by_name", width=14, screen=False),
    Column("授权时间", "created_at", width=18, kind="date", screen=False),
    Column("授权原因", "reason", width=30, screen=False),
    Column("解除原因", "ending_reason", width=30, screen=False),
    Column("上次确认", "confirmation", width=22, screen=False),
    Column("最近登录", "user.last_login", width=18, kind="date"),
)


def grants_at(organization: Organization, *, role: ActingRole, filters):
    """Return the grants at an organisation and below it that the filters leave, in tree order."""
    rows = RoleGrant.objects.visible_to(role)
    if organization.pk != role.organization_id:
        rows = rows.at_or_below(organization.pk)
    return filters.narrow(rows).select_related("user", "organization").in_tree_order()


def book_name(organization: Organization) -> str:
    return f"授权总览_{organization.short_name}_{timezone.localdate():%Y%m%d}.xlsx"


def book_meta(organization: Organization, *, by: ActingRole) -> dict[str, str]:
    """Return what the sheet 说明 says beside the number of rows."""
    return {
        "党组织": f"{organization.full_name}及其下级党组织",
        "导出人": f"{by.user_name}（{by.label}）",
        "导出时间": f"{timezone.localtime():%Y-%m-%d %H:%M}",
        "身份证号": "只显示末四位",
    }
