"""党员发展: 申请人管理, 培养进度, the queues of those above, and the workbook. Source: screens.md 3.5."""

from django.db.models import Count
from django.http import Http404
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import TemplateView, View

from accounts.powers import Power
from eforefront.development import lists
from eforefront.development.states import STAGES
from eforefront.forms.development import ApplicantFilter
from eforefront.models import Applicant, DossierHandOver, HandIn
from eforefront.views.development import exporting
from orgs.services import exporting as told
from partyplatform import uploads
from partyplatform.excel import book_chunks
from partyplatform.jobs.offers import OffersJob
from partyplatform.ui import searches
from partyplatform.ui.columns import Column
from partyplatform.ui.tables import ListPage
from partyplatform.ui.views import Scoped

SECTION = {"section": "党员发展"}
EXPORT_AT_ONCE = 2000
MOST_NAMED = 10


class Applicants(Scoped, ListPage):
    """Everybody in reach who is being developed, what is due first on top; the five stages with counts over it."""

    model = Applicant
    needs = Power.VIEW_DEVELOPMENT
    columns = lists.COLUMNS
    filter_class = ApplicantFilter
    count_cap = 1000
    template_name = "eforefront/development/list.html"

    def get_queryset(self):
        return super().get_queryset().listed().due_first()

    def get_context_data(self, **kwargs):
        counted = Applicant.objects.visible_to(self.request.role).by_stage()
        stages = [(code, label, counted.get(code, 0)) for code, label in STAGES]
        keeps = self.request.role.can(Power.KEEP_DEVELOPMENT) and self.request.role.organization.may_develop
        waiting = (
            HandIn.objects.waiting_for(self.request.role).select_related("applicant")[:MOST_NAMED] if keeps else ()
        )
        return super().get_context_data(stages=stages, may_add=keeps, hand_ins=waiting, **kwargs)


class Export(Scoped, OffersJob, View):
    """导出Excel: what the filters leave, at once or as a job."""

    needs = Power.VIEW_DEVELOPMENT

    def get(self, request):
        role, filters = request.role, ApplicantFilter(searches.query_of(request) or None)
        rows, name = exporting.rows(role, filters), exporting.book_name(role)
        count = rows.count()
        if count > EXPORT_AT_ONCE:
            return self.offer(count)
        words = {"action": lists.KIND, "file_name": name, "rows": count, "filters": filters.described()}
        told.note(role.organization, by=role, **words)
        meta = exporting.book_meta(role)
        chunks = book_chunks(title="党员发展", columns=lists.COLUMNS, rows=rows.iterator(chunk_size=2000), meta=meta)
        return uploads.stream_response(chunks, name)

    def hand_in(self):
        return exporting.start(by=self.request.role, query=searches.query_of(self.request))


class Pipeline(Scoped, TemplateView):
    """培养进度: who stands in which stage, what is due next, which papers are missing."""

    needs = Power.VIEW_DEVELOPMENT
    template_name = "eforefront/development/pipeline.html"

    def get_context_data(self, **kwargs):
        rows = Applicant.objects.visible_to(self.request.role)
        stages = lists.board(rows)
        return super().get_context_data(stages=stages, late=rows.late(timezone.localdate()).count(), **kwargs)


class Queue(Scoped, ListPage):
    """What waits for the role's own organisation: 备案, 预审, 谈话, 审批, or 审议 where it only reviews."""

    model = Applicant
    needs = Power.DECIDE_DEVELOPMENT
    columns = lists.QUEUED
    template_name = "eforefront/development/queue.html"

    @cached_property
    def tabs(self):
        held = Applicant.objects.held_by(self.request.role).order_by().values_list("step").annotate(Count("pk"))
        return lists.queues(self.request.role.organization, dict(held))

    @cached_property
    def tab(self):
        slug = self.kwargs.get("queue")
        if slug is None:
            return next((tab for tab in self.tabs if tab.waiting), self.tabs[0])
        found = next((tab for tab in self.tabs if tab.slug == slug), None)
        if found is None:
            raise Http404
        return found

    def get_queryset(self):
        return Applicant.objects.held_by(self.request.role).at(self.tab.steps).listed().due_first()

    def get_context_data(self, **kwargs):
        return super().get_context_data(tabs=self.tabs, tab=self.tab, **kwargs)


class HandOvers(Scoped, ListPage):
    """Files on their way from and to branches in reach, those to be answered here first."""

    model = DossierHandOver
    needs = Power.VIEW_DEVELOPMENT
    columns = (
        Column("姓名", "applicant.name", link="url"),
        Column("移出支部", "source.short_name", width=30),
        Column("移入支部", "target.short_name", width=30),
        Column("移交时间", "asked_at", width=18, fold=True),
        Column("状态", "status", kind="tag"),
    )
    count_cap = 1000
    template_name = "eforefront/development/hand_overs.html"

    def get_queryset(self):
        return super().get_queryset().select_related("applicant", "source", "target").order_by("-state", "-pk")
