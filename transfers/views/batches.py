"""批量转接: upload or tick, check, repair, confirm, read the result, print the letters. Source: workflows.md 3.4."""

from io import BytesIO

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import View

from accounts.powers import Power
from members.models import Member
from partyplatform import uploads
from partyplatform.crypto import Undecipherable
from partyplatform.excel import Limits
from partyplatform.jobs import job_of
from partyplatform.pdf import PdfUnavailable
from partyplatform.ui.columns import Column
from partyplatform.ui.form_keys import once_only
from partyplatform.ui.paging import Pager
from partyplatform.ui.refusals import Refusal
from partyplatform.ui.sheet_lines import FAULT_COLUMNS_OF_PEOPLE, fault_lines
from partyplatform.ui.sheets import SheetForm
from partyplatform.ui.tables import ListPage
from partyplatform.ui.texts import is_number, keyword
from partyplatform.ui.views import FormPage, Scoped, UploadPage, get_visible, needs
from transfers import imports, jobs
from transfers.forms.batches import ManyForm, RepairForm, RowFilter
from transfers.forms.starting import branches_called, branches_coded
from transfers.letter_sheets import letters_as_pdf
from transfers.models import Letter, TransferBatch, TransferBatchRow
from transfers.orders import CODE, NAME, TARGET, Order
from transfers.services import batches, letters
from transfers.views.detail import MENU
from transfers.views.verifying import verifying_address

State, Row = TransferBatch.State, TransferBatchRow.State
REPAIRED_AT_ONCE = 20  # lines on one page of repairs
MATCHES = 20
SHOWN = 10  # names on the page that asks where to
LETTERS_AT_MOST = 500
BATCHES = (
    Column("批次号", "number", kind="code", link="get_absolute_url"),
    Column("类型", "get_kind_display"),
    Column("人数", "people", kind="number"),
    Column("文件", "file_name", fold=True),
    Column("办理的党组织", "organization.short_name", width=30),
    Column("办理人", "owner_name"),
    Column("提交时间", "created_at"),
    Column("状态", "status", kind="tag"),
)
ROWS = (
    Column("姓名", "name"),
    Column("行", "number", kind="number", fold=True),
    Column("转出组织", "place", width=30),
    Column("类型", "get_type_display"),
    Column("转入组织", "goal", width=30),
    Column("结果", "status", kind="tag"),
    Column("转接编号", "transfer_number", kind="code", link="transfer_url"),
    Column("说明", "note", width=40),
)


class Batches(Scoped, ListPage):
    """The batches of organisations in reach, newest first."""

    model = TransferBatch
    needs = Power.VIEW_TRANSFERS
    columns = BATCHES
    count_cap = 1000
    template_name = "transfers/batches/list.html"
    extra_context = MENU

    def get_queryset(self):
        return super().get_queryset().listed()


class Upload(UploadPage):
    """A sheet member → destination is uploaded and checked; nobody is on the way yet."""

    needs = Power.HANDLE_TRANSFERS
    form_class = SheetForm
    template_name = "transfers/batches/upload.html"
    max_body = Limits().packed
    extra_context = MENU

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "limits": imports.limits(), "read": imports.read_sheet}

    def act(self, form):
        return batches.keep_sheet(form.reading, name=form.cleaned_data["file"].name, by=self.request.role)


class Many(FormPage):
    """The ticked members, or everybody of a branch: which branch takes each of them in."""

    needs = Power.HANDLE_TRANSFERS
    form_class = ManyForm
    template_name = "transfers/batches/many.html"
    extra_context = MENU

    def get(self, request, *args, **kwargs):
        if not self.chosen:
            messages.error(request, "请先勾选要转接的党员")
            return redirect("transfers:choose")
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        if not self.chosen:
            return self.get(request, *args, **kwargs)
        if not self.targets:
            form = self.get_form()
            form.add_error(None, "请先选择转入组织")
            return self.form_invalid(form)
        return super().post(request, *args, **kwargs)

    @cached_property
    def chosen(self):
        """The members: one foreign id spoils the whole choice. Source: security.md 34."""
        query, rows = self.request.GET, Member.objects.visible_to(self.request.role, few=True)
        rows = rows.select_related("organization").in_tree_order(few=True)
        if code := query.get("branch", ""):
            found = list(rows.active().filter(organization__code=code)[: batches.MOST + 1])
            return found[: batches.MOST]
        ids = {int(text) for text in query.getlist("ids") if is_number(text, digits=18)}
        if len(ids) != len(set(query.getlist("ids"))) or len(ids) > batches.MOST:
            raise Http404
        found = list(rows.filter(pk__in=ids)) if ids else []
        if len(found) != len(ids):
            raise Http404
        return found

    @cached_property
    def targets(self):
        return branches_coded(self.request.GET.getlist("to")[:MATCHES])

    @cached_property
    def word(self):
        return keyword(self.request.GET)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "members": self.chosen, "targets": self.targets}

    def act(self, form):
        asked = []
        for number, member in enumerate(self.chosen, 1):
            target = form.target_of(member)
            values = {NAME: member.name, CODE: target.code, TARGET: target.short_name, **form.facts}
            asked.append((member, Order(number, values), target))
        return batches.keep_chosen(asked, by=self.request.role)

    def get_context_data(self, **kwargs):
        query = self.request.GET
        kept = [(name, value) for name in ("ids", "branch", "to") for value in query.getlist(name)]
        return super().get_context_data(
            chosen=self.chosen,
            some=self.chosen[:SHOWN],
            targets=[(target, _without(query, target.code)) for target in self.targets],
            kept=kept,
            word=self.word,
            found=branches_called(self.word, most=MATCHES),
            most=MATCHES,
            **kwargs,
        )


def _without(query, code):
    """Return the query of the page with one target taken away."""
    query = query.copy()
    query.setlist("to", [each for each in query.getlist("to") if each != code])
    query.pop("q", None)
    return f"?{query.urlencode()}"


class OfBatch:
    """The batch of the address, in reach; `own` where it is the reader's to go on with."""

    @cached_property
    def batch(self):
        return get_visible(TransferBatch, self.request.role, uid=self.kwargs["uid"])

    @cached_property
    def own(self):
        return _is_own(self.request.role, self.batch)


def _is_own(role, batch):
    return role.can(Power.HANDLE_TRANSFERS) and TransferBatch.objects.own(role).filter(pk=batch.pk).exists()


class BatchPage(OfBatch, Scoped, ListPage):
    """What a batch would do, to be repaired or confirmed; afterwards what became of each member."""

    model = TransferBatchRow
    needs = Power.VIEW_TRANSFERS
    columns = ROWS
    filter_class = RowFilter
    template_name = "transfers/batches/batch.html"
    extra_context = MENU

    def get_queryset(self):
        return TransferBatchRow.objects.of(self.batch)

    def get_context_data(self, **kwargs):
        batch, role = self.batch, self.request.role
        counted = TransferBatchRow.objects.counted(batch)
        mine = role.can(Power.HANDLE_TRANSFERS)
        letters_there = Letter.objects.visible_to(role).of_batch(batch).count() if mine and not batch.is_open else 0
        return super().get_context_data(
            batch=batch,
            own=self.own,
            job=job_of(batch, by=role) if self.own else None,
            figures=[(state.label, counted[state]) for state in Row if state in counted],
            ready=counted.get(Row.READY, 0),
            letters=letters_there,
            **self._faults(),
            **kwargs,
        )

    def _faults(self):
        """The bad cells in place of the rows, while there are any; the numbers stay masked."""
        if self.batch.state != State.FAULTY or not self.own:
            return {"faults": ()}
        pager = Pager(self.batch.rows.filter(state=Row.FAULTY).order_by("number"), self.request.GET)
        lines = fault_lines((_opened(row) for row in pager.rows), self.batch.columns, imports.shown)
        return {"faults": lines, "fault_columns": FAULT_COLUMNS_OF_PEOPLE, "fault_pager": pager}


def _opened(row):
    try:
        return batches.opened(row)
    except Undecipherable:
        return Order(row.number, {}, found={NAME: "无法解密，请重新上传"})


class Repair(OfBatch, FormPage):
    """The bad cells of the first faulty lines, to be corrected in the page."""

    needs = Power.HANDLE_TRANSFERS
    form_class = RepairForm
    template_name = "transfers/batches/repair.html"
    extra_context = MENU

    @cached_property
    def faulty(self):
        if self.batch.state != State.FAULTY or not self.own:
            page = self.batch.get_absolute_url()
            raise Refusal("该批次没有需要您改正的内容", links=[("查看批次", page)])
        return [_opened(row) for row in self.batch.rows.filter(state=Row.FAULTY).order_by("number")[:REPAIRED_AT_ONCE]]

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "rows": self.faulty}

    def act(self, form):
        try:
            return batches.repair(self.batch, rows=form.rows, dropped=form.dropped, by=self.request.role)
        except TransferBatch.DoesNotExist:
            raise Http404 from None

    def get_context_data(self, **kwargs):
        left = self.batch.rows.filter(state=Row.FAULTY).count() - len(self.faulty)
        return super().get_context_data(batch=self.batch, left=left, **kwargs)


def _own_batch(request, uid):
    """Return the batch the reader made; 404 for any other."""
    batch = get_visible(TransferBatch, request.role, uid=uid)
    if not _is_own(request.role, batch):
        raise Http404
    return batch


@require_POST
@needs(Power.HANDLE_TRANSFERS)
def confirm(request, uid):
    """Confirm, or go on with what was broken off; a second click finds the rows done. Every row is its own
    transaction, so no form key wraps them: the state of the batch and of its rows lets nothing happen twice."""
    batch = _own_batch(request, uid)
    batches.confirm(batch, by=request.role)
    batch.refresh_from_db()
    if batch.state != State.RUNNING:
        messages.info(request, f"该批次为“{batch.status.label}”，没有重复办理")
        return redirect(batch)
    return carried_out(request, batch)


def carried_out(request, batch):
    """Do the rows of a confirmed batch: at once where they are few, else by a job; lead to where it is seen."""
    if TransferBatchRow.objects.counted(batch).get(Row.READY, 0) > jobs.AT_ONCE:
        return redirect(jobs.start_batch(batch, by=request.role))
    batch = batches.run(batch, by=request.role)
    counted = TransferBatchRow.objects.counted(batch)
    done, refused = counted.get(Row.DONE, 0), counted.get(Row.REFUSED, 0)
    messages.success(
        request, f"{batch.number}：已办理 {done} 件" + (f"，{refused} 件未办理，原因见下表" if refused else "")
    )
    return redirect(batch)


@require_POST
@needs(Power.HANDLE_TRANSFERS)
@once_only
def withdraw(request, uid):
    batch = _own_batch(request, uid)
    batches.withdraw(batch, by=request.role)
    messages.success(request, "已放弃该批次，没有办理任何转接")
    return redirect("transfers:batches")


@require_safe
@needs(Power.HANDLE_TRANSFERS)
def error_book(request, uid):
    """下载错误说明: the lines as they were uploaded or repaired, with a column of reasons."""
    batch = _own_batch(request, uid)
    if batch.state != State.FAULTY:
        raise Http404
    book = BytesIO()
    imports.write_error_book(book, batches.orders_of(batch))
    return uploads.stream_response([book.getvalue()], f"错误说明_{batch.file_name}")


@require_safe
@needs(Power.HANDLE_TRANSFERS)
def template(request):
    book = BytesIO()
    imports.write_template(book)
    return uploads.stream_response([book.getvalue()], f"{imports.TITLE}.xlsx")


class PrintLetters(OfBatch, Scoped, View):
    """The letters in force of a batch, one PDF; those of the role's committees only. Who had them is kept."""

    needs = Power.HANDLE_TRANSFERS
    http_method_names = ["post"]

    def post(self, request, *args, **kwargs):
        rows = list(Letter.objects.visible_to(request.role).of_batch(self.batch).to_print()[: LETTERS_AT_MOST + 1])
        if not 0 < len(rows) <= LETTERS_AT_MOST:
            raise Refusal(f"该批次由本组织开具的有效介绍信为 {len(rows)} 份，一次可打印 1 至 {LETTERS_AT_MOST} 份")
        address = verifying_address(request)
        if len(rows) > jobs.LETTERS_AT_ONCE:
            return redirect(jobs.start_letters(self.batch, address=address, by=request.role))
        papers = letters.printed_many(rows, by=request.role, way="PDF（批量）")
        try:
            document = letters_as_pdf(papers, address=address)
        except PdfUnavailable:
            return render(request, "transfers/batches/no_pdf.html", {"batch": self.batch}, status=503)
        return uploads.stream_response([document], f"介绍信_{self.batch.number}.pdf")
