"""组织生活: list, 发起, the pages of one meeting. Source: screens.md 3.3."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.powers import Power
from eforefront import meeting_types
from eforefront.forms.meetings import MeetingFilter, MeetingForm
from eforefront.gatherings import Kind
from eforefront.meeting_lists import COLUMNS, reaches_many
from eforefront.models import Gathering, GatheringFile, Vote
from eforefront.services import gathering_files, gatherings, recording
from eforefront.views import gatherings as shared
from partyplatform.ui.form_keys import once_only
from partyplatform.ui.refusals import tell
from partyplatform.ui.tables import ListPage
from partyplatform.ui.views import FormPage, Scoped, needs
from partyplatform.uploads.records import file_response

COUNTED = 1000


class Meetings(Scoped, ListPage):
    """Every meeting in reach, the latest first; drafts of the own organisation only."""

    model = Gathering
    needs = Power.VIEW_GATHERINGS
    columns = COLUMNS
    filter_class = MeetingFilter
    count_cap = COUNTED
    template_name = "eforefront/meetings/list.html"

    def chosen(self):
        role = self.request.role
        return self.filters.rows(role, many=reaches_many(role)).listed()


class Create(shared.Launch):
    """发起组织生活 of the role's own organisation: a draft, or at once announced."""

    form_class = MeetingForm
    template_name = "eforefront/meetings/form.html"
    extra_context = {"section": "组织生活", "list_page": "eforefront:meetings"}

    def draft(self, form):
        role = self.request.role
        return gatherings.draft(role.organization, kind=Kind.MEETING, by=role, **form.values)


class Change(shared.OfOwnGathering, FormPage):
    """修改 of a draft, or of what was announced and has not begun."""

    needs = Power.KEEP_GATHERINGS
    form_class = MeetingForm
    template_name = "eforefront/meetings/form.html"

    def get_form_kwargs(self):
        organization = self.gathering.organization
        return {**super().get_form_kwargs(), "organization": organization, "meeting": self.gathering}

    def act(self, form):
        version, role = form.cleaned_data["version"] or 0, self.request.role
        changed = gatherings.change(self.gathering, by=role, version=version, **form.values)
        if self.request.POST.get("verb") == "publish":
            return gatherings.publish(changed, by=role, version=changed.version)
        return changed

    def location(self, result):
        messages.success(self.request, f"已保存：{result.topic}")
        return self.address

    def get_context_data(self, **kwargs):
        more = {"back": self.address, "list_page": f"eforefront:{self.noun}s"}
        return super().get_context_data(organization=self.gathering.organization, **more, **kwargs)


class Detail(shared.Detail):
    pass


class Act(shared.Act):
    pass


class TakeAttendance(shared.TakeAttendance):
    pass


class Record(shared.Record):
    def begun_with(self):
        return meeting_types.template(self.gathering.type)


class TakeVote(shared.TakeVote):
    pass


class Attach(shared.Attach):
    pass


class SignCode(shared.SignCode):
    pass


@require_POST
@needs(Power.KEEP_GATHERINGS)
@once_only
def drop_vote(request, pk, vote):
    """Take back a vote that was put down wrongly."""
    gathering = get_object_or_404(Gathering.objects.visible_to(request.role), pk=pk)
    found = get_object_or_404(Vote.objects.of(gathering).select_related("gathering"), pk=vote)
    try:
        recording.drop_vote(found, by=request.role, version=gathering.version)
    except ValidationError as refusal:
        tell(request, refusal)
    return redirect(f"{gathering.get_absolute_url()}#votes")


@require_safe
@needs(Power.VIEW_OWN_RECORD)
def download(request, uid):
    """A file of a gathering in reach; of a 党员, of one that concerns them."""
    file = _file(request, uid)
    answer = file_response(file)
    gathering_files.note_opening(file, by=request.role)
    return answer


@require_safe
@needs(Power.VIEW_OWN_RECORD)
def picture(request, uid):
    """A thumbnail, for the page that asks for it by itself."""
    return file_response(_file(request, uid))


picture.keeps_session_alive = False


@require_POST
@needs(Power.LEAD_GROUP)
@once_only
def take_off(request, uid):
    """Take a file off, as the branch that keeps the gathering or the leader of its group."""
    file = _file(request, uid)
    try:
        gathering_files.take_off(file, by=request.role)
        messages.success(request, f"已移除“{file.original_name}”")
    except ValidationError as refusal:
        tell(request, refusal)
    gathering = file.gathering
    address = gathering.get_absolute_url()
    if not request.role.can(Power.VIEW_GATHERINGS):
        address = reverse("eforefront:group_meeting", args=[gathering.pk])
    return redirect(f"{address}#files")


def _file(request, uid):
    return get_object_or_404(GatheringFile.objects.visible_to(request.role).select_related("gathering"), uid=uid)
