"""组织生活会和民主评议: cycles by year, the steps of one, what each asks of every member. Source: workflows.md 7.4."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import TemplateView, View

from accounts.powers import Power
from eforefront.forms.reviews import AppraisalForm, BeginForm, FileForm, SendBackForm, StepForm, YearFilter, known
from eforefront.meeting_lists import book_meta
from eforefront.models import Appraisal, ReviewCycle
from eforefront.review_figures import COLUMNS, figures, rows_of
from eforefront.review_steps import FILING, STEPS
from eforefront.services import reviews
from orgs.reach import at_root
from orgs.services import exporting
from partyplatform import uploads
from partyplatform.excel import book_chunks
from partyplatform.ui.tables import ListPage
from partyplatform.ui.views import FormPage, Scoped

SECTION = {"section": "组织生活"}
NOT_OURS = "民主评议由“{name}”开展，当前角色不能办理。"


class Cycles(Scoped, ListPage):
    """The cycles of a year in reach, with the figures of statistics table 8 above them."""

    model = ReviewCycle
    needs = Power.VIEW_GATHERINGS
    columns = COLUMNS
    filter_class = YearFilter
    template_name = "eforefront/reviews/list.html"
    extra_context = SECTION

    def chosen(self):
        return rows_of(self.request.role, self.filters.chosen)

    def get_context_data(self, **kwargs):
        role, year = self.request.role, self.filters.chosen
        may_begin = role.can(Power.KEEP_GATHERINGS) and role.organization.holds_members
        return super().get_context_data(year=year, figures=figures(role, year), may_begin=may_begin, **kwargs)


class ExportCycles(Scoped, View):
    """The list of a year as a workbook."""

    needs = Power.VIEW_GATHERINGS

    def get(self, request):
        role, year = request.role, YearFilter(request.GET or None).chosen
        rows, name = rows_of(role, year), f"民主评议_{role.organization_name}_{year}.xlsx"
        exporting.note(
            role.organization,
            action="eforefront.export_gatherings",
            file_name=name,
            rows=rows.count(),
            filters=f"{year} 年度",
            by=role,
        )
        meta = book_meta(role.organization, by=role)
        return uploads.stream_response(
            book_chunks(title="民主评议", columns=COLUMNS, rows=rows.iterator(chunk_size=2000), meta=meta), name
        )


class Begin(FormPage):
    needs = Power.KEEP_GATHERINGS
    form_class = BeginForm
    template_name = "eforefront/reviews/begin.html"
    extra_context = SECTION

    def get_initial(self):
        return {"year": timezone.localdate().year, "on": timezone.localdate()}

    def act(self, form):
        return reviews.begin(self.request.role.organization, by=self.request.role, **form.cleaned_data)

    def location(self, result):
        messages.success(self.request, f"已开展 {result.year} 年度民主评议")
        return reverse("eforefront:review_cycle", args=[result.pk])


class OfCycle:
    """The cycle of the address."""

    extra_context = SECTION

    @cached_property
    def cycle(self):
        rows = ReviewCycle.objects.visible_to(self.request.role).select_related("organization")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    @cached_property
    def rows(self):
        return list(Appraisal.objects.of(self.cycle))

    @property
    def address(self):
        return reverse("eforefront:review_cycle", args=[self.cycle.pk])

    @property
    def is_own(self):
        return self.cycle.organization_id == self.request.role.organization_id

    @property
    def keeps(self):
        return self.is_own and self.request.role.can(Power.KEEP_GATHERINGS)

    @property
    def reviews(self):
        role = self.request.role
        return (not self.is_own or at_root(role)) and role.can(Power.REVIEW_GATHERINGS)

    def get_context_data(self, **kwargs):
        return super().get_context_data(cycle=self.cycle, back=self.address, **kwargs)


class Cycle(OfCycle, Scoped, TemplateView):
    """The steps, what the present one asks, the members and what was put down of each."""

    needs = Power.VIEW_GATHERINGS
    template_name = "eforefront/reviews/detail.html"

    def get_context_data(self, **kwargs):
        cycle, rows = self.cycle, self.rows
        done = {row.number: row for row in reversed(list(cycle.steps.all()))}
        step = None if cycle.is_over else STEPS[cycle.step - 1]
        keeps = self.keeps and step is not None and not step.is_above
        return super().get_context_data(
            marks=[_mark(each, cycle, done) for each in STEPS],
            step=step,
            rows=rows,
            history=list(cycle.steps.all()),
            warning=reviews.too_many_excellent(rows),
            may_step=keeps,
            may_put=keeps and bool(step.asks) if step else False,
            may_file=bool(step) and step.number == FILING and self.reviews,
            **kwargs,
        )


class Kept(OfCycle, FormPage):
    """A page of the branch's own."""

    needs = Power.KEEP_GATHERINGS

    def get(self, request, *args, **kwargs):
        self._refuse()
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        self._refuse()
        return super().post(request, *args, **kwargs)

    def _refuse(self):
        if not self.keeps:
            raise PermissionDenied(NOT_OURS.format(name=self.cycle.organization.short_name))

    @property
    def step(self):
        return STEPS[min(self.cycle.step, FILING) - 1]

    def get_initial(self):
        return {"version": self.cycle.version}

    def location(self, result):
        messages.success(self.request, "已保存")
        return self.address

    def get_context_data(self, **kwargs):
        return super().get_context_data(step=self.step, **kwargs)


class Appraise(Kept):
    """What the present step asks of each member."""

    form_class = AppraisalForm
    template_name = "eforefront/reviews/appraise.html"

    def get_initial(self):
        return super().get_initial() | known(self.rows, self.step)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "rows": self.rows, "step": self.step}

    def act(self, form):
        version = form.cleaned_data["version"]
        return reviews.put(self.cycle, by=self.request.role, version=version, rows=form.values)


class CompleteStep(Kept):
    form_class = StepForm
    template_name = "eforefront/reviews/step.html"

    def get_initial(self):
        return super().get_initial() | {"on": timezone.localdate()}

    def act(self, form):
        return reviews.complete(self.cycle, by=self.request.role, **form.cleaned_data)

    def location(self, result):
        messages.success(self.request, f"已完成：{self.step.label}")
        return self.address


class Above(OfCycle, FormPage):
    """A page of the level above: 结果入库 and 退回."""

    needs = Power.REVIEW_GATHERINGS
    template_name = "eforefront/reviews/above.html"
    is_filing = False

    def get(self, request, *args, **kwargs):
        self._refuse()
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        self._refuse()
        return super().post(request, *args, **kwargs)

    def _refuse(self):
        if not self.reviews:
            raise PermissionDenied("民主评议结果由上级党组织审核。")

    def get_initial(self):
        return {"version": self.cycle.version}

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            rows=self.rows, warning=reviews.too_many_excellent(self.rows), is_filing=self.is_filing, **kwargs
        )


class FileResults(Above):
    form_class, is_filing = FileForm, True

    def act(self, form):
        return reviews.file(self.cycle, by=self.request.role, version=form.cleaned_data["version"])

    def location(self, result):
        messages.success(self.request, "评定结果已写入党员的民主评议信息")
        return self.address


class SendBack(Above):
    form_class = SendBackForm

    def act(self, form):
        return reviews.send_back(self.cycle, by=self.request.role, **form.cleaned_data)

    def location(self, result):
        messages.success(self.request, "已退回党支部")
        return self.address


def _mark(step, cycle, done):
    state = "done" if step.number < cycle.step else "now" if step.number == cycle.step else "later"
    row = done.get(step.number) if state == "done" else None
    return {"label": step.label, "state": state, "note": f"{row.on:%m-%d}" if row else ""}
