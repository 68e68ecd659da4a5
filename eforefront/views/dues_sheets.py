"""导入缴费表: upload, check, repair, confirm, receipts. Source: screens.md 4.5; security.md 46–49, 60."""

from io import BytesIO

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import TemplateView

from accounts.powers import Power
from eforefront import dues_jobs as jobs
from eforefront.forms.dues_sheets import RepairForm, limits, read_sheet, write_error_book, write_template
from eforefront.models import PaymentSheet
from eforefront.money import Money, yuan
from eforefront.services.dues import sheets as services
from eforefront.views.dues import SECTION
from orgs.models import Organization
from partyplatform import uploads
from partyplatform.jobs import job_of
from partyplatform.ui.columns import Column
from partyplatform.ui.form_keys import once_only
from partyplatform.ui.paging import Pager
from partyplatform.ui.refusals import Refusal
from partyplatform.ui.sheet_lines import FAULT_COLUMNS, FaultLine
from partyplatform.ui.sheets import SheetForm
from partyplatform.ui.views import FormPage, Scoped, UploadPage, get_visible, needs

ROWS = (
    Column("姓名", "name"),
    Column("行", "n", kind="number"),
    Column("月份", "months"),
    Money("应缴", "due"),
    Money("自愿多交", "gift"),
    Column("缴纳日期", "paid_on"),
    Column("收据编号", "receipt", kind="code"),
)
SHEETS = (
    Column("文件", "file_name", link="get_absolute_url"),
    Column("上传时间", "created_at", kind="date"),
    Column("状态", "status", kind="tag"),
    Column("导入时间", "done_at", kind="date", fold=True),
)
State = PaymentSheet.State
REPAIRED_AT_ONCE = 20  # rows on one page of repairs


class Upload(UploadPage):
    """A sheet is uploaded and checked; nothing is written to the ledger."""

    needs = Power.KEEP_DUES
    form_class = SheetForm
    template_name = "eforefront/dues/sheet_upload.html"
    max_body = limits().packed
    extra_context = SECTION

    @property
    def branch(self):
        return get_visible(Organization, self.request.role, pk=self.request.role.organization_id)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "limits": limits(), "read": read_sheet}

    def form_valid(self, form):
        if done := services.earlier(self.branch, form.reading.sha256):
            messages.info(self.request, "该文件已经导入过，以下是当时的结果")
            return redirect(done)
        return super().form_valid(form)

    def act(self, form):
        name = form.cleaned_data["file"].name
        return services.keep(self.branch, form.reading, file_name=name, by=self.request.role)

    def get_context_data(self, **kwargs):
        pager = Pager(PaymentSheet.objects.visible_to(self.request.role), self.request.GET)
        return super().get_context_data(pager=pager, rows=pager.rows, columns=SHEETS, **kwargs)


class OfSheet(Scoped):
    """A page about one sheet of the reader's own."""

    needs = Power.KEEP_DUES
    extra_context = SECTION

    @cached_property
    def sheet(self):
        return get_object_or_404(PaymentSheet.objects.visible_to(self.request.role), uid=self.kwargs["uid"])


class Sheet(OfSheet, TemplateView):
    """What a sheet would enter, or entered: its faults, or its rows with their receipts."""

    template_name = "eforefront/dues/sheet.html"

    def get_context_data(self, **kwargs):
        sheet = self.sheet
        is_faulty = sheet.state == State.FAULTY
        pager = Pager(sheet.faults if is_faulty else [{"receipt": "", **row} for row in sheet.rows], self.request.GET)
        total = sum(row["due"] + row["gift"] for row in sheet.rows)
        job = job_of(sheet, by=self.request.role)
        return super().get_context_data(
            sheet=sheet,
            pager=pager,
            rows=[FaultLine(*fault) for fault in pager.rows] if is_faulty else pager.rows,
            columns=FAULT_COLUMNS if is_faulty else ROWS,
            is_faulty=is_faulty,
            job=job,
            may_confirm=sheet.state == State.CHECKED and job is None,
            total=yuan(total),
            **kwargs,
        )


class Repair(OfSheet, FormPage):
    """The bad cells of the first faulty rows, to be corrected in the page."""

    form_class = RepairForm
    template_name = "eforefront/dues/sheet_repair.html"

    @cached_property
    def faulty(self):
        if self.sheet.state != State.FAULTY:
            raise Refusal("该表没有需要改正的内容", links=[("查看该表", self.sheet.get_absolute_url())])
        return [row for row in services.rows_of(self.sheet) if row.bad_cells]

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "rows": self.faulty[:REPAIRED_AT_ONCE]}

    def act(self, form):
        return services.repair(self.sheet, rows=form.rows, dropped=form.dropped, by=self.request.role)

    def get_context_data(self, **kwargs):
        return super().get_context_data(sheet=self.sheet, left=len(self.faulty) - REPAIRED_AT_ONCE, **kwargs)


@require_POST
@needs(Power.KEEP_DUES)
@once_only
def confirm(request, uid):
    sheet = get_visible(PaymentSheet, request.role, uid=uid)
    if sheet.state == State.CHECKED and len(sheet.rows) > jobs.AT_ONCE:
        return redirect(jobs.start(sheet, by=request.role))
    if refusal := jobs.entered(sheet, by=request.role):
        messages.error(request, refusal)
        return redirect(sheet)
    messages.success(request, f"已导入 {len(sheet.rows)} 行，每行一张收据")
    return redirect(sheet)


@require_safe
@needs(Power.KEEP_DUES)
def error_book(request, uid):
    """下载错误说明: the rows as they were uploaded or repaired, with a column of reasons."""
    sheet = get_visible(PaymentSheet, request.role, uid=uid)
    if sheet.state != State.FAULTY:
        raise Http404
    book = BytesIO()
    write_error_book(book, services.rows_of(sheet))
    return uploads.stream_response([book.getvalue()], f"错误说明_{sheet.file_name}")


@require_POST
@needs(Power.KEEP_DUES)
@once_only
def withdraw(request, uid):
    sheet = get_visible(PaymentSheet, request.role, uid=uid)
    if sheet.state == State.DONE:
        raise Http404
    services.withdraw(sheet)
    messages.success(request, f"已放弃导入“{sheet.file_name}”")
    return redirect("eforefront:import_dues")


@require_safe
@needs(Power.KEEP_DUES)
def template(request):
    book = BytesIO()
    write_template(book)
    return uploads.stream_response([book.getvalue()], "缴费表.xlsx")
