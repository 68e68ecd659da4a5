"""权限配置 → 党员权限配置 → 授权管理 → 党员查询. Source: manual part 3; screens.md 2.9."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django_htmx.http import HttpResponseClientRedirect

from accounts.codes import MANAGING, System, admin_kind
from accounts.models import RoleGrant, User
from accounts.powers import Power
from accounts.services import handovers
from members import candidates, number_guessing
from members.forms.granting import GrantFilter, GrantForm, ReasonForm
from members.services import administrators, posts
from members.views.listing import InOrganization, number
from orgs import browsing
from orgs.models import Organization
from partyplatform.ui.columns import Column
from partyplatform.ui.tables import ListPage
from partyplatform.ui.texts import cleaned, is_number
from partyplatform.ui.views import FormPage, Scoped

MOST_KEPT = 2000  # characters of the list's query
COUNTED = 1000  # rows counted exactly when a filter looks through a whole subtree
OWN = "本组织的管理员由上级党组织授权，当前角色不能办理。"
COLUMNS = (
    Column("党组织名称", "short_name", sort="short_name", tags="marks"),
    Column("角色", "role_label", cell="members/_granted_role.html"),
    Column("管理员", "administrators", cell="members/_granted_people.html"),
    Column("操作", "grant_url", cell="members/_grant_link.html"),
)


class GrantList(Scoped, InOrganization, ListPage):
    """党员权限配置: the organisations whose administrators the reader grants, and who they are."""

    model = Organization
    needs = Power.GRANT_ROLES
    columns = COLUMNS
    filter_class = GrantFilter
    template_name = "members/grants.html"

    @property
    def asked(self):
        return number(self.request.GET.get("org", "")) or self.request.role.organization_id

    def get_queryset(self):
        rows = Organization.objects.subordinate_to(self.request.role).living().in_tree_order()
        if "everything" not in self.filters.values:
            return rows.itself_and_children(self.organization.pk)
        is_whole = self.organization.pk == self.request.role.organization_id
        return rows if is_whole else rows.within(self.organization.pk)

    @property
    def count_cap(self):
        return COUNTED if "everything" in self.filters.values else None

    def get_template_names(self):
        return ["orgs/_tree.html"] if self.request.htmx.target == "tree" else [self.template_name]

    def get_context_data(self, **kwargs):
        self.object_list = list(self.object_list)
        found = administrators.administrators([row.pk for row in self.object_list])
        listed = {"list": query} if (query := self.request.GET.urlencode()) else None
        for row in self.object_list:
            row.administrators = found.get(row.pk, [])
            managed = any(grant.kind in MANAGING for grant in row.administrators)
            row.role_label = admin_kind(row.org_type).label if managed else ""
            row.grant_url = reverse("members:grant", args=[row.pk], query=listed)
        return super().get_context_data(
            current=self.organization,
            tree=browsing.link(self.tree(), base=reverse("members:grants")),
            nothing="没有符合条件的党组织，可放宽筛选条件。" if self.filters.is_active else "该党组织没有下级党组织。",
            **kwargs,
        )


class GrantPage(FormPage):
    """A page about the administrators of one organisation below the reader's own. Source: security.md 32, 36."""

    needs = Power.GRANT_ROLES
    proof = True

    @cached_property
    def organization(self):
        found = get_object_or_404(self._rows(), pk=self.kwargs["pk"])
        if found.pk == self.request.role.organization_id:
            raise PermissionDenied(OWN)
        return found

    def _rows(self):
        return Organization.objects.visible_to(self.request.role).living().select_related("parent")

    @cached_property
    def listed(self):
        """The query of the list as the reader left it: organisation, filters, order and page."""
        return QueryDict(self.request.GET.get("list", "")[:MOST_KEPT])

    @property
    def list_url(self):
        return reverse("members:grants", query=self.listed or {"org": self.organization.parent_id})

    @property
    def address(self):
        """授权管理, which keeps the list to go back to."""
        listed = {"list": self.listed.urlencode()} if self.listed else None
        return reverse("members:grant", args=[self.organization.pk], query=listed)

    def get_context_data(self, **kwargs):
        return super().get_context_data(organization=self.organization, list_url=self.list_url, **kwargs)


class Grant(GrantPage):
    """授权管理. Each step is the same form sent to the same address; `step` says which button was pressed.

    Opening 党员查询, looking for people and choosing one show the page again with what was typed; only 新增 saves.
    """

    form_class = GrantForm
    template_name = "members/grant.html"

    def post(self, request, *args, **kwargs):
        steps = {"open": self.search, "search": self.search, "choose": self.choose}
        step = steps.get(request.POST.get("step"))
        return step() if step else super().post(request, *args, **kwargs)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "organization": self.organization}

    def search(self, said=""):
        """党员查询: what was found, or why nothing can be looked for; `said` is what the step before found wanting."""
        name, id_number = cleaned(self.request.POST.get("name", ""))[:50], self.request.POST.get("id_number", "")[:40]
        pick = {"name": name, "id_number": id_number, "rows": [], "fault": said, "is_done": False}
        if self.request.POST["step"] == "search" or name or id_number:
            try:
                pick["rows"], pick["is_done"] = _with_duties(self._found(name, id_number)), True
            except ValidationError as refusal:
                pick["fault"] = "；".join(refusal.messages)
        return self.again(pick=pick, status=422 if pick["fault"] else 200)

    def choose(self):
        """确认: the ticked person stands in 选择人员; with nobody ticked, those found are shown again."""
        found = self.request.POST.get("found", "")
        return self.again(member=self._eligible(found)) if found else self.search("请先勾选人员")

    def again(self, *, pick=None, member=None, status=200):
        """Show the form as it was sent, judged by nobody yet."""
        sent = {name: self.request.POST.get(name, "") for name in GrantForm.base_fields}
        if member is not None:
            sent["member"] = str(member.pk)
        form = GrantForm(initial=sent, organization=self.organization)
        return self.render_to_response(self.get_context_data(form=form, pick=pick), status=status)

    def act(self, form):
        values = dict(form.cleaned_data)
        member = self._eligible(values.pop("member"))
        role = self.request.role
        grant = administrators.appoint(member, organization=self.organization, system=System.INFO, by=role, **values)
        return grant, self._slip(grant.user)

    def location(self, result):
        """Back to the list; with a fresh account to the slip that is to be handed over."""
        grant, slip = result
        begins = f"，自 {grant.starts_on:%Y-%m-%d} 起生效" if grant.starts_on > timezone.localdate() else ""
        what = "查看审计：" if grant.is_auditor else "管理"
        messages.success(self.request, f"已为{grant.user.name}授权，可{what}{grant.organization_name}{begins}")
        return reverse("accounts:handover", args=[slip.uid], query={"next": self.list_url}) if slip else self.list_url

    def _slip(self, user):
        """A slip with the code of an account that nobody can log in to yet; None where none is needed."""
        code = administrators.first_code(user, by=self.request.role)
        return handovers.hand_over([(user, code)], by=self.request.role) if code else None

    def form_valid(self, form):
        answer = super().form_valid(form)
        is_led_on = isinstance(answer, HttpResponseRedirect) and self.request.htmx
        return HttpResponseClientRedirect(answer.url) if is_led_on else answer

    def get_context_data(self, **kwargs):
        form = kwargs.setdefault("form", self.get_form())
        grants = administrators.administrators([self.organization.pk]).get(self.organization.pk, [])
        return super().get_context_data(
            chosen=self._chosen(form["member"].value()),
            just_chosen=self.request.POST.get("step") == "choose",
            whom=candidates.whom(self.organization),
            grants=grants,
            own=self.request.user.pk,
            managed=set(_managed(self.request.role, grants)),
            address=self.address,
            listed=self.listed.urlencode(),
            **kwargs,
        )

    def _found(self, name, id_number):
        if refusal := number_guessing.refusal(id_number, by=self.request.role):
            raise ValidationError(refusal)
        return candidates.find(self.organization, name=name, id_number=id_number)

    def _eligible(self, pk):
        """The member with this id, if one of those who can be appointed here; 404 for anybody else."""
        rows = candidates.eligible(self.organization)
        return get_object_or_404(rows, pk=pk if is_number(pk, digits=18) else 0)

    def _chosen(self, pk):
        if not pk or not is_number(str(pk), digits=18):
            return None
        return candidates.eligible(self.organization).filter(pk=pk).first()


class OfOneGrant(GrantPage):
    """A confirmation about one present administrator."""

    form_class = ReasonForm

    @cached_property
    def grant(self):
        rows = RoleGrant.objects.administrators().in_systems(System.INFO).select_related("user", "organization")
        return get_object_or_404(rows, pk=self.kwargs["grant"], organization=self.organization)

    def get_context_data(self, **kwargs):
        return super().get_context_data(grant=self.grant, back=self.address, **kwargs)


class Dismiss(OfOneGrant):
    """解除管理员权限: ends at once."""

    template_name = "members/dismiss.html"

    def act(self, form):
        administrators.dismiss(self.grant, by=self.request.role, reason=form.cleaned_data["reason"])
        return self.grant

    def location(self, result):
        messages.success(self.request, f"已解除{result.user.name}对{result.organization_name}的管理员权限")
        return self.address


def _managed(role, grants):
    """The ids of those whose password the role may reset: of nobody beside or above."""
    people = User.objects.managed_by(role).filter(pk__in=[grant.user_id for grant in grants])
    return people.values_list("pk", flat=True)


def _with_duties(members):
    """The rows as 党员查询 lists them: with 党内职务."""
    held = posts.duties([member.pk for member in members])
    for member in members:
        member.duty = held.get(member.pk, "")
    return members
