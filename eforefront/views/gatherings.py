"""Pages that 组织生活 and 支部活动 share: one step, attendance and record, files, the code on the spot.

Subclasses give `kind`, `noun` (the first word of the page names) and `title`. Source: screens.md 3.3, 3.4.
"""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.safestring import mark_safe
from django.views.generic import TemplateView

from accounts.powers import Power
from eforefront import signing
from eforefront.forms.gatherings import AttendanceForm, GatheringFileForm, ReasonForm, RecordForm, VoteForm, known
from eforefront.gathering_offers import DANGEROUS, PAGES, offers
from eforefront.gatherings import STEPS, Actor, Kind, signs_open
from eforefront.models import Attendance, Gathering, GatheringEvent, GatheringFile, Vote
from eforefront.services import attending, gatherings, recording
from eforefront.services import gathering_files as files
from partyplatform import uploads
from partyplatform.ui.views import FormPage, Scoped, UploadPage
from transfers import qr

NOT_OURS = "由“{name}”办理，当前角色只能查看。"
ACTS = {
    "publish": gatherings.publish,
    "cancel": gatherings.cancel,
    "withdraw": recording.withdraw,
    "review": gatherings.review,
    "send_back": gatherings.send_back,
}


class OfGathering:
    """The gathering of the address, of one kind."""

    kind, noun, title = Kind.MEETING, "meeting", "组织生活"
    leads = False  # whether the reader keeps it as the leader of its group

    @cached_property
    def gathering(self):
        rows = Gathering.objects.visible_to(self.request.role).of_kind(self.kind)
        return get_object_or_404(rows.select_related("organization", "group"), pk=self.kwargs["pk"])

    @cached_property
    def rows(self):
        return list(Attendance.objects.of(self.gathering))

    @property
    def is_own(self):
        return self.gathering.organization_id == self.request.role.organization_id

    @property
    def address(self):
        return self.gathering.get_absolute_url()

    def refuse_strangers(self):
        """Raise Http404 for one out of reach, PermissionDenied for one that belongs to another organisation."""
        if not self.is_own:
            raise PermissionDenied(NOT_OURS.format(name=self.gathering.organization.short_name))

    def get_context_data(self, **kwargs):
        more = {"gathering": self.gathering, "section": self.title, "title": self.title, "noun": self.noun}
        return super().get_context_data(**more, **kwargs)

    def page(self, name):
        return reverse(f"eforefront:{self.noun}_{name}", args=[self.gathering.pk])

    def offers(self, now):
        return offers(self.gathering, self.request.role, now, noun=self.noun, leads=self.leads)


class OfOwnGathering(OfGathering):
    """A page of the keeper's: of the role's own organisation."""

    def check_target(self):
        self.refuse_strangers()


class Launch(UploadPage):
    """发起, of the role's own organisation: a draft, or at once announced; with an 附件 where one was handed in.

    Subclasses give `draft(form)`.
    """

    needs = Power.KEEP_GATHERINGS
    max_body, max_file = uploads.MOST_READ, uploads.MAX_BYTES

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "organization": self.request.role.organization}

    @property
    def is_announced(self):
        return self.request.POST.get("verb") == "publish"

    def act(self, form):
        role, made = self.request.role, self.draft(form)
        if upload := form.cleaned_data.get("file"):
            files.attach(made, upload=upload, is_photo=False, by=role)
        return gatherings.publish(made, by=role, version=made.version) if self.is_announced else made

    def location(self, result):
        messages.success(self.request, f"已{'发布' if self.is_announced else '保存草稿'}：{result.topic}")
        return result.get_absolute_url()

    def get_context_data(self, **kwargs):
        return super().get_context_data(organization=self.request.role.organization, **kwargs)


class Detail(OfGathering, Scoped, TemplateView):
    needs = Power.VIEW_GATHERINGS
    template_name = "eforefront/gatherings/detail.html"

    def get_context_data(self, **kwargs):
        gathering, now = self.gathering, timezone.now()
        keeps = self.leads or (self.is_own and self.request.role.can(Power.KEEP_GATHERINGS))
        offered = self.offers(now)
        return super().get_context_data(
            offers=offered,
            rows=self.rows if gathering.state != "1" or gathering.audience == "4" else [],
            votes=Vote.objects.of(gathering) if gathering.voting else [],
            events=GatheringEvent.objects.of(gathering),
            files=GatheringFile.objects.of(gathering).select_related("thumbnail"),
            code_url=self.page("code") if keeps and signs_open(gathering, now) else "",
            attach_url=self.page("attach") if keeps and gathering.state not in ("5", "9") else "",
            **kwargs,
        )


class Act(OfGathering, FormPage):
    """One step of the table that needs no page of its own."""

    needs = Power.VIEW_GATHERINGS
    form_class = ReasonForm
    template_name = "eforefront/gatherings/act.html"

    @cached_property
    def step(self):
        step = STEPS.get(self.kwargs["verb"])
        if step is None or step.verb in PAGES or step.actor is Actor.MEMBER:
            raise Http404
        return step

    @cached_property
    def offer(self):
        return next((offer for offer in self.offers(timezone.now()) if offer.step is self.step), None)

    def _refuse(self):
        """Raise Http404 for no step of this page, PermissionDenied where another organisation acts."""
        role, gathering, own = self.request.role, self.gathering, self.is_own
        keeps = self.step.actor is Actor.KEEPER
        if keeps and self.leads:
            return
        if not role.can(self.step.needs) or (keeps and not own):
            raise PermissionDenied(NOT_OURS.format(name=gathering.organization.short_name))
        if not keeps and own and gathering.organization.parent_id is not None:
            raise PermissionDenied("记录由上级党组织审阅。")

    def get(self, request, *args, **kwargs):
        self._refuse()
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        self._refuse()
        return super().post(request, *args, **kwargs)

    def get_initial(self):
        return {"version": self.gathering.version}

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "step": self.step}

    def act(self, form):
        words, reason = {"version": form.cleaned_data["version"]}, form.cleaned_data.get("reason", "")
        if self.step.reason:
            words["reason"] = reason
        elif self.step.verb == "review":
            words["note"] = reason
        return ACTS[self.step.verb](self.gathering, by=self.request.role, **words)

    def location(self, result):
        messages.success(self.request, f"已{self.step.label}：{result.topic}")
        return self.address

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            step=self.step, offer=self.offer, is_dangerous=self.step.verb in DANGEROUS, back=self.address, **kwargs
        )


class TakeAttendance(OfOwnGathering, FormPage):
    """登记出席, before the record is written."""

    needs = Power.KEEP_GATHERINGS
    form_class = AttendanceForm
    template_name = "eforefront/gatherings/attendance.html"

    def get_initial(self):
        return {"version": self.gathering.version, **known(self.rows)}

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "rows": self.rows}

    def act(self, form):
        version = form.cleaned_data["version"]
        return attending.mark(self.gathering, by=self.request.role, version=version, rows=form.attendance)

    def location(self, result):
        messages.success(self.request, f"已登记出席：应到 {result.due} 人，实到 {result.present} 人")
        return self.address

    def get_context_data(self, **kwargs):
        return super().get_context_data(back=self.address, **kwargs)


class Record(TakeAttendance):
    """填写记录: kept for later, or handed in."""

    form_class = RecordForm
    template_name = "eforefront/gatherings/record.html"

    def get_initial(self):
        gathering = self.gathering
        words = {"content": gathering.content or self.begun_with(), "resolution": gathering.resolution}
        return super().get_initial() | words

    def begun_with(self):
        """What an empty record is begun with."""
        return ""

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "gathering": self.gathering}

    @property
    def is_handed_in(self):
        return self.request.POST.get("verb") != "save"

    def act(self, form):
        given = form.cleaned_data
        words = {name: given[name] for name in ("version", "content", "resolution") if name in given}
        service = recording.submit if self.is_handed_in else recording.save_record
        return service(self.gathering, by=self.request.role, rows=form.attendance, **words)

    def location(self, result):
        text = "记录已提交，等待上级党组织审阅" if self.is_handed_in else "已暂存，尚未提交"
        messages.success(self.request, f"{text}：{result.topic}")
        return self.address if self.is_handed_in else self.page("record")

    def get_context_data(self, **kwargs):
        votes = Vote.objects.of(self.gathering) if self.gathering.voting else None
        return super().get_context_data(votes=votes, **kwargs)


class TakeVote(OfOwnGathering, FormPage):
    """One 表决 of a meeting; who was due and there is read from the attendance."""

    needs = Power.KEEP_GATHERINGS
    form_class = VoteForm
    template_name = "eforefront/gatherings/vote.html"

    def get_initial(self):
        return {"version": self.gathering.version}

    def act(self, form):
        return recording.take_vote(self.gathering, by=self.request.role, **form.cleaned_data)

    def location(self, result):
        messages.success(self.request, "已登记表决")
        return f"{self.address}#votes"

    def get_context_data(self, **kwargs):
        due, present = attending.voters(self.gathering)
        return super().get_context_data(due=due, present=present, back=self.address, **kwargs)


class Attach(OfGathering, UploadPage):
    """附件 and 照片."""

    needs = Power.KEEP_GATHERINGS
    form_class = GatheringFileForm
    template_name = "eforefront/gatherings/attach.html"
    max_body = uploads.MAX_BYTES

    def check_target(self):
        self.refuse_strangers()

    def act(self, form):
        given = form.cleaned_data
        return files.attach(self.gathering, upload=given["file"], is_photo=given["is_photo"], by=self.request.role)

    def location(self, result):
        messages.success(self.request, f"已上传“{result.original_name}”")
        return f"{self.address}#files"

    def get_context_data(self, **kwargs):
        return super().get_context_data(back=self.address, **kwargs)


class SignCode(OfOwnGathering, Scoped, TemplateView):
    """The code on the spot, for a screen in the room; it renews itself and keeps nobody logged in."""

    needs = Power.KEEP_GATHERINGS
    template_name = "eforefront/gatherings/code.html"
    keeps_session_alive = False
    sign_page = "eforefront:my_meeting"

    def get(self, request, *args, **kwargs):
        answer = super().get(request, *args, **kwargs)
        if signs_open(self.gathering, timezone.now()):
            answer.headers["Refresh"] = str(signing.seconds_left(timezone.now()) + 1)
        return answer

    def get_context_data(self, **kwargs):
        now = timezone.now()
        is_open = signs_open(self.gathering, now)
        code = signing.code(self.gathering, now) if is_open else ""
        path = reverse(self.sign_page, args=[self.gathering.pk], query={"code": code}) if is_open else ""
        return super().get_context_data(
            is_open=is_open,
            code=f"{code[:3]} {code[3:]}".strip(),
            qr=mark_safe(qr.svg(self.request.build_absolute_uri(path))) if is_open else "",
            back=self.address,
            **kwargs,
        )
