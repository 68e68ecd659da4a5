"""导入党组织 and 导入组织排序: upload, check, confirm. Source: screens.md 2.2; security.md 46–49, 60."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST
from django.views.generic import DetailView

from accounts.powers import Power
from orgs.forms.imports import OutcomeFilter, UploadForm
from orgs.imports import reading, showing
from orgs.jobs import start_check, start_confirm
from orgs.models import ImportSession, Organization
from orgs.services import importing
from orgs.views import import_files
from orgs.views.import_files import own_imports
from orgs.views.words import say
from partyplatform.excel import Limits
from partyplatform.jobs import job_of
from partyplatform.ui.form_keys import once_only
from partyplatform.ui.paging import Pager
from partyplatform.ui.refusals import Refusal, tell
from partyplatform.ui.sheet_lines import FAULT_COLUMNS, FaultLine
from partyplatform.ui.views import Scoped, UploadPage, get_visible, needs

Kind, State = ImportSession.Kind, ImportSession.State
CHANGED_MEANWHILE = "检查之后党组织有变化，没有导入。已重新检查，请核对后再确认。"
FAULTY_MEANWHILE = "检查之后党组织有变化，以下各行需要修改，没有导入。"


class Upload(UploadPage):
    """A sheet is uploaded and checked; nothing is written to the tree."""

    needs = Power.IMPORT_ORGS
    kind = Kind.TREE
    form_class = UploadForm
    template_name = "orgs/imports/tree.html"
    max_body = Limits().packed
    target = ("organization",)

    @cached_property
    def organization(self):
        found = get_visible(Organization, self.request.role, pk=self.kwargs["pk"])
        if found.is_branch or not found.is_living:
            reason = "是党支部，没有下级党组织" if found.is_branch else "已撤销"
            raise Refusal(f"“{found.short_name}”{reason}，不能导入", links=[("返回列表", "orgs:list", {})])
        return found

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "kind": self.kind, "limits": reading.limits()}

    def form_valid(self, form):
        """Check outside the transaction: a long check must not keep other writers of SQLite waiting."""
        found, by = form.reading, self.request.role
        self.sheet = importing.Sheet(form.cleaned_data["file"].name, found.sha256, found.rows, found.ignored)
        if done := importing.earlier(self.sheet, kind=self.kind, target=self.organization, by=by):
            messages.info(self.request, "该文件已经导入过，以下是当时的结果")
            return redirect("orgs:import_session", done.uid)
        self.is_large = len(found.rows) > settings.IMPORT_AT_ONCE
        self.checked = (
            None if self.is_large else importing.check_sheet(self.kind, found.rows, target=self.organization, by=by)
        )
        return super().form_valid(form)

    def act(self, form):
        kept = {
            "kind": self.kind,
            "target": self.organization,
            "by": self.request.role,
            "upload": form.cleaned_data["file"],
        }
        if not self.is_large:
            return importing.keep(self.sheet, self.checked, **kept)
        session = importing.keep_unchecked(self.sheet, **kept)
        self.job = start_check(session, by=self.request.role)
        return session

    def location(self, result):
        if self.is_large:
            return self.job.get_absolute_url()
        return reverse("orgs:import_session", args=[result.uid])

    def get_context_data(self, **kwargs):
        own = own_imports(self.request).filter(kind=self.kind, organization=self.organization).defer("rows", "faults")
        pager = Pager(own, self.request.GET)
        return super().get_context_data(
            target=self.organization,
            pager=pager,
            earlier=[showing.SessionLine(session) for session in pager.rows],
            columns=showing.SESSION_COLUMNS,
            **kwargs,
        )


class UploadOrder(Upload):
    kind = Kind.ORDER
    template_name = "orgs/imports/order.html"


class ImportDetail(Scoped, DetailView):
    """What a sheet would do, or did: to be confirmed, to be corrected, or for the record."""

    model = ImportSession
    needs = Power.IMPORT_ORGS
    slug_field = slug_url_kwarg = "uid"
    context_object_name = "session"
    template_name = "orgs/imports/session.html"

    def get_queryset(self):
        return own_imports(self.request).select_related("organization").defer("rows", "faults")  # one of them is read

    def get_context_data(self, **kwargs):
        session = self.object
        if session.state == State.FAULTY:
            pager = Pager(session.faults, self.request.GET)
            shown = {"columns": FAULT_COLUMNS, "rows": [FaultLine(*fault) for fault in pager.rows]}
        else:
            filters = OutcomeFilter(self.request.GET or None)
            pager = Pager(filters.narrow(session.rows), self.request.GET)
            columns = showing.DONE_COLUMNS if session.state == State.DONE else showing.ROW_COLUMNS
            shown = {"columns": columns, "rows": [showing.row_line(row) for row in pager.rows], "filters": filters}
        again = "orgs:import_order" if session.kind == Kind.ORDER else "orgs:import_tree"
        return super().get_context_data(
            pager=pager,
            job=job_of(session, by=self.request.role),
            again_url=reverse(again, args=[session.organization_id]),
            counts=session.result,
            **shown,
            **kwargs,
        )


@require_POST
@needs(Power.IMPORT_ORGS)
@once_only
def confirm(request, uid):
    session = get_object_or_404(own_imports(request).defer("rows", "faults"), uid=uid)
    was = session.state
    try:
        if session.is_large and was == State.CHECKED:
            return redirect(start_confirm(session, by=request.role))
        session = importing.confirm(session, by=request.role)
    except ImportSession.DoesNotExist:
        raise Http404 from None
    except ValidationError as refusal:
        tell(request, refusal)
        return redirect("orgs:import_session", uid)
    _say_outcome(request, session, was)
    return redirect("orgs:import_session", uid)


@require_POST
@needs(Power.IMPORT_ORGS)
@once_only
def withdraw(request, uid):
    session = get_object_or_404(own_imports(request).defer("rows", "faults"), uid=uid)
    try:
        importing.withdraw(session, by=request.role)
    except ImportSession.DoesNotExist:
        raise Http404 from None
    say(request, f"已放弃导入“{session.file_name}”")
    return redirect(f"{reverse('orgs:list')}?org={session.organization_id}")


def _say_outcome(request, session, was):
    if session.state == State.DONE and was == State.DONE:
        messages.info(request, "该文件已经导入过，没有重复导入")
    elif session.state == State.DONE:
        done = f"新增 {session.result['new']} 个、更新 {session.result['update']} 个党组织"
        moved = f"调整 {session.result['update']} 个党组织的位次"
        say(request, f"已导入：{moved if session.kind == Kind.ORDER else done}")
    elif was == State.CHECKED:
        messages.warning(request, CHANGED_MEANWHILE if session.state == State.CHECKED else FAULTY_MEANWHILE)


urlpatterns_imports = [
    path("orgs/<int:pk>/import/", Upload.as_view(), name="import_tree"),
    path("orgs/<int:pk>/order/import/", UploadOrder.as_view(), name="import_order"),
    path("orgs/<int:pk>/order/export/", import_files.ExportOrder.as_view(), name="export_order"),
    path("orgs/imports/template/", import_files.template, name="import_template"),
    path("orgs/imports/<uuid:uid>/", ImportDetail.as_view(), name="import_session"),
    path("orgs/imports/<uuid:uid>/confirm/", confirm, name="confirm_import"),
    path("orgs/imports/<uuid:uid>/withdraw/", withdraw, name="withdraw_import"),
    path("orgs/imports/<uuid:uid>/errors/", import_files.error_book, name="import_errors"),
]
