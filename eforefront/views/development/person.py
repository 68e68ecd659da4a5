"""One applicant: the 25 steps, the form of the open one, papers, what went along. Source: workflows.md 4.2."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import cached_property

from accounts.powers import Power
from eforefront.development.chains import is_last
from eforefront.development.facts import Kind
from eforefront.development.standing import missing_items, put_off
from eforefront.development.timeline import events, timeline
from eforefront.development.voters import sponsors_from, voters_of
from eforefront.forms.development import ReviewForm, StepForm
from eforefront.models import DevelopmentFile, DevelopmentRecord, PartyGroup, Sponsorship
from eforefront.services.development import advancing, leaving, papers
from eforefront.views.development.of_applicant import OfOpenStep, sponsors_at
from partyplatform import uploads
from partyplatform.ui.views import UploadPage


class Person(OfOpenStep, UploadPage):
    """The page of one applicant. Whoever holds the open step records it here; who only reviews passes it on."""

    needs = Power.VIEW_DEVELOPMENT
    template_name = "eforefront/development/person.html"
    max_body, max_file = uploads.MOST_READ, uploads.MAX_BYTES

    def check_target(self):
        if self.request.method == "POST" and not (self.holds or self.has_acted):
            self.refuse_others()
        self.applicant  # noqa: B018 (404 for one out of reach)

    @cached_property
    def decides(self):
        return is_last(self.step, self.request.role.organization)

    def get_form_class(self):
        return StepForm if self.decides else ReviewForm

    def get_initial(self):
        found = {"version": self.applicant.version}
        if self.holds and self.step.votes:
            found |= {"due": voters_of(self.applicant.organization), "written": 0, "against": 0, "abstain": 0}
        return found

    def get_form_kwargs(self):
        kinds = {fact.kind for fact in self.step.facts}
        made = super().get_form_kwargs()
        if not self.decides:
            return made
        branch, holds = self.applicant.organization, self.holds
        people = sponsors_from(branch) if holds and Kind.PEOPLE in kinds else []
        groups = list(PartyGroup.objects.of(branch).living()) if holds and Kind.GROUP in kinds else []
        return {**made, "step": self.step, "people": people, "groups": groups}

    def act(self, form):
        if not self.decides:
            return advancing.review(self.applicant, by=self.request.role, **form.cleaned_data)
        for name, paper, upload in form.uploads:  # first: afterwards the step is another's
            try:
                papers.attach(self.applicant, step=self.step.number, paper=paper, upload=upload, by=self.request.role)
            except ValidationError as refusal:
                raise ValidationError({name: refusal.messages}) from None
        with sponsors_at("sponsor_1"):
            return advancing.record(self.applicant, by=self.request.role, **form.values)

    def location(self, result):
        if self.decides:
            text = f"已办理“{self.step.label}”：{result.name}，现为“{result.step_label}”"
        else:
            text = f"已审议“{self.step.label}”：{result.name}，报{result.holder or '上级党委'}办理"
        messages.success(self.request, text)
        return result.get_absolute_url()

    def get_context_data(self, **kwargs):
        applicant = self.applicant
        records = list(DevelopmentRecord.objects.of(applicant))
        files = list(DevelopmentFile.objects.of(applicant).kept())
        stages = timeline(applicant, records, files)
        is_member = applicant.member_id is not None  # whose file is not handed over
        offer = None if is_member else applicant.hand_overs.waiting().select_related("target").first()
        sponsors = Sponsorship.objects.of(applicant).present().select_related("member")
        return super().get_context_data(
            stages=stages,
            events=events(records, stages)[::-1],
            sponsors=[(row.get_kind_display(), row.member.name, row.since) for row in sponsors],
            put_off=put_off(applicant),
            may_postpone=self.keeps and applicant.is_open and not leaving.reason_against_postponing(applicant),
            offer=offer,
            hand_in=applicant.hand_ins.waiting().select_related("file").first(),
            holds=self.holds and offer is None,
            may_return=self.holds and offer is None and not advancing.reason_against_returning(applicant),
            keeps=self.keeps and applicant.is_open,
            decides=self.decides,
            missing=missing_items(applicant) if applicant.is_open else (),
            reminder=applicant.reminder(timezone.localdate()),
            **kwargs,
        )
