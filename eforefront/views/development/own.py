"""The page of whoever is being developed: the own course, what is handed in, who goes along. Source: screens.md 3.5."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from accounts.powers import Power
from eforefront.development.marks import next_report
from eforefront.development.standing import case_of, put_off
from eforefront.development.states import OWN_PAPERS, Deed
from eforefront.development.steps import OBSERVED_FROM, OBSERVED_TO, STEPS
from eforefront.development.timeline import timeline, told
from eforefront.forms.development_ways import ApplicationForm, ReportForm
from eforefront.models import Applicant, DevelopmentFile, DevelopmentRecord, HandIn, Sponsorship
from eforefront.services.development import handing_in, papers
from eforefront.services.development.handing_in import APPLICATIONS
from partyplatform import uploads
from partyplatform.ui.views import Scoped, UploadPage, needs
from partyplatform.uploads.records import file_response

SECTION = {"section": "党员发展"}


class OfOwn:
    """The development of the reader: the open one, else the last."""

    needs = Power.OWN_DEVELOPMENT
    extra_context = SECTION

    @cached_property
    def applicant(self):
        related = ("organization", "user", "member__user", "member__profile")
        rows = Applicant.objects.own(self.request.role).select_related(*related)
        return rows.order_by("state", "-pk").first()

    @property
    def address(self):
        return reverse("eforefront:own_development")


class OwnDevelopment(OfOwn, Scoped, TemplateView):
    """我的发展进度."""

    template_name = "eforefront/development/own.html"

    def get_context_data(self, **kwargs):
        if self.applicant is None:
            return super().get_context_data(applicant=None, **kwargs)
        return super().get_context_data(**course(self.applicant), **kwargs)


def course(applicant):
    """What the page of the person shows: steps and days, no opinion, no vote, no conclusion."""
    records = list(DevelopmentRecord.objects.of(applicant))
    files = [file for file in DevelopmentFile.objects.of(applicant).kept() if file.paper in OWN_PAPERS]
    sponsors = Sponsorship.objects.of(applicant).present().select_related("member")
    hand_ins = list(HandIn.objects.of(applicant).select_related("file"))
    is_observed = applicant.is_open and OBSERVED_FROM <= applicant.step <= OBSERVED_TO
    asked = applicant.is_open and applicant.step in APPLICATIONS
    waiting = any(row.state == HandIn.State.WAITING for row in hand_ins)
    return {
        "applicant": applicant,
        "put_off": put_off(applicant),
        "step": STEPS[applicant.step],
        "stages": timeline(applicant, records, files),
        "sponsors": [(row.get_kind_display(), row.member.name, row.since) for row in sponsors],
        "hand_ins": hand_ins,
        "may_hand_in": asked and not waiting,
        "is_looked_at": asked and waiting,
        "paper": STEPS[applicant.step].papers[0] if asked else "",
        "reports": [(row.on, told(row)) for row in reversed(records) if row.deed == Deed.REPORT],
        "may_report": is_observed,
        "report_due": next_report(case_of(applicant)) if is_observed else None,
        "today": timezone.localdate(),
    }


class OwnForm(OfOwn, UploadPage):
    """A form of the reader about the own development; without one there is none."""

    max_body, max_file = uploads.MOST_READ, uploads.MAX_BYTES

    def check_target(self):
        if self.applicant is None or not self.applicant.is_open:
            raise Http404

    def get_context_data(self, **kwargs):
        return super().get_context_data(applicant=self.applicant, back=self.address, **kwargs)


class HandInApplication(OwnForm):
    """递交入党申请书, or 转正申请书 when its time has come."""

    form_class = ApplicationForm
    template_name = "eforefront/development/own_application.html"

    def act(self, form):
        given = form.cleaned_data
        return handing_in.hand_in(self.applicant, by=self.request.role, on=given["on"], upload=given["file"])

    def location(self, result):
        messages.success(self.request, "申请书已递交，请等待党支部审核")
        return self.address

    def get_context_data(self, **kwargs):
        step = STEPS[self.applicant.step]
        paper = step.papers[0] if step.number in APPLICATIONS else "申请书"
        return super().get_context_data(paper=paper, **kwargs)


class Report(OwnForm):
    """递交思想汇报."""

    form_class = ReportForm
    template_name = "eforefront/development/own_report.html"

    def get_initial(self):
        return {"version": self.applicant.version}

    def act(self, form):
        given = dict(form.cleaned_data)
        return handing_in.report(self.applicant, by=self.request.role, upload=given.pop("file"), **given)

    def location(self, result):
        messages.success(self.request, "思想汇报已递交")
        return self.address


@require_safe
@needs(Power.OWN_DEVELOPMENT)
def download(request, uid):
    """A paper the reader wrote."""
    rows = DevelopmentFile.objects.visible_to(request.role).select_related("applicant__user")
    file = get_object_or_404(rows.filter(paper__in=OWN_PAPERS), uid=uid)
    answer = file_response(file)
    papers.note_opening(file, by=request.role)
    return answer
