"""组织信息: 党组织信息, 扩展信息集, 变动记录, 下载. Source: screens.md 2.3."""

from io import BytesIO

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import DetailView

from accounts.powers import Power
from orgs import exports, reminders, rules
from orgs.changes import LABELS, changes_of
from orgs.codes import OrgType
from orgs.forms.organizations import OrganizationForm, ProfileForm
from orgs.guards import Act, reasons_against, refusal
from orgs.models import Organization
from orgs.services import exporting, upgrading
from orgs.services import organizations as services
from orgs.services.organizations import profile_of
from orgs.views.words import require_power, say, warn_of_founding, warn_of_units
from partyplatform import uploads
from partyplatform.excel import write_book
from partyplatform.ui.columns import Column
from partyplatform.ui.paging import Pager
from partyplatform.ui.views import FormPage, Scoped, get_managed, get_visible, needs

TABS = (
    ("党组织信息", "orgs:detail"),
    ("党组织届次信息", "orgs:terms"),
    ("班子成员信息", "orgs:posts"),
    ("扩展信息集", "orgs:profile"),
    ("变动记录", "orgs:changes"),
)


class Section:
    """A page of one organisation, beside its section tabs."""

    tab = ""
    edits = Power.EDIT_ORG

    @cached_property
    def organization(self):
        rows = Organization.objects.visible_to(self.request.role).select_related("parent")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    @cached_property
    def is_managed(self):
        return Organization.objects.managed_by(self.request.role).filter(pk=self.organization.pk).exists()

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            organization=self.organization,
            list_url=f"{reverse('orgs:list')}?org={self.organization.pk}",
            tabs=tabs(self.organization, self.tab),
            is_managed=self.is_managed,
            may_edit=self.is_managed and self.organization.is_living and self.request.role.can(self.edits),
            **kwargs,
        )


def tabs(organization, current):
    return [
        {"label": label, "url": reverse(name, args=[organization.pk]), "is_current": name == current}
        for label, name in TABS
    ]


class Information(Section, FormPage):
    """党组织信息: read by everybody in reach, changed by the level above."""

    needs = Power.VIEW_ORGS
    tab = "orgs:detail"
    form_class = OrganizationForm
    template_name = "orgs/detail.html"

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "instance": self.organization}

    def get_context_data(self, **kwargs):
        led = exports.led_facts(self.organization)
        return super().get_context_data(
            blocked=self._blocked(),
            led=led,
            card=[*self._card(), *led],
            remarks=self._remarks(),
            **kwargs,
        )

    def post(self, request, *args, **kwargs):
        require_power(request.role, Power.EDIT_ORG)
        get_managed(Organization, request.role, pk=self.kwargs["pk"])
        return super().post(request, *args, **kwargs)

    def act(self, form):
        unchanged = Organization.objects.itself(self.organization.pk).get()
        version = form.cleaned_data["version"] or 0
        return services.update(unchanged, by=self.request.role, version=version, **form.values)

    def location(self, result):
        say(self.request, "党组织信息已保存")
        warn_of_founding(self.request, result)
        warn_of_units(self.request, result)
        return reverse("orgs:detail", args=[result.pk])

    def _blocked(self):
        if not self.is_managed:
            return None
        reasons = reasons_against(Act.UPDATE, Organization.objects.itself(self.organization.pk))
        return refusal(reasons) if reasons else None

    def _remarks(self):
        """What a 党支部 normally is and this one is not: nothing that bars an act. Source: workflows.md 2.2, 2.5."""
        itself, joint = Organization.objects.itself(self.organization.pk), rules.joint_warning(self.organization)
        counts = reminders.counts(thin=reminders.thin(itself), crowded=reminders.crowded(itself))
        remarks = ["正式党员不足 3 人。"] if counts["thin"] else []
        if counts["crowded"]:
            many = f"现有党员 {self.organization.enrolled} 人。党支部党员一般不超过 {reminders.MANY_MEMBERS} 人"
            grows = OrgType.GENERAL_BRANCH in upgrading.targets(self.organization)
            remarks.append(f"{many}，可以分设党支部{'，或者升格为党总支部' if grows else ''}。")
        return [*remarks, f"{joint}。"] if joint else remarks

    def _card(self):
        return exports.card(self.organization, profile_of(self.organization))[: len(exports.CARD_FIELDS)]


class Profile(Section, FormPage):
    """扩展信息集, kept by the organisation itself and by those above it."""

    needs = Power.VIEW_ORGS
    edits = Power.EDIT_PROFILE
    tab = "orgs:profile"
    form_class = ProfileForm
    template_name = "orgs/profile.html"

    @cached_property
    def is_managed(self):
        return True  # in reach is enough: a branch keeps its own address

    def get_form_kwargs(self):
        profile = profile_of(self.organization)
        initial = {"version": self.organization.version}
        return {**super().get_form_kwargs(), "instance": profile, "initial": initial}

    def post(self, request, *args, **kwargs):
        require_power(request.role, Power.EDIT_PROFILE)
        return super().post(request, *args, **kwargs)

    def act(self, form):
        version = form.cleaned_data["version"]
        services.update_profile(self.organization, by=self.request.role, version=version, **form.values)
        return self.organization

    def location(self, result):
        say(self.request, "扩展信息集已保存")
        return reverse("orgs:profile", args=[result.pk])

    def get_context_data(self, **kwargs):
        kept = self.organization.attachments.filter(removed_at=None).select_related("term")
        return super().get_context_data(attachments=kept, **kwargs)


class Changes(Section, Scoped, DetailView):
    """变动记录: every change with what stood before and after."""

    model = Organization
    needs = Power.VIEW_CHANGES
    tab = "orgs:changes"
    template_name = "orgs/changes.html"

    def get_object(self, queryset=None):
        return self.organization

    def get_context_data(self, **kwargs):
        pager = Pager(changes_of(self.organization), self.request.GET)
        rows = [{"record": record, "label": LABELS[record.action]} for record in pager.rows]
        return super().get_context_data(pager=pager, rows=rows, **kwargs)


CARD_COLUMNS = (Column("项目", "0", width=24), Column("内容", "1", width=60))


@needs(Power.VIEW_ORGS)
def download(request, pk):
    """下载: 组织信息 as a workbook."""
    organization = get_visible(Organization, request.role, pk=pk)
    pairs = [*exports.card(organization, profile_of(organization)), *exports.led_facts(organization)]
    rows = [{"0": item, "1": content} for item, content in pairs]
    book = BytesIO()
    write_book(book, title="组织信息", columns=CARD_COLUMNS, rows=rows)
    name = f"组织信息_{organization.short_name}.xlsx"
    exporting.note(organization, action="orgs.download", file_name=name, rows=len(rows), filters="", by=request.role)
    return uploads.stream_response([book.getvalue()], name)
