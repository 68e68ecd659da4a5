"""支部活动: list, 发起, the pages of one activity, 报名 by the keeper. Source: screens.md 3.4."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST

from accounts.powers import Power
from eforefront.forms.activities import ActivityFilter, ActivityForm, ActivityRecordForm, EnrolForm
from eforefront.gatherings import Audience, Kind, State
from eforefront.meeting_lists import COLUMNS, reaches_many
from eforefront.models import ActivityHours, Enrolment, Gathering
from eforefront.services import activities as services
from eforefront.services import gatherings
from eforefront.sign_ups import sign_up_of
from eforefront.views import gatherings as shared
from members.models import Member
from partyplatform.ui.form_keys import once_only
from partyplatform.ui.picking import Finds, Pool
from partyplatform.ui.refusals import tell
from partyplatform.ui.tables import ListPage
from partyplatform.ui.views import FormPage, Scoped, get_visible, needs

COUNTED = 1000


class OfActivity:
    """The activity of the address."""

    kind, noun, title = Kind.ACTIVITY, "activity", "支部活动"


class Activities(Scoped, ListPage):
    """Every activity in reach, the latest first; drafts of the own organisation only."""

    model = Gathering
    needs = Power.VIEW_GATHERINGS
    columns = COLUMNS
    filter_class = ActivityFilter
    count_cap = COUNTED
    template_name = "eforefront/activities/list.html"

    def chosen(self):
        role = self.request.role
        return self.filters.rows(role, many=reaches_many(role)).listed()


class Create(shared.Launch):
    """发起活动 of the role's own organisation: a draft, or at once announced."""

    form_class = ActivityForm
    template_name = "eforefront/activities/form.html"
    extra_context = {"section": "支部活动"}

    def draft(self, form):
        role = self.request.role
        made = gatherings.draft(role.organization, kind=Kind.ACTIVITY, by=role, **form.values)
        services.set_up(made, by=role, asked=form.sign_up_values)
        return made


class Change(OfActivity, shared.OfOwnGathering, FormPage):
    """修改 of a draft, or of what was announced and has not begun."""

    needs = Power.KEEP_GATHERINGS
    form_class = ActivityForm
    template_name = "eforefront/activities/form.html"

    def get_form_kwargs(self):
        organization = self.gathering.organization
        return {**super().get_form_kwargs(), "organization": organization, "activity": self.gathering}

    def act(self, form):
        version, role = form.cleaned_data["version"] or 0, self.request.role
        changed = gatherings.change(self.gathering, by=role, version=version, **form.values)
        services.set_up(changed, by=role, asked=form.sign_up_values)
        if self.request.POST.get("verb") == "publish":
            return gatherings.publish(changed, by=role, version=changed.version)
        return changed

    def location(self, result):
        messages.success(self.request, f"已保存：{result.topic}")
        return result.get_absolute_url()

    def get_context_data(self, **kwargs):
        return super().get_context_data(organization=self.gathering.organization, back=self.address, **kwargs)


class Detail(OfActivity, shared.Detail):
    template_name = "eforefront/activities/detail.html"

    def get_context_data(self, **kwargs):
        gathering, role = self.gathering, self.request.role
        keeps = self.is_own and role.can(Power.KEEP_GATHERINGS) and gathering.state == State.PUBLISHED
        hours = list(ActivityHours.objects.of(gathering).select_related("member").order_by("member__name_pinyin", "pk"))
        return super().get_context_data(
            sign_up=sign_up_of(gathering),
            enrolments=list(Enrolment.objects.of(gathering).standing()),
            hours=hours,
            hours_total=sum((row.hours for row in hours), 0),
            enrol_url=self.page("enrol") if keeps and gathering.audience == Audience.REGISTERED else "",
            **kwargs,
        )


class Act(OfActivity, shared.Act):
    pass


class TakeAttendance(OfActivity, shared.TakeAttendance):
    pass


class Record(OfActivity, shared.Record):
    """填写总结: who came, how long they served, the summary."""

    form_class = ActivityRecordForm
    template_name = "eforefront/activities/record.html"

    def act(self, form):
        given = form.cleaned_data
        return services.hand_in(
            self.gathering,
            by=self.request.role,
            version=given["version"],
            content=given["content"],
            rows=form.attendance,
            hours=form.hours,
            is_final=self.is_handed_in,
        )


class Attach(OfActivity, shared.Attach):
    pass


class SignCode(OfActivity, shared.SignCode):
    sign_page = "eforefront:my_activity"


class Enrol(Finds, OfActivity, shared.OfOwnGathering, FormPage):
    """代报名: a member of the organisation, entered by the keeper."""

    needs = Power.KEEP_GATHERINGS
    form_class = EnrolForm
    template_name = "eforefront/activities/enrol.html"

    @cached_property
    def people(self):
        rows = Member.objects.of(self.gathering.organization_id).active()
        return rows.select_related("organization").order_by("name_pinyin", "pk")

    def get_form_kwargs(self):
        pool = Pool(
            self.people, find=self.people.named, label=lambda row: f"{row.name}（{row.organization.short_name}）"
        )
        return {**super().get_form_kwargs(), "pool": pool}

    def act(self, form):
        return services.enrol(self.gathering, form.cleaned_data["member"], by=self.request.role)

    def location(self, result):
        messages.success(self.request, f"{result.member.name}：{result.get_state_display()}")
        return f"{self.address}#enrolments"

    def get_context_data(self, **kwargs):
        return super().get_context_data(back=self.address, sign_up=sign_up_of(self.gathering), **kwargs)


@require_POST
@needs(Power.KEEP_GATHERINGS)
@once_only
def unenrol(request, pk, member):
    """Take a member off the list, as the keeper."""
    gathering = get_object_or_404(Gathering.objects.visible_to(request.role).of_kind(Kind.ACTIVITY), pk=pk)
    found = get_visible(Member, request.role, pk=member)
    try:
        services.withdraw(gathering, found, by=request.role)
        messages.success(request, f"已取消{found.name}的报名")
    except ValidationError as refusal:
        tell(request, refusal)
    return redirect(f"{gathering.get_absolute_url()}#enrolments")
