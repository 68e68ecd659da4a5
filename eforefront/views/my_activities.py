"""我的活动: what the reader may sign up for, is due at or was at; 报名, 取消报名, 签到. Source: screens.md 3.4."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST

from accounts.powers import Power
from eforefront import sign_ups
from eforefront.forms.gatherings import CodeForm
from eforefront.gatherings import Kind, Phase, phase, signs_open
from eforefront.models import ActivityHours, Attendance, Enrolment, GatheringFile
from eforefront.services import activities as services
from eforefront.views import my_meetings
from members.models import Member
from partyplatform.ui.form_keys import once_only
from partyplatform.ui.refusals import tell
from partyplatform.ui.views import FormPage, needs


class Mine(my_meetings.Mine):
    """What the reader is or was due at, the latest first; above it what is open and where they wait."""

    kind, page = Kind.ACTIVITY, "eforefront:my_activity"
    template_name = "eforefront/activities/mine.html"

    def get_context_data(self, **kwargs):
        offered = sign_ups.offered_to(self.request.role, timezone.now())
        for gathering in offered:
            gathering.url = reverse(self.page, args=[gathering.pk])
        return super().get_context_data(offered=offered, **kwargs)


class OfMine(my_meetings.OfMine):
    """The activity of the address: one the reader is due at, waits for or may sign up for."""

    kind, page, list_page, title = Kind.ACTIVITY, "eforefront:my_activity", "eforefront:my_activities", "支部活动"

    @cached_property
    def gathering(self):
        return get_object_or_404(sign_ups.concerning(self.request.role, timezone.now()), pk=self.kwargs["pk"])

    @cached_property
    def row(self):
        rows = Attendance.objects.mine(self.request.role).filter(gathering=self.gathering)
        return rows.select_related("gathering__organization", "member").first()


class MyActivity(OfMine, FormPage):
    """One activity: when and where, 报名, the code to sign in with, and afterwards the summary."""

    needs = Power.VIEW_OWN_RECORD
    form_class = CodeForm
    template_name = "eforefront/activities/my_activity.html"
    form_valid = my_meetings.MyMeeting.form_valid
    get_initial = my_meetings.MyMeeting.get_initial

    def post(self, request, *args, **kwargs):
        if self.row is None:
            raise Http404
        return super().post(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        gathering, row, now = self.gathering, self.row, timezone.now()
        enrolment = Enrolment.objects.own(self.request.role).standing().filter(gathering=gathering).first()
        is_present = row is not None and row.is_present
        may_leave = row is not None and enrolment is None and not is_present
        hours = ActivityHours.objects.of(gathering).filter(member=row.member_id if row else None).first()
        return super().get_context_data(
            signs=row is not None and signs_open(gathering, now) and not is_present,
            leave_url=reverse("eforefront:my_activity_leave", args=[gathering.pk])
            if may_leave and phase(gathering, now) == Phase.PUBLISHED
            else "",
            is_held=gathering.state in ("4", "5"),
            files=GatheringFile.objects.of(gathering).select_related("thumbnail"),
            enrolment=enrolment,
            sign_up=sign_ups.sign_up_of(gathering),
            may_enrol=enrolment is None and sign_ups.is_open(gathering, now),
            may_withdraw=enrolment is not None and phase(gathering, now) == Phase.PUBLISHED and not is_present,
            hours=hours,
            **kwargs,
        )


class AskLeave(OfMine, my_meetings.AskLeave):
    """请假, of an activity one is asked to and did not sign up for."""

    @cached_property
    def row(self):
        return get_object_or_404(
            Attendance.objects.mine(self.request.role).select_related("gathering__organization", "member"),
            gathering=self.gathering,
        )


@require_POST
@needs(Power.VIEW_OWN_RECORD)
@once_only
def enrol(request, pk):
    return _act(request, pk, services.enrol)


@require_POST
@needs(Power.VIEW_OWN_RECORD)
@once_only
def withdraw(request, pk):
    return _act(request, pk, services.withdraw)


def _act(request, pk, service):
    gathering = get_object_or_404(sign_ups.concerning(request.role, timezone.now()), pk=pk)
    member = get_object_or_404(Member.objects.own(request.role))
    try:
        made = service(gathering, member, by=request.role)
        messages.success(request, f"{gathering.topic}：{made.get_state_display()}")
    except ValidationError as refusal:
        tell(request, refusal)
    return redirect("eforefront:my_activity", gathering.pk)
