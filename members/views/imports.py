"""新增党员（汇总表导入）: upload, check, repair, confirm, take back. Source: screens.md 2.7, 4; security.md 46–49."""

from io import BytesIO

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import DetailView

from accounts.powers import Power
from members import import_jobs
from members.forms.imports import RepairForm, RowFilter, UndoForm
from members.imports import reading, showing, templates
from members.models import MemberImport
from members.services import importing
from members.services.importing.sessions import rows_of
from partyplatform import uploads
from partyplatform.excel import Limits
from partyplatform.jobs import job_of
from partyplatform.ui.form_keys import once_only
from partyplatform.ui.paging import Pager
from partyplatform.ui.refusals import Refusal, tell
from partyplatform.ui.sheet_lines import FAULT_COLUMNS_OF_PEOPLE
from partyplatform.ui.sheets import SheetForm
from partyplatform.ui.views import FormPage, Scoped, UploadPage, needs

State = MemberImport.State
REPAIRED_AT_ONCE = 20  # rows on one page of repairs


def open_imports(request):
    """The caller's own imports, and what colleagues at the same organisation have brought in."""
    return MemberImport.objects.open_to(request.role).select_related("organization")


class Upload(UploadPage):
    """A sheet is uploaded and checked; nothing is written to the roll."""

    needs = Power.IMPORT_MEMBERS
    form_class = SheetForm
    template_name = "members/imports/upload.html"
    max_body = Limits().packed

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "limits": reading.limits(), "read": reading.read_sheet}

    def form_valid(self, form):
        found = form.reading
        name = form.cleaned_data["file"].name
        self.sheet = importing.Sheet(name, found.sha256, found.rows, found.columns, found.ignored)
        if done := importing.earlier(self.sheet, by=self.request.role):
            messages.info(self.request, "该文件已经导入过，以下是当时的结果")
            return redirect("members:import_session", done.uid)
        return super().form_valid(form)

    def act(self, form):
        session = importing.keep(self.sheet, target=self.request.role.organization, by=self.request.role)
        return _checked(session, by=self.request.role)

    def location(self, result):
        return _page_of(result, by=self.request.role)

    def get_context_data(self, **kwargs):
        pager = Pager(open_imports(self.request), self.request.GET)
        return super().get_context_data(
            target=self.request.role.organization,
            pager=pager,
            earlier=[showing.SessionLine(session) for session in pager.rows],
            columns=showing.SESSION_COLUMNS,
            **kwargs,
        )


def _checked(session, *, by):
    """Check a session that waits: at once, or by a job when it is large."""
    if not session.is_large:
        return importing.check_kept(session, by=by)
    session.job_uid = import_jobs.start(import_jobs.CHECK, session, by=by).uid
    return session


def _page_of(session, *, by):
    job = job_of(session, by=by)
    return job.get_absolute_url() if job else reverse("members:import_session", args=[session.uid])


class OwnImport(Scoped):
    """One import that is open to the caller."""

    model = MemberImport
    needs = Power.IMPORT_MEMBERS

    @cached_property
    def session(self):
        return get_object_or_404(open_imports(self.request), uid=self.kwargs["uid"])


class ImportDetail(OwnImport, DetailView):
    """What a sheet would do, or did: to be confirmed, to be repaired, or for the record."""

    context_object_name = "session"
    template_name = "members/imports/session.html"

    def get_object(self, queryset=None):
        return self.session

    def get_context_data(self, **kwargs):
        session = self.session
        rows = session.rows.select_related("member__organization").order_by("number")
        if session.state == State.FAULTY:
            pager = Pager(rows.filter(outcome="faulty"), self.request.GET)
            lines = showing.fault_lines(pager.rows, session.result["columns"])
            shown = {"columns": FAULT_COLUMNS_OF_PEOPLE, "rows": lines}
        else:
            filters = RowFilter(self.request.GET or None)
            pager = Pager(filters.narrow(rows), self.request.GET)
            line = showing.open_line if session.is_open else showing.done_line
            shown = {"columns": _columns(session), "rows": [line(row) for row in pager.rows], "filters": filters}
        return super().get_context_data(
            pager=pager,
            job=job_of(session, by=self.request.role),
            counts=showing.SessionLine(session).counts,
            told=_told(session),
            **shown,
            **kwargs,
        )


def _told(session):
    """Labels and values above the rows."""
    pairs = [("文件", session.file_name), ("导入到", session.organization.short_name), ("导入人", session.owner_name)]
    pairs += [("上传时间", session.created_at), ("导入时间", session.done_at), ("撤销时间", session.undone_at)]
    return [(label, value) for label, value in pairs if value]


def _columns(session):
    if session.is_open:
        return showing.ROW_COLUMNS
    return showing.UNDONE_COLUMNS if session.state == State.UNDONE else showing.DONE_COLUMNS


class Repair(OwnImport, FormPage):
    """The bad cells of the first faulty rows, to be corrected in the page."""

    form_class = RepairForm
    template_name = "members/imports/repair.html"

    @cached_property
    def faulty(self):
        if self.session.state != State.FAULTY:
            page = reverse("members:import_session", args=[self.session.uid])
            raise Refusal("该表没有需要修改的内容", links=[("查看导入", page)])
        rows = self.session.rows.filter(outcome="faulty").order_by("number")[:REPAIRED_AT_ONCE]
        return [showing.opened(row) for row in rows]

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "rows": self.faulty}

    def get_context_data(self, **kwargs):
        left = self.session.result["faulty"] - len(self.faulty)
        return super().get_context_data(session=self.session, left=left, **kwargs)

    def act(self, form):
        by = self.request.role
        session = importing.repair(self.session, rows=form.rows, dropped=form.dropped, by=by)
        return _checked(session, by=by)

    def location(self, result):
        if not job_of(result, by=self.request.role):
            left = result.result["faulty"]
            messages.info(
                self.request, f"已重新检查，还有 {left} 行需要修改" if left else "已改正全部错误，请核对后确认导入"
            )
        return _page_of(result, by=self.request.role)


class Undo(OwnImport, FormPage):
    """What taking the import back would do; with the reason it is taken back."""

    form_class = UndoForm
    template_name = "members/imports/undo.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(session=self.session, counts=self.session.result, **kwargs)

    def act(self, form):
        reason, by = form.cleaned_data["reason"], self.request.role
        if not self.session.is_undoable:
            raise ValidationError("该次导入不能撤销：未导入、已撤销或已超过 30 天")
        if self.session.is_large:
            self.session.job_uid = import_jobs.start(import_jobs.UNDO, self.session, by=by, reason=reason).uid
            return self.session
        return importing.undo(self.session, by=by, reason=reason)

    def location(self, result):
        if result.state == State.UNDONE:
            undone, kept = result.result["undone"], result.result["kept"]
            messages.success(self.request, f"已撤回 {undone} 行" + (f"，{kept} 行因故保留" if kept else ""))
        return _page_of(result, by=self.request.role)


@require_POST
@needs(Power.IMPORT_MEMBERS)
@once_only
def confirm(request, uid):
    session = get_object_or_404(open_imports(request), uid=uid)
    was = session.state
    try:
        if session.is_large and was == State.CHECKED:
            return redirect(import_jobs.start(import_jobs.CONFIRM, session, by=request.role))
        session = importing.confirm(session, by=request.role)
    except MemberImport.DoesNotExist:
        raise Http404 from None
    except ValidationError as refusal:
        tell(request, refusal)
        return redirect("members:import_session", uid)
    _say_outcome(request, session, was)
    return redirect("members:import_session", uid)


def _say_outcome(request, session, was):
    counts = session.result
    if session.state == State.DONE and was == State.DONE:
        messages.info(request, "该文件已经导入过，没有重复导入")
    elif session.state == State.DONE:
        messages.success(request, f"已导入：新增 {counts['new']} 名、更新 {counts['update']} 名党员")
    elif was == State.CHECKED:
        is_right = session.state == State.CHECKED
        messages.warning(request, import_jobs.CHANGED_MEANWHILE if is_right else import_jobs.FAULTY_MEANWHILE)


@require_POST
@needs(Power.IMPORT_MEMBERS)
@once_only
def withdraw(request, uid):
    session = get_object_or_404(open_imports(request), uid=uid)
    try:
        importing.withdraw(session, by=request.role)
    except MemberImport.DoesNotExist:
        raise Http404 from None
    messages.success(request, f"已放弃导入“{session.file_name}”")
    return redirect("members:imports")


@require_safe
@needs(Power.IMPORT_MEMBERS)
def error_book(request, uid):
    """下载错误说明: the rows as they were uploaded or repaired, with a column of reasons."""
    session = get_object_or_404(open_imports(request), uid=uid, state=State.FAULTY)
    book = BytesIO()
    reading.write_error_book(book, rows_of(session))
    return uploads.stream_response([book.getvalue()], f"错误说明_{session.file_name}")


@require_safe
@needs(Power.IMPORT_MEMBERS)
def template(request):
    book = BytesIO()
    templates.write_template(book)
    return uploads.stream_response([book.getvalue()], "新增人员信息表.xlsx")
