"""Exports too large to wait for: they run in the background and appear under 后台任务."""

from django.http import QueryDict
from django.utils import timezone

from accounts.models import RoleGrant
from orgs.exports import LIST_COLUMNS, dressed
from orgs.forms.filters import OrganizationFilter
from orgs.models import Organization
from partyplatform.excel import write_book
from partyplatform.jobs import enqueue, handler

KIND = "orgs.export"
_STEP = 1000  # rows between two signs of progress


def start_export(role, current, query):
    """Enqueue the export of what `query` (the list's address) shows under `current`."""
    return enqueue(
        KIND,
        by=role,
        title=f"导出党组织：{current.short_name}",
        params={"organization": current.pk, "query": query.urlencode()},
    )


@handler(KIND)
def export(context):
    """Write the workbook. The role is loaded afresh: what it may no longer see is not in the file."""
    role = RoleGrant.objects.active().select_related("user", "organization").get(pk=context.role_id)
    current = Organization.objects.visible_to(role).get(pk=context.params["organization"])
    filters = OrganizationFilter(QueryDict(context.params["query"]))
    rows = Organization.objects.visible_to(role)
    rows = rows.within(current.pk) if filters.values.get("everything") else rows.itself_and_children(current.pk)
    rows = filters.narrow(rows).in_tree_order().select_related("parent")
    meta = {"导出人": f"{role.user_name}（{role.label}）", "导出时间": f"{timezone.localtime():%Y-%m-%d %H:%M}"}
    name = f"党组织_{current.short_name}_{timezone.localdate():%Y%m%d}.xlsx"
    with context.result(name) as target:
        write_book(target, title="党组织", columns=LIST_COLUMNS, rows=_counted(rows, context), meta=meta)


def _counted(rows, context):
    total = rows.count()
    for number, row in enumerate(dressed(rows.iterator(chunk_size=2000)), start=1):
        if number % _STEP == 0:
            context.check_cancelled()
            context.progress(number, total)
        yield row
    context.progress(total, total)
