"""学时 of a branch and of oneself, 党小组. Source: workflows.md 2.1, 7.4."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from accounts.powers import Power
from eforefront import study
from eforefront.attendees import enrolled
from eforefront.forms.reviews import GroupForm, StudyForm, YearFilter
from eforefront.models import GroupMember, PartyGroup, StudyEntry
from eforefront.services import groups
from eforefront.services import study as services
from eforefront.views.meeting_statistics import OfOrganization
from members.models import Member, Review
from partyplatform.ui.columns import Column
from partyplatform.ui.form_keys import once_only
from partyplatform.ui.refusals import tell
from partyplatform.ui.tables import ListPage
from partyplatform.ui.views import FormPage, Scoped, needs

SECTION = {"section": "组织生活"}
COLUMNS = (
    Column("姓名", "name", link="url"),
    Column("党组织", "organization.short_name"),
    Column("组织生活", "study.from_meetings", kind="number"),
    Column("登记", "study.by_hand", kind="number"),
    Column("合计/应达", "study.text"),
    Column("完成", "study.percent", kind="percent"),
)
GROUPS = (
    Column("名称", "name", link="url"),
    Column("组长", "leader.name"),
    Column("党员", "size", kind="number"),
    Column("党支部", "organization.short_name"),
)


class StudyHours(OfOrganization, Scoped, ListPage):
    """The members in reach with their 学时 of a year."""

    model = Member
    needs = Power.VIEW_GATHERINGS
    columns = COLUMNS
    filter_class = YearFilter
    count_cap = 1000
    template_name = "eforefront/study/list.html"
    extra_context = SECTION

    def chosen(self):
        return Member.objects.of(self.organization.pk).active().listed().in_tree_order()

    def get_context_data(self, **kwargs):
        year, ids = self.filters.chosen, [row.pk for row in self.object_list]
        self.object_list = Member.objects.in_order(ids)
        learned, role = study.of_members(ids, year), self.request.role
        for row in self.object_list:
            row.study = learned[row.pk]
            own = row.organization_id == role.organization_id
            row.url = reverse("eforefront:add_study", args=[row.pk]) if own else ""
        return super().get_context_data(
            organization=self.organization,
            year=year,
            nothing="该党组织没有在册党员。",
            usual=settings.STUDY_HOURS,
            leading=settings.STUDY_HOURS_OF_COMMITTEES,
            **kwargs,
        )


class AddStudy(FormPage):
    """学时 of one member, entered by hand by the branch."""

    needs = Power.KEEP_GATHERINGS
    form_class = StudyForm
    template_name = "eforefront/study/add.html"
    extra_context = SECTION
    target = ("member",)

    @cached_property
    def member(self):
        rows = Member.objects.visible_to(self.request.role, few=True).active().select_related("organization")
        found = get_object_or_404(rows, pk=self.kwargs["pk"])
        if found.organization_id != self.request.role.organization_id:
            raise PermissionDenied("学时由党员所在党支部登记。")
        return found

    def act(self, form):
        given = form.cleaned_data
        return services.enter(
            self.member, on=given["on"], subject=given["subject"], halves=form.halves, by=self.request.role
        )

    def location(self, result):
        messages.success(self.request, f"已登记 {result.hours:g} 学时")
        return reverse("eforefront:add_study", args=[self.member.pk])

    def get_context_data(self, **kwargs):
        entries = StudyEntry.objects.of(self.member)
        return super().get_context_data(member=self.member, entries=entries, may_remove=True, **kwargs)


@require_POST
@needs(Power.KEEP_GATHERINGS)
@once_only
def remove_study(request, pk):
    rows = StudyEntry.objects.visible_to(request.role).select_related("member")
    entry = get_object_or_404(rows, pk=pk)
    services.remove(entry, by=request.role)
    messages.success(request, f"已移除“{entry.subject}”")
    return redirect("eforefront:add_study", entry.member_id)


class MyStudy(Scoped, TemplateView):
    """The own 学时 of this year and the results of 民主评议."""

    needs = Power.VIEW_OWN_RECORD
    template_name = "eforefront/study/mine.html"
    extra_context = SECTION

    def get_context_data(self, **kwargs):
        member, year = Member.objects.own(self.request.role).first(), timezone.localdate().year
        if member is None:
            return super().get_context_data(study=None, **kwargs)
        return super().get_context_data(
            member=member,
            year=year,
            study=study.of_members([member.pk], year)[member.pk],
            entries=StudyEntry.objects.of(member),
            reviews=Review.objects.of(member),
            **kwargs,
        )


class Groups(Scoped, ListPage):
    model = PartyGroup
    needs = Power.VIEW_GATHERINGS
    columns = GROUPS
    count_cap = 1000
    template_name = "eforefront/groups/list.html"
    extra_context = SECTION

    def chosen(self):
        rows = (
            PartyGroup.objects.visible_to(self.request.role).living().counted().select_related("organization", "leader")
        )
        return rows.order_by("organization__tree_id", "organization__lft", "name", "pk")

    def get_context_data(self, **kwargs):
        role = self.request.role
        for row in self.object_list:
            own = row.organization_id == role.organization_id
            row.url = reverse("eforefront:change_group", args=[row.pk]) if own else ""
        may_keep = role.can(Power.KEEP_GATHERINGS) and role.organization.holds_members
        return super().get_context_data(may_keep=may_keep, **kwargs)


class FoundGroup(FormPage):
    needs = Power.KEEP_GATHERINGS
    form_class = GroupForm
    template_name = "eforefront/groups/form.html"
    extra_context = SECTION
    group = None

    @property
    def organization(self):
        return self.request.role.organization

    def get_form_kwargs(self):
        people = list(enrolled(self.organization).order_by("name_pinyin", "pk"))
        return {**super().get_form_kwargs(), "people": people}

    def act(self, form):
        return groups.found(self.organization, by=self.request.role, **form.values)

    def location(self, result):
        messages.success(self.request, f"已保存：{result.name}")
        return reverse("eforefront:groups")

    def get_context_data(self, **kwargs):
        return super().get_context_data(group=self.group, **kwargs)


class ChangeGroup(FoundGroup):
    target = ("group",)

    @cached_property
    def group(self):
        return _group(self.request, self.kwargs["pk"])

    def get_initial(self):
        members = list(GroupMember.objects.of(self.group).values_list("member", flat=True))
        group = self.group
        return {"version": group.version, "name": group.name, "leader": group.leader_id, "members": members}

    def act(self, form):
        version = form.cleaned_data["version"] or 0
        return groups.change(self.group, by=self.request.role, version=version, **form.values)


@require_POST
@needs(Power.KEEP_GATHERINGS)
@once_only
def close_group(request, pk):
    group = _group(request, pk)
    try:
        groups.close(group, by=request.role, version=group.version)
        messages.success(request, f"已撤销：{group.name}")
    except ValidationError as refusal:
        tell(request, refusal)
    return redirect("eforefront:groups")


def _group(request, pk):
    rows = PartyGroup.objects.visible_to(request.role).living().select_related("organization", "leader")
    group = get_object_or_404(rows, pk=pk)
    if group.organization_id != request.role.organization_id:
        raise PermissionDenied("党小组由本支部的管理员维护。")
    return group
