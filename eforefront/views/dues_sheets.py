"""导入缴费表: upload, check, confirm, the receipt of each row. Source: security.md 46–49, 60."""

from io import BytesIO

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import TemplateView

from accounts.powers import Power
from eforefront.forms.dues_sheets import SheetForm, limits, write_template
from eforefront.models import PaymentSheet
from eforefront.money import Money, yuan
from eforefront.services.dues import sheets as services
from eforefront.views.dues import SECTION
from orgs.models import Organization
from partyplatform import uploads
from partyplatform.ui.columns import Column
from partyplatform.ui.form_keys import once_only
from partyplatform.ui.paging import Pager
from partyplatform.ui.refusals import tell
from partyplatform.ui.views import Scoped, UploadPage, get_visible, needs

FAULTS = (Column("行", "0", kind="number"), Column("列", "1"), Column("填写的内容", "2"), Column("错误说明", "3"))
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

    def form_valid(self, form):
        if done := services.earlier(self.branch, form.sha256):
            messages.info(self.request, "该文件已经导入过，以下是当时的结果。")
            return redirect(done)
        return super().form_valid(form)

    def act(self, form):
        upload = form.cleaned_data["file"]
        return services.keep(self.branch, form.rows, file_name=upload.name, sha256=form.sha256, by=self.request.role)

    def get_context_data(self, **kwargs):
        pager = Pager(PaymentSheet.objects.visible_to(self.request.role), self.request.GET)
        return super().get_context_data(pager=pager, rows=pager.rows, columns=SHEETS, **kwargs)


class Sheet(Scoped, TemplateView):
    """What a sheet would enter, or entered: its faults, or its rows with their receipts."""

    needs = Power.KEEP_DUES
    template_name = "eforefront/dues/sheet.html"
    extra_context = SECTION

    @cached_property
    def sheet(self):
        return get_object_or_404(PaymentSheet.objects.visible_to(self.request.role), uid=self.kwargs["uid"])

    def get_context_data(self, **kwargs):
        sheet = self.sheet
        is_faulty = sheet.state == State.FAULTY
        lines = sheet.faults if is_faulty else [{"receipt": "", **row} for row in sheet.rows]
        rows = [dict(zip("0123", line, strict=True)) for line in lines] if is_faulty else lines
        pager = Pager(rows, self.request.GET)
        total = sum(row["due"] + row["gift"] for row in sheet.rows)
        return super().get_context_data(
            sheet=sheet,
            pager=pager,
            rows=pager.rows,
            columns=FAULTS if is_faulty else ROWS,
            is_faulty=is_faulty,
            may_confirm=sheet.state == State.CHECKED,
            total=yuan(total),
            **kwargs,
        )


@require_POST
@needs(Power.KEEP_DUES)
@once_only
def confirm(request, uid):
    sheet = get_visible(PaymentSheet, request.role, uid=uid)
    try:
        done = services.confirm(sheet, by=request.role)
    except ValidationError as refusal:
        tell(request, refusal)
        return redirect(sheet)
    messages.success(request, f"已导入 {len(done.rows)} 行，每行一张收据")
    return redirect(done)


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
