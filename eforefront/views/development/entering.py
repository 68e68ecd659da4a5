"""新增申请人, 更正资料, 登记已有的预备党员. Source: screens.md 3.5; workflows.md 4.2, step 1."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from accounts.powers import Power
from eforefront.development.voters import undeveloped
from eforefront.forms.development import PersonForm
from eforefront.services.development import applying
from eforefront.views.development.of_applicant import OfOwnApplicant
from partyplatform.ui.form_keys import Repeated, once
from partyplatform.ui.refusals import tell
from partyplatform.ui.views import FormPage, Scoped


class Create(FormPage):
    """新增申请人 of the own branch; the application is recorded as received."""

    needs = Power.KEEP_DEVELOPMENT
    form_class = PersonForm
    template_name = "eforefront/development/form.html"

    def act(self, form):
        role, given = self.request.role, form.cleaned_data
        return applying.register(
            role.organization,
            by=role,
            name=given["name"],
            id_number=given["id_number"],
            values=form.values,
            applied_on=given["applied_on"],
            received_by=given["received_by"],
        )

    def location(self, result):
        messages.success(self.request, f"已登记申请人{result.name}，现为“{result.step_label}”")
        return result.get_absolute_url()

    def get_context_data(self, **kwargs):
        return super().get_context_data(organization=self.request.role.organization, **kwargs)


class Correct(OfOwnApplicant):
    """更正申请人资料, until the record of the member takes over."""

    form_class = PersonForm
    template_name = "eforefront/development/form.html"
    title = "更正资料"

    def get_initial(self):
        return {}

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "applicant": self.applicant}

    def act(self, form):
        version = form.cleaned_data["version"] or 0
        return applying.correct(self.applicant, by=self.request.role, version=version, values=form.values)

    def location(self, result):
        messages.success(self.request, f"已保存{result.name}的资料")
        return result.get_absolute_url()


class Probationers(Scoped, TemplateView):
    """预备党员 of the branch whose development is not on the platform; one of them begins at step 21."""

    needs = Power.KEEP_DEVELOPMENT
    template_name = "eforefront/development/probationers.html"

    @cached_property
    def people(self):
        return undeveloped(self.request.role.organization)

    def post(self, request):
        member = get_object_or_404(self.people, pk=_number(request.POST.get("member")))
        try:
            with once(request) as claim:
                applicant = applying.begin_probation(member, by=request.role)
                claim.location = applicant.get_absolute_url()
                messages.success(request, f"已登记{applicant.name}，从“{applicant.step_label}”开始办理")
        except Repeated as repeated:
            return HttpResponseRedirect(repeated.location)
        except ValidationError as refusal:
            tell(request, refusal)
            return HttpResponseRedirect(request.path)
        return HttpResponseRedirect(claim.location)

    def get_context_data(self, **kwargs):
        return super().get_context_data(people=self.people, **kwargs)


def _number(text):
    return int(text) if text and text.isdecimal() and len(text) < 18 else 0
