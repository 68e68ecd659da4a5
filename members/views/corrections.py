"""更正申请 in 党内信息管理系统: one proposal with its decision, and those of a branch. Source: screens.md 2.11."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_safe

from accounts.powers import Power
from members.corrections import REMOVAL, REVIEWED
from members.forms.corrections import AnswerForm, ProposalForm
from members.models import Correction, Member, Scan
from members.services import corrections as services
from members.services import scans
from members.views.records import shown_value
from partyplatform import uploads
from partyplatform.audit.models import Record
from partyplatform.ui.views import FormPage, UploadPage, needs
from partyplatform.uploads.records import file_response

DONE = {
    "accept": "已采纳",
    "forward": "已同意，报上级审核",
    "refuse": "未采纳，申请人可以看到原因",
    "withdraw": "已撤回",
}


class CorrectionPage(FormPage):
    """One proposal beside what the record says, and what the reader may do with it."""

    needs = Power.EDIT_MEMBER
    form_class = AnswerForm
    template_name = "members/corrections/detail.html"

    @cached_property
    def correction(self):
        rows = Correction.objects.visible_to(self.request.role).select_related("member__organization", "member__user")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    @cached_property
    def steps(self):
        return services.open_steps(self.correction, self.request.role)

    def post(self, request, *args, **kwargs):
        self.correction  # noqa: B018 (raises Http404 for one out of reach)
        return super().post(request, *args, **kwargs)

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        form.also_sent = ("verb",)
        return form

    def get_initial(self):
        return {"version": self.correction.version, "seen": self.correction.member.version}

    def act(self, form):
        verb = self.request.POST.get("verb", "")
        return services.advance(self.correction, verb, by=self.request.role, **form.cleaned_data)

    def location(self, result):
        messages.success(self.request, f"{result.member.name}的{result.label}：{DONE[self.request.POST['verb']]}")
        return reverse("members:reviews")

    def get_context_data(self, **kwargs):
        correction = self.correction
        return super().get_context_data(
            section="信息审核",
            correction=correction,
            member=correction.member,
            steps=self.steps,
            may_decide=any(step.verb != "withdraw" for step in self.steps),
            is_overtaken=correction.is_open and correction.is_overtaken,
            scans=correction.scans.all(),
            history=Record.objects.of_object(correction.member).filter(action__endswith="correction")[:5],
            **kwargs,
        )


class ProposeReviewed(UploadPage):
    """A branch asks the level above to correct what it reviews."""

    needs = Power.EDIT_MEMBER
    form_class = ProposalForm
    template_name = "members/corrections/propose.html"
    max_body, max_file = uploads.MOST_READ, uploads.MAX_BYTES
    target = ("member", "item")

    @cached_property
    def member(self):
        rows = Member.objects.visible_to(self.request.role).select_related("organization")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    @cached_property
    def item(self):
        found = next((item for item in REVIEWED if item.field == self.kwargs["field"]), None)
        if found is None:
            raise Http404
        return found

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "item": self.item}

    def act(self, form):
        return services.propose(self.member, field=self.item.field, by=self.request.role, is_own=False, **form.values)

    def location(self, result):
        asked = "误录删除" if self.item == REMOVAL else f"{result.label}更正"
        messages.success(self.request, f"{result.member.name}的{asked}申请已提交，等待上级党组织审核")
        return reverse("members:detail", args=[result.member_id])

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            section="信息浏览",
            member=self.member,
            item=self.item,
            is_removal=self.item == REMOVAL,
            present=self.member.get_status_display() if self.item == REMOVAL else shown_value(self.member, self.item),
            **kwargs,
        )


@require_safe
@needs(Power.EDIT_MEMBER)
def scan(request, uid):
    """Send a paper back as an attachment."""
    rows = Scan.objects.visible_to(request.role).select_related("admission", "correction__member")
    found = get_object_or_404(rows, uid=uid)
    answer = file_response(found)
    scans.note_opening(found, by=request.role)
    return answer
