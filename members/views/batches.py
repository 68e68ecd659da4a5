"""批量维护: choose members and items, look at the preview, confirm, read the result. Source: screens.md 2.10."""

from io import BytesIO

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST, require_safe

from accounts.powers import Power
from members.batch_jobs import start_batch, start_undoing
from members.exports import members_under
from members.forms.batches import ItemsForm, RowFilter, ValuesForm
from members.forms.filters import MemberFilter
from members.forms.imports import UndoForm
from members.imports.batches import limits, read_sheet, write_template
from members.models import Batch, BatchRow, Member
from members.services import batch_undoing
from members.services import batches as services
from members.views.listing import number
from orgs.models import Organization
from orgs.services import exporting
from partyplatform import uploads
from partyplatform.excel import Limits, book_chunks
from partyplatform.ui import searches
from partyplatform.ui.columns import Column
from partyplatform.ui.form_keys import once_only
from partyplatform.ui.sheets import SheetForm
from partyplatform.ui.tables import ListPage
from partyplatform.ui.views import FormPage, Scoped, UploadPage, get_visible, needs

STATE = Column("状态", "status", kind="tag")
COLUMNS = (
    Column("维护项目", "items_label", link="get_absolute_url"),
    *(STATE, Column("提交时间", "created_at", kind="date"), Column("办理时间", "done_at", kind="date", fold=True)),
)
ROW_COLUMNS = (
    Column("姓名", "person", link="person_url"),
    Column("所在党组织", "branch", width=36),
    Column("现值", "before", width=30),
    Column("新值", "after", width=30),
    Column("结果", "status", kind="tag"),
    Column("说明", "note", width=50),
)
OF_SHEET = (ROW_COLUMNS[0], Column("行", "place", kind="number"), *ROW_COLUMNS[1:])
SHOWN = 10  # names on the first page

MISREAD = "筛选条件有误，请改正后再办理"


class BatchList(Scoped, ListPage):
    """One's own batches, newest first."""

    model = Batch
    needs = Power.EDIT_MEMBER
    columns = COLUMNS
    template_name = "members/batches.html"

    def get_queryset(self):
        return super().get_queryset().order_by("-pk")

    def get_context_data(self, **kwargs):
        list_url = reverse("members:list", args=[self.request.role.organization_id])
        return super().get_context_data(list_url=list_url, **kwargs)


class Start(FormPage):
    """The ticked members, or all that the filters of a list leave: which items, and their values."""

    needs = Power.EDIT_MEMBER
    form_class = ValuesForm
    template_name = "members/batch_start.html"

    def get(self, request, *args, **kwargs):
        if self._is_misread():
            messages.error(request, MISREAD)
            return redirect(self.back)
        if not self.chosen:
            messages.error(request, "请先勾选要维护的党员")
            return redirect(self.back)
        if len(self.chosen) > services.MOST:
            messages.error(request, f"筛选结果超过 {services.MOST} 名党员，请缩小范围后再办理")
            return redirect(self.back)
        return super().get(request, *args, **kwargs)

    @cached_property
    def organization(self):
        """The organisation whose list was looked at; the reader's own for one that is not told."""
        pk = number(self.request.GET.get("org", "")) or self.request.role.organization_id
        return get_visible(Organization, self.request.role, pk=pk)

    @property
    def back(self):
        return reverse("members:list", args=[self.organization.pk])

    @cached_property
    def filters(self):
        """Those of the list; what made no sense there narrowed nothing, so nobody is chosen by it."""
        return MemberFilter(searches.query_of(self.request))

    @cached_property
    def chosen(self):
        """The members: one foreign id spoils the whole choice."""
        query = self.request.GET
        if query.get("all") == "1":
            rows = members_under(self.organization, role=self.request.role, filters=self.filters)
            return list(rows[: services.MOST + 1])
        ids = query.getlist("ids")
        wanted = {found for text in ids if (found := number(text))}
        if len(wanted) != len(set(ids)) or len(wanted) > services.MOST:
            raise Http404
        rows = Member.objects.visible_to(self.request.role, few=True).select_related("organization")
        found = list(rows.filter(pk__in=wanted).in_tree_order(few=True))
        if len(found) != len(wanted):
            raise Http404
        return found

    @cached_property
    def choice(self):
        return ItemsForm(self.request.GET if "next" in self.request.GET or "items" in self.request.GET else None)

    @property
    def items(self):
        """The chosen items, none until they are."""
        asked = self.choice.cleaned_data["items"] if self.choice.is_bound and self.choice.is_valid() else ()
        return [item for item in services.OFFERED if item.field in asked]

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "items": self.items}

    def _is_misread(self):
        return self.request.GET.get("all") == "1" and bool(self.filters.errors)

    def act(self, form):
        if self._is_misread():
            raise ValidationError(MISREAD)
        return services.prepare(self.chosen, values=form.cleaned_data, by=self.request.role)

    def get_context_data(self, **kwargs):
        kept = [(name, value) for name, values in self.request.GET.lists() if name != "items" for value in values]
        return super().get_context_data(
            chosen=self.chosen,
            some=self.chosen[:SHOWN],
            choice=self.choice,
            items=self.items,
            kept=[pair for pair in kept if pair[0] != "next"],
            back=self.back,
            **kwargs,
        )


class Sheet(UploadPage):
    """按表维护: a template for the chosen items, and the sheet with a value of its own for each member."""

    needs = Power.EDIT_MEMBER
    form_class = SheetForm
    template_name = "members/batch_sheet.html"
    max_body = Limits().packed

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "limits": limits(), "read": read_sheet}

    def act(self, form):
        read = form.reading
        name = form.cleaned_data["file"].name
        return services.prepare_sheet(name, read.rows, fields=read.fields, by=self.request.role)

    def get_context_data(self, **kwargs):
        return super().get_context_data(choice=ItemsForm(), most=services.MOST, **kwargs)


@require_safe
@needs(Power.EDIT_MEMBER)
def template(request):
    """The empty sheet for the items asked for."""
    choice = ItemsForm(request.GET)
    if not choice.is_valid():
        messages.error(request, choice.errors["items"][0])
        return redirect("members:batch_sheet")
    asked = choice.cleaned_data["items"]
    book = BytesIO()
    write_template(book, [item for item in services.OFFERED if item.field in asked])
    return uploads.stream_response([book.getvalue()], "批量维护.xlsx")


class BatchPage(Scoped, ListPage):
    """The preview of a batch, to be confirmed; afterwards what became of each member."""

    model = BatchRow
    needs = Power.EDIT_MEMBER
    filter_class = RowFilter
    template_name = "members/batch.html"

    @property
    def columns(self):
        return _columns(self.batch)

    @cached_property
    def batch(self):
        return get_visible(Batch, self.request.role, uid=self.kwargs["uid"])

    def get_queryset(self):
        return BatchRow.objects.of(self.batch)

    def get_context_data(self, **kwargs):
        counted = BatchRow.objects.counted(self.batch)
        figures = [(state.label, counted[state]) for state in BatchRow.State if state in counted]
        return super().get_context_data(
            batch=self.batch,
            figures=figures,
            ready=counted.get(BatchRow.State.READY, 0),
            changed=counted.get(BatchRow.State.DONE, 0),
            **kwargs,
        )


def _columns(batch):
    return OF_SHEET if batch.file_name else ROW_COLUMNS


@require_POST
@needs(Power.EDIT_MEMBER)
@once_only
def confirm(request, uid):
    batch = get_visible(Batch, request.role, uid=uid)
    if services.confirm(batch):
        return redirect(start_batch(batch, by=request.role))
    messages.info(request, "该批量维护已经确认过，没有重复办理")
    return HttpResponseRedirect(batch.get_absolute_url())


class Undo(FormPage):
    """What taking the batch back would do; with the reason it is taken back."""

    needs = Power.EDIT_MEMBER
    form_class = UndoForm
    template_name = "members/batch_undo.html"

    @cached_property
    def batch(self):
        return get_visible(Batch, self.request.role, uid=self.kwargs["uid"])

    def act(self, form):
        if not batch_undoing.begin(self.batch):
            raise ValidationError("该批量维护不能撤销：未办理、已撤销或已超过 30 天")
        return start_undoing(self.batch, by=self.request.role, reason=form.cleaned_data["reason"])

    def get_context_data(self, **kwargs):
        changed = BatchRow.objects.counted(self.batch).get(BatchRow.State.DONE, 0)
        return super().get_context_data(batch=self.batch, changed=changed, **kwargs)


@require_safe
@needs(Power.EDIT_MEMBER)
def result(request, uid):
    """The rows as a workbook."""
    batch = get_visible(Batch, request.role, uid=uid)
    rows, name = BatchRow.objects.of(batch), f"批量维护_{batch.created_at:%Y%m%d}.xlsx"
    exporting.note(
        batch.organization,
        action="members.export_batch",
        file_name=name,
        rows=rows.count(),
        filters=batch.items_label,
        by=request.role,
    )
    meta = {"维护项目": batch.items_label, "办理人": batch.owner_name, "状态": batch.get_state_display()}
    chunks = book_chunks(title="批量维护", columns=_columns(batch), rows=rows.iterator(chunk_size=2000), meta=meta)
    return uploads.stream_response(chunks, name)
