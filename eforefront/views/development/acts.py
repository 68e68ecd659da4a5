"""What a branch does beside the open step, and 退回 by whoever holds it. Source: workflows.md 4.1 – 4.3, 3.4."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST, require_safe

from accounts.powers import Power
from eforefront.development.states import Deed, Sponsor, State
from eforefront.development.steps import STEPS, preceding
from eforefront.development.voters import sponsors_from
from eforefront.forms.development import (
    EntryForm,
    LeaveForm,
    PaperForm,
    PostponeForm,
    ReasonForm,
    SponsorsForm,
)
from eforefront.models import DevelopmentFile
from eforefront.services.development import advancing, entering, leaving, papers, sponsoring
from eforefront.views.development.of_applicant import OfApplicant, OfOpenStep, OfOwnApplicant, sponsors_at
from partyplatform import uploads
from partyplatform.ui.form_keys import once_only
from partyplatform.ui.refusals import tell
from partyplatform.ui.views import FormPage, UploadPage, needs
from partyplatform.uploads.records import file_response


class SendBack(OfOpenStep, FormPage):
    """退回 to the step before, by whoever holds the open one."""

    needs = Power.VIEW_DEVELOPMENT
    form_class = ReasonForm
    template_name = "eforefront/development/act.html"

    def get(self, request, *args, **kwargs):
        self.refuse_others()
        return super().get(request, *args, **kwargs)

    def get_initial(self):
        return {"version": self.applicant.version}

    def act(self, form):
        return advancing.send_back(self.applicant, by=self.request.role, **form.cleaned_data)

    def location(self, result):
        messages.success(self.request, f"已退回，现为“{result.step_label}”")
        return result.get_absolute_url()

    def get_context_data(self, **kwargs):
        why = advancing.reason_against_returning(self.applicant)
        earlier = "" if why else STEPS[preceding(self.applicant.step)].label
        told = f"退回后由前一步骤“{earlier}”重新办理，已有的办理记录保留。" if earlier else ""
        return super().get_context_data(title="退回", why=why, told=told, is_dangerous=True, **kwargs)


class Enter(OfOwnApplicant):
    """登记考察, 登记思想汇报."""

    form_class = EntryForm

    @cached_property
    def deed(self):
        if self.kwargs["deed"] not in (Deed.OBSERVATION, Deed.REPORT):
            raise Http404
        return Deed(self.kwargs["deed"])

    @property
    def title(self):
        return f"登记{self.deed.label}"

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "deed": self.deed}

    def act(self, form):
        return entering.enter(self.applicant, self.deed, by=self.request.role, **form.cleaned_data)

    def location(self, result):
        messages.success(self.request, f"已登记{self.deed.label}：{result.name}")
        return result.get_absolute_url()


class ReplaceSponsors(OfOwnApplicant):
    """更换培养联系人、入党介绍人."""

    form_class = SponsorsForm

    @cached_property
    def kind(self):
        if self.kwargs["kind"] not in Sponsor.values:
            raise Http404
        return Sponsor(self.kwargs["kind"])

    @property
    def title(self):
        return f"更换{self.kind.label}"

    def get_form_kwargs(self):
        people = sponsors_from(self.applicant.organization)
        return {**super().get_form_kwargs(), "kind": self.kind, "people": people}

    def act(self, form):
        words = {name: form.cleaned_data[name] for name in ("version", "on", "reason")}
        with sponsors_at("sponsor_1"):
            return sponsoring.replace(self.applicant, self.kind, form.chosen, by=self.request.role, **words)

    def location(self, result):
        messages.success(self.request, f"已{self.title}")
        return result.get_absolute_url()


class Leave(OfOwnApplicant):
    """结束培养: 退出, 终止培养, 材料移交外单位."""

    form_class = LeaveForm
    title = "结束培养"
    extra_context = {"is_dangerous": True}

    def act(self, form):
        given = dict(form.cleaned_data)
        return leaving.leave(self.applicant, State(given.pop("way")), by=self.request.role, **given)

    def location(self, result):
        messages.success(self.request, f"{result.name}的发展党员记录已结束：{result.get_state_display()}")
        return result.get_absolute_url()


class Postpone(OfOwnApplicant):
    """推迟讨论转正."""

    form_class = PostponeForm
    title = "推迟讨论"

    def get_context_data(self, **kwargs):
        return super().get_context_data(why=leaving.reason_against_postponing(self.applicant), **kwargs)

    def act(self, form):
        return leaving.postpone(self.applicant, by=self.request.role, **form.cleaned_data)

    def location(self, result):
        messages.success(self.request, f"已推迟至 {result.postponed_to:%Y-%m-%d} 讨论")
        return result.get_absolute_url()


class Attach(OfApplicant, UploadPage):
    """上传材料 to any step that was reached."""

    needs = Power.VIEW_DEVELOPMENT
    form_class = PaperForm
    template_name = "eforefront/development/attach.html"
    max_body, max_file = uploads.MOST_READ, uploads.MAX_BYTES

    def check_target(self):
        if not self.holds:
            self.refuse_strangers()

    def get_form_kwargs(self):
        reached = [step for step in STEPS.values() if step.number <= self.applicant.step]
        return {**super().get_form_kwargs(), "steps": reached}

    def act(self, form):
        step, paper = form.chosen
        upload = form.cleaned_data["file"]
        return papers.attach(self.applicant, step=step, paper=paper, upload=upload, by=self.request.role)

    def location(self, result):
        messages.success(self.request, f"已上传“{result.original_name}”")
        return f"{self.address}#step-{result.step}"


@require_safe
@needs(Power.VIEW_OWN_RECORD)
def download(request, uid):
    """A paper of an applicant in reach, or of the acting person."""
    file = _file(request, uid)
    answer = file_response(file)
    papers.note_opening(file, by=request.role)
    return answer


@require_POST
@needs(Power.VIEW_DEVELOPMENT)
@once_only
def take_off(request, uid):
    file = _file(request, uid)
    try:
        papers.take_off(file, by=request.role)
        messages.success(request, f"已移除“{file.original_name}”")
    except ValidationError as refusal:
        tell(request, refusal)
    return redirect(f"{file.applicant.get_absolute_url()}#step-{file.step}")


def _file(request, uid):
    rows = DevelopmentFile.objects.visible_to(request.role).select_related("applicant")
    return get_object_or_404(rows, uid=uid)
