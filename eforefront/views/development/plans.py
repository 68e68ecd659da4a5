"""年度发展计划: handed in by an organisation, agreed to one level up, against what came of it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import TemplateView, View

from accounts.powers import Power
from eforefront.development import plans
from eforefront.forms.development_ways import AgreeForm, PlanForm, PlanYearFilter
from eforefront.models import DevelopmentPlan
from eforefront.services.development import planning
from eforefront.views.development import exporting
from orgs.services import exporting as told
from partyplatform import uploads
from partyplatform.excel import book_chunks
from partyplatform.ui import searches
from partyplatform.ui.views import FormPage, Scoped

SECTION = {"section": "党员发展"}
NOT_ABOVE = "发展计划由直接上级党组织批复，当前角色只能查看。"


def listed(year):
    return reverse("eforefront:development_plans", query={"year": year})


class Plans(Scoped, TemplateView):
    needs = Power.VIEW_DEVELOPMENT
    template_name = "eforefront/development/plans.html"

    def get_context_data(self, **kwargs):
        role, filters = self.request.role, PlanYearFilter(searches.query_of(self.request) or None)
        year = filters.chosen_year
        rows = plans.rows(role.organization, year, decides=role.can(Power.DECIDE_DEVELOPMENT))
        return super().get_context_data(
            filters=filters, year=year, rows=rows, own=rows[0], columns=plans.COLUMNS, **SECTION, **kwargs
        )


class Export(Scoped, View):
    """The plans of a year as a workbook: the rows of the page."""

    needs = Power.VIEW_DEVELOPMENT

    def get(self, request):
        role, filters = request.role, PlanYearFilter(searches.query_of(request) or None)
        year = filters.chosen_year
        rows = plans.rows(role.organization, year, decides=False)
        name = f"发展计划_{role.organization_name}_{year}.xlsx"
        words = {"action": plans.KIND, "file_name": name, "rows": len(rows), "filters": f"{year} 年"}
        told.note(role.organization, by=role, **words)
        meta = exporting.book_meta(role)
        return uploads.stream_response(book_chunks(title="发展计划", columns=plans.COLUMNS, rows=rows, meta=meta), name)


class Ask(FormPage):
    """上报 of the own organisation."""

    needs = Power.VIEW_DEVELOPMENT
    form_class = PlanForm
    template_name = "eforefront/development/plan_form.html"

    @cached_property
    def year(self):
        return self.kwargs["year"]

    def get_initial(self):
        own = DevelopmentPlan.objects.of_year(self.year).filter(organization=self.request.role.organization_id).first()
        return {name: getattr(own, name) for name in ("activists", "admissions", "note")} if own else {}

    def act(self, form):
        return planning.ask(self.request.role.organization, self.year, by=self.request.role, **form.cleaned_data)

    def location(self, result):
        messages.success(self.request, f"已上报 {result}：{result.get_state_display()}")
        return listed(result.year)

    def get_context_data(self, **kwargs):
        return super().get_context_data(year=self.year, back=listed(self.year), **SECTION, **kwargs)


class Decide(FormPage):
    """批复 or 退回 by the organisation one level up."""

    needs = Power.DECIDE_DEVELOPMENT
    form_class = AgreeForm
    template_name = "eforefront/development/plan_decide.html"

    @cached_property
    def plan(self):
        rows = DevelopmentPlan.objects.visible_to(self.request.role).select_related("organization")
        found = get_object_or_404(rows, pk=self.kwargs["pk"])
        if found.organization.parent_id != self.request.role.organization_id:
            raise PermissionDenied(NOT_ABOVE)
        return found

    def get_initial(self):
        plan = self.plan
        agreed = plan.state == plan.State.AGREED
        return {
            "version": plan.version,
            "activists": plan.activists_agreed if agreed else plan.activists,
            "admissions": plan.admissions_agreed if agreed else plan.admissions,
            "opinion": plan.opinion,
        }

    def act(self, form):
        given = dict(form.cleaned_data)
        if given.pop("verb") == "agree":
            return planning.agree(self.plan, by=self.request.role, **given)
        return planning.give_back(self.plan, by=self.request.role, version=given["version"], opinion=given["opinion"])

    def post(self, request, *args, **kwargs):
        self.plan  # noqa: B018 (404, 403 before the form is read)
        return super().post(request, *args, **kwargs)

    def location(self, result):
        messages.success(self.request, f"{result.organization.short_name} {result}：{result.get_state_display()}")
        return listed(result.year)

    def get_context_data(self, **kwargs):
        return super().get_context_data(plan=self.plan, back=listed(self.plan.year), **SECTION, **kwargs)
