"""我的组织生活: what the reader is due at, 请假 and 签到. Source: screens.md 3.3; workflows.md 7.2."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from accounts.powers import Power
from eforefront.forms.gatherings import CodeForm, LeaveForm
from eforefront.gatherings import Kind, Phase, phase, signs_open
from eforefront.models import Attendance, GatheringFile, PartyGroup, Vote
from eforefront.services import attending
from partyplatform.ui.columns import Column
from partyplatform.ui.form_keys import NAME as FORM_KEY
from partyplatform.ui.form_keys import Repeated, once
from partyplatform.ui.forms import refuse
from partyplatform.ui.tables import ListPage
from partyplatform.ui.views import FormPage, Scoped

COLUMNS = (
    Column("主题", "gathering.topic", link="url"),
    Column("类型", "gathering.type_label"),
    Column("时间", "gathering.when"),
    Column("地点", "gathering.place", fold=True),
    Column("状态", "gathering.status", kind="tag"),
    Column("本人", "shown", kind="tag"),
)
WRONG = "签到码不正确，请按现场展示的最新数字填写（每分钟更换）"


class Mine(Scoped, ListPage):
    """Every meeting the reader was or is due at, the latest first."""

    needs = Power.VIEW_OWN_RECORD
    columns = COLUMNS
    kind, page = Kind.MEETING, "eforefront:my_meeting"
    count_cap = 1000
    template_name = "eforefront/meetings/mine.html"

    def chosen(self):
        rows = Attendance.objects.mine(self.request.role).filter(gathering__kind=self.kind)
        return rows.select_related("gathering").order_by("-gathering__begins_at", "-pk")

    def get_context_data(self, **kwargs):
        now = timezone.now()
        for row in self.object_list:
            row.url = reverse(self.page, args=[row.gathering_id])
            is_coming = not row.state and phase(row.gathering, now) in (Phase.PUBLISHED, Phase.RUNNING, Phase.CANCELLED)
            row.shown = "" if is_coming else row.standing
        leads = self.kind == Kind.MEETING and PartyGroup.objects.living().led_by(self.request.role).exists()
        return super().get_context_data(leads=leads, **kwargs)


class OfMine:
    """The meeting of the address, which the reader is due at."""

    kind, page, list_page, title = Kind.MEETING, "eforefront:my_meeting", "eforefront:my_meetings", "组织生活"

    @cached_property
    def row(self):
        rows = Attendance.objects.mine(self.request.role).filter(gathering__kind=self.kind)
        return get_object_or_404(
            rows.select_related("gathering__organization", "gathering__group", "member"), gathering=self.kwargs["pk"]
        )

    @property
    def gathering(self):
        return self.row.gathering

    @property
    def address(self):
        return reverse(self.page, args=[self.gathering.pk])

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            gathering=self.gathering, row=self.row, section=self.title, list_url=reverse(self.list_page), **kwargs
        )


class MyMeeting(OfMine, FormPage):
    """One meeting: when and where, the code to sign in with, and afterwards the record."""

    needs = Power.VIEW_OWN_RECORD
    form_class = CodeForm
    template_name = "eforefront/meetings/my_meeting.html"
    leave_page = "eforefront:my_leave"

    def get_initial(self):
        return {"code": self.request.GET.get("code", "")[:12]}

    def form_valid(self, form):
        """A wrong code is counted, so its transaction must not be undone as that of a refusal is."""
        try:
            with once(self.request) as claim:
                row = attending.sign(
                    self.gathering, self.row.member, by=self.request.role, code=form.cleaned_data["code"]
                )
                claim.location = self.address if row else ""
        except Repeated as repeated:
            return HttpResponseRedirect(repeated.location)
        except ValidationError as refusal:
            refuse(form, refusal)
            return self.form_invalid(form)
        if row is None:  # the key is used up by what was counted: the next try goes with another one
            self.request.POST = self.request.POST.copy()
            self.request.POST.pop(FORM_KEY, None)
            form.add_error("code", WRONG)
            return self.form_invalid(form)
        messages.success(self.request, f"已签到（{row.shown_state}）")
        return HttpResponseRedirect(self.address)

    def get_context_data(self, **kwargs):
        gathering, now = self.gathering, timezone.now()
        is_held = gathering.state in ("4", "5")
        may_leave = phase(gathering, now) == Phase.PUBLISHED and not self.row.is_present
        return super().get_context_data(
            signs=signs_open(gathering, now) and not self.row.is_present,
            leave_url=reverse(self.leave_page, args=[gathering.pk]) if may_leave else "",
            is_held=is_held,
            votes=Vote.objects.of(gathering) if is_held else [],
            files=GatheringFile.objects.of(gathering).select_related("thumbnail"),
            **kwargs,
        )


class AskLeave(OfMine, FormPage):
    needs = Power.VIEW_OWN_RECORD
    form_class = LeaveForm
    template_name = "eforefront/meetings/leave.html"

    def get_initial(self):
        return {"state": self.row.state, "reason": self.row.reason} if self.row.is_on_leave else {}

    def act(self, form):
        return attending.ask_leave(self.gathering, self.row.member, by=self.request.role, **form.cleaned_data)

    def location(self, result):
        messages.success(self.request, f"已请假（{result.shown_state}），无需审批")
        return self.address
