"""The workbooks around an import: template, error workbook, 导出组织排序. Source: screens.md 2.2."""

from io import BytesIO

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.generic import View

from accounts.powers import Power
from orgs.imports import reading, templates
from orgs.models import ImportSession, Organization
from orgs.services import exporting
from partyplatform import uploads
from partyplatform.excel import BookRefused
from partyplatform.ui.refusals import Refusal
from partyplatform.ui.views import Scoped, get_visible, needs


def own_imports(request):
    """The caller's own imports under organisations in reach."""
    return ImportSession.objects.visible_to(request.role).filter(owner_uid=request.role.user_uid)


@needs(Power.IMPORT_ORGS)
def error_book(request, uid):
    """下载错误说明: the sheet as it was uploaded, read again under guard, with a column of reasons."""
    session = get_object_or_404(own_imports(request).defer("rows"), uid=uid, state=ImportSession.State.FAULTY)
    book = BytesIO()
    try:
        with uploads.open_stored(session.stored_name) as file:
            found = reading.read_sheet(file, session.kind)
    except FileNotFoundError:
        raise Http404 from None
    except BookRefused as refusal:
        raise Refusal(refusal.message) from refusal
    faults = [(row, heading, text) for row, heading, _, text in session.faults]
    reading.write_error_book(book, found, faults, session.kind)
    return uploads.stream_response([book.getvalue()], f"错误说明_{session.file_name}")


@needs(Power.IMPORT_ORGS)
def template(request):
    book = BytesIO()
    templates.write_template(book)
    return uploads.stream_response([book.getvalue()], "党组织导入模板.xlsx")


class ExportOrder(Scoped, View):
    """导出组织排序: everything below the organisation, or with ?scope=children its direct children."""

    needs = Power.EXPORT_ORGS

    def get(self, request, pk):
        current = get_visible(Organization, request.role, pk=pk)
        below = Organization.objects.visible_to(request.role).living().below(current.pk)
        if request.GET.get("scope") == "children":
            below = below.filter(parent=current)
        most = reading.limits().rows
        if (count := below.count()) > most:
            raise Refusal(
                f"“{current.short_name}”之下有 {count:,} 个党组织，超过一次导入的上限 {most:,} 行，请分别导出",
                links=[("只导出直接下级", f"{request.path}?scope=children")],
            )
        rows = below.select_related("parent").order_by("tree_id", "parent__lft", "lft")
        meta = {
            "导出人": f"{request.role.user_name}（{request.role.label}）",
            "导出时间": f"{timezone.localtime():%Y-%m-%d %H:%M}",
        }
        name = f"组织排序_{current.short_name}_{timezone.localdate():%Y%m%d}.xlsx"
        only = "直接下级" if request.GET.get("scope") == "children" else ""
        exporting.note(current, action="orgs.export_order", file_name=name, rows=count, filters=only, by=request.role)
        return uploads.stream_response(templates.order_chunks(rows, meta=meta), name)
