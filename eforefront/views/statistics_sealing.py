"""党内统计: 封存 and 启封. Source: statistics.md 5."""

from functools import cached_property

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from accounts.powers import Power
from eforefront import statistics_jobs
from eforefront.forms.statistics import OpenForm, SealForm
from eforefront.models import StatisticalReport
from eforefront.services import statistics as services
from eforefront.views.statistics import OfReport
from partyplatform.ui.views import FormPage, get_visible


class Seal(OfReport, FormPage):
    """封存: what it means, then the button."""

    needs = Power.KEEP_STATISTICS
    form_class = SealForm
    template_name = "eforefront/statistics/seal.html"

    def get(self, request, *args, **kwargs):
        if self.report is not None and self.report.is_sealed:
            messages.info(request, services.SEALED)
            return redirect(self.address("start"))
        return super().get(request, *args, **kwargs)

    def act(self, form):
        if not self.is_small:
            return statistics_jobs.start(statistics_jobs.SEAL, self.organization, self.on, by=self.request.role)
        return services.seal(self.organization, on=self.on, by=self.request.role)

    def location(self, result):
        if not isinstance(result, StatisticalReport):
            return result.get_absolute_url()
        messages.success(self.request, f"{result.title}已封存")
        return self.address("start")


class Open(FormPage):
    """启封 of one report, with the reason."""

    needs = Power.OPEN_STATISTICS
    form_class = OpenForm
    template_name = "eforefront/statistics/open.html"
    target = ("report",)

    @cached_property
    def report(self):
        found = get_visible(StatisticalReport, self.request.role, pk=self.kwargs["pk"])
        if not StatisticalReport.objects.managed_by(self.request.role).filter(pk=found.pk).exists():
            raise PermissionDenied(services.OPENED_ABOVE)
        if found.state != StatisticalReport.State.SEALED:
            raise Http404
        return found

    def get_initial(self):
        return {"version": self.report.version}

    def act(self, form):
        return services.open_again(self.report, by=self.request.role, **form.cleaned_data)

    def location(self, result):
        messages.success(self.request, f"“{result.organization.short_name}”{result.title}已启封")
        return (
            f"{reverse('statistics:start')}?{urlencode({'org': result.organization_id, 'on': result.on.isoformat()})}"
        )

    def get_context_data(self, **kwargs):
        return super().get_context_data(report=self.report, first=services.opened_first(self.report), **kwargs)
