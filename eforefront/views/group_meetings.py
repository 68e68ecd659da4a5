"""党小组会 kept by the leader of the group, a 党员 of the branch: the pages of 组织生活 in their hands.

Source: workflows.md 7.2.
"""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from accounts.powers import Power
from eforefront.forms.meetings import GroupMeetingForm
from eforefront.gatherings import Kind
from eforefront.models import Gathering, PartyGroup
from eforefront.services import gatherings
from eforefront.views import meetings
from eforefront.views.my_meetings import COLUMNS
from partyplatform.ui.tables import ListPage
from partyplatform.ui.views import Scoped

NO_LEADER = "党小组会由党小组组长发起，您不是本支部党小组的组长。"


class Led:
    """A page of whoever leads a group of the branch; 403 for everybody else."""

    needs = Power.LEAD_GROUP
    noun, title = "group_meeting", "党小组会"
    leads, is_own = True, True

    @cached_property
    def led(self):
        found = list(PartyGroup.objects.living().led_by(self.request.role).order_by("name", "pk"))
        if not found:
            raise PermissionDenied(NO_LEADER)
        return found


class OfLed(Led):
    """The 党小组会 of the address: one of the groups the reader leads."""

    @cached_property
    def gathering(self):
        rows = Gathering.objects.led_by(self.request.role).of_kind(Kind.MEETING)
        return get_object_or_404(rows.select_related("organization", "group"), pk=self.kwargs["pk"])

    def refuse_strangers(self):
        """Raise Http404 for a meeting of a group somebody else leads, before a file is read."""
        self.gathering  # noqa: B018

    @property
    def address(self):
        return reverse("eforefront:group_meeting", args=[self.gathering.pk])


class GroupMeetings(Led, Scoped, ListPage):
    """Every 党小组会 of the groups the reader leads, the latest first."""

    columns = tuple(column for column in COLUMNS if column.label != "本人")
    count_cap = 1000
    template_name = "eforefront/meetings/of_group.html"
    extra_context = {"section": "组织生活"}

    def chosen(self):
        rows = Gathering.objects.led_by(self.request.role).of_kind(Kind.MEETING)
        return rows.listed().newest_first()

    def get_context_data(self, **kwargs):
        self.object_list = [_Line(row) for row in self.object_list]
        return super().get_context_data(groups=self.led, **kwargs)


class _Line:
    """A meeting in the list, leading to the leader's page."""

    def __init__(self, gathering):
        self.gathering, self.pk = gathering, gathering.pk
        self.url = reverse("eforefront:group_meeting", args=[gathering.pk])


class Create(Led, meetings.Create):
    form_class = GroupMeetingForm
    extra_context = {"section": "组织生活", "list_page": "eforefront:group_meetings"}
    target = ("led",)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "led": self.led}

    def draft(self, form):
        role = self.request.role
        return gatherings.draft(self.led[0].organization, kind=Kind.MEETING, by=role, **form.values)

    def location(self, result):
        super().location(result)
        return reverse("eforefront:group_meeting", args=[result.pk])


class Detail(OfLed, meetings.Detail):
    pass


class Change(OfLed, meetings.Change):
    form_class = GroupMeetingForm

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "led": self.led}


class Act(OfLed, meetings.Act):
    pass


class TakeAttendance(OfLed, meetings.TakeAttendance):
    pass


class Record(OfLed, meetings.Record):
    pass


class Attach(OfLed, meetings.Attach):
    pass


class SignCode(OfLed, meetings.SignCode):
    pass
