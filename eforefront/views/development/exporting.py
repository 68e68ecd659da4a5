"""The workbook of 申请人管理, at once or as a job."""

from typing import Any

from django.http import QueryDict
from django.utils import timezone

from accounts import acting
from eforefront.development.lists import COLUMNS, KIND
from eforefront.forms.development import ApplicantFilter
from eforefront.models import Applicant
from orgs.services import exporting
from partyplatform.audit import ActingRole
from partyplatform.excel import write_book
from partyplatform.jobs import enqueue, handler


def rows(role: ActingRole, filters: Any) -> Any:
    """Return what the filters leave of what the role sees."""
    return filters.narrow(Applicant.objects.visible_to(role)).listed().due_first()


def book_name(role: Any) -> str:
    return f"党员发展_{role.organization_name}_{timezone.localdate():%Y%m%d}.xlsx"


def book_meta(role: Any) -> dict[str, str]:
    """Return what the sheet 说明 says beside the number of rows."""
    return {
        "党组织": role.organization.full_name,
        "导出人": f"{role.user_name}（{role.label}）",
        "导出时间": f"{timezone.localtime():%Y-%m-%d %H:%M}",
    }


def start(*, by: Any, query: Any) -> Any:
    """Enqueue the export of what `query` shows of the list."""
    return enqueue(KIND, by=by, title=f"导出党员发展：{by.organization_name}", params={"query": query.urlencode()})


@handler(KIND)
def export_applicants(context: Any) -> None:
    """Write the workbook of the list, of what the role may see now."""
    role, filters = acting.load(context.role_id), ApplicantFilter(QueryDict(context.params["query"]))
    found, name = rows(role, filters), book_name(role)
    total = found.count()
    exporting.note(role.organization, action=KIND, file_name=name, rows=total, filters=filters.described(), by=role)
    counted = context.counted(found.iterator(chunk_size=2000), total)
    with context.result(name) as target:
        write_book(target, title="党员发展", columns=COLUMNS, rows=counted, meta=book_meta(role))
