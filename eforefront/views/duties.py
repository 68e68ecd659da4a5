"""党员信息 → [职务] → 授权管理. Source: manual part 3, 党员E先锋; screens.md 3.2."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from accounts.codes import System
from accounts.models import RoleGrant
from accounts.powers import Power
from accounts.services import handovers
from eforefront.forms.members import DutyForm, EditDutyForm, EndDutyForm, PortfolioForm
from members.duties import offered
from members.models import Member
from members.services import duties as services
from members.services.administrators import dismiss, first_code, refuse_unless_in_charge
from orgs.models import Organization
from orgs.picking import pick
from partyplatform.ui.views import NOT_MANAGED, FormPage

LONGEST_QUERY = 300


class OfMember(FormPage):
    """A page about the duties of one member in reach."""

    needs = Power.SET_DUTIES
    proof = True

    @cached_property
    def member(self):
        rows = Member.objects.visible_to(self.request.role, few=True).active().select_related("organization", "user")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    @property
    def is_own(self):
        return self.member.user_id is not None and self.member.user_id == self.request.user.pk

    @property
    def listed(self):
        """The query of the list that led here: page, and the number of the search (ui.searches)."""
        return self.request.GET.get("list", "")[:LONGEST_QUERY]

    @property
    def address(self):
        query = {"list": self.listed} if self.listed else None
        return reverse("eforefront:duties", args=[self.member.pk], query=query)

    @property
    def list_url(self):
        address = reverse("eforefront:members")
        return f"{address}?{self.listed}" if self.listed else address

    def grants(self):
        """The member's roles in 党员E先锋 within reach; those of other organisations are nobody's business here."""
        rows = RoleGrant.objects.visible_to(self.request.role).filter(user=self.member.user_id)
        return rows.open().in_systems(System.PORTAL).select_related("user", "organization__parent")

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            member=self.member, address=self.address, listed=self.listed, list_url=self.list_url, **kwargs
        )


class Duties(OfMember):
    """授权管理: an organisation from the tree, a duty, whether it is the default; below, the roles there are."""

    form_class = DutyForm
    template_name = "eforefront/duties/list.html"

    @cached_property
    def picked(self):
        try:
            at = self.member.organization_id
            return pick(self.request.role, self.request.GET, base=self.address, otherwise=at)
        except Organization.DoesNotExist:
            raise Http404 from None

    @property
    def is_offered(self):
        """Whether the chosen organisation can be given away: it lives, strictly below the reader's own."""
        organization = self.picked.current
        return organization.is_living and organization.pk != self.request.role.organization_id and not self.is_own

    def get_form_kwargs(self):
        names = offered(self.picked.current) if self.is_offered else []
        return {**super().get_form_kwargs(), "duties": names}

    def act(self, form):
        grant = services.give(self.member, organization=self.picked.current, by=self.request.role, **form.cleaned_data)
        self.handover = self._hand_over(grant.user)
        return grant

    def _hand_over(self, user):
        """A person who cannot log in yet gets a one-time code on a slip, from whoever is in charge of the account.

        A code that is on its way already stays good, whatever further duties are given.
        """
        try:
            refuse_unless_in_charge(user, by=self.request.role)
        except ValidationError:
            return None
        code = first_code(user, by=self.request.role)
        return handovers.hand_over([(user, code)], by=self.request.role) if code else None

    def location(self, result):
        text = f"已授权{self.member.name}担任“{result.organization_name}”的{result.duty}，重新登录后可切换到该角色"
        messages.success(self.request, text)
        back = f"{self.address}{'&' if self.listed else '?'}org={result.organization_id}"
        if self.handover is not None:
            return reverse("accounts:handover", args=[self.handover.uid], query={"next": back})
        return back

    def get_template_names(self):
        return ["orgs/_tree.html"] if self.request.htmx.target == "tree" else [self.template_name]

    def get_context_data(self, **kwargs):
        grants = list(self.grants().order_by("-is_default", "organization__lft", "pk"))
        for grant in grants:
            grant.is_managed = (
                grant.is_admin and not self.is_own and (grant.organization_id != self.request.role.organization_id)
            )
        return super().get_context_data(
            current=self.picked.current,
            tree=self.picked.tree,
            grants=grants,
            is_own=self.is_own,
            is_offered=self.is_offered,
            **kwargs,
        )


class OfGrant(OfMember):
    """A page about one of the member's duties."""

    @cached_property
    def grant(self):
        found = get_object_or_404(self.grants().administrators(), pk=self.kwargs["grant"])
        if self.is_own or found.organization_id == self.request.role.organization_id:
            raise PermissionDenied(NOT_MANAGED)
        return found

    def location(self, result):
        messages.success(self.request, self.done.format(name=self.member.name, grant=self.grant))
        return self.address

    def get_context_data(self, **kwargs):
        return super().get_context_data(grant=self.grant, heading=self.heading, **kwargs)


class EditDuty(OfGrant):
    """编辑: 职务 and 是否默认."""

    form_class = EditDutyForm
    template_name = "eforefront/duties/edit.html"
    heading = "编辑职务"
    done = "已变更{name}在“{grant.organization_name}”的职务"

    def get_initial(self):
        default = "1" if self.grant.is_default else "0"
        return {"duty": self.grant.duty, "is_default": default, "version": self.grant.version}

    def get_form_kwargs(self):
        names = offered(self.grant.organization)
        kept = [self.grant.duty] if self.grant.duty and self.grant.duty not in names else []
        return {**super().get_form_kwargs(), "duties": [*names, *kept]}

    def act(self, form):
        return services.change(self.grant, by=self.request.role, **form.cleaned_data)


class DivideWork(OfGrant):
    """分工."""

    form_class = PortfolioForm
    template_name = "eforefront/duties/portfolio.html"
    heading = "分工"
    done = "已保存{name}在“{grant.organization_name}”的分工"

    def get_initial(self):
        return {"portfolio": self.grant.portfolio, "version": self.grant.version}

    def act(self, form):
        return services.divide(self.grant, by=self.request.role, **form.cleaned_data)


class EndDuty(OfGrant):
    """删除: the role ends at once."""

    form_class = EndDutyForm
    template_name = "eforefront/duties/end.html"
    heading = "删除角色"
    done = "已删除{name}在“{grant.organization_name}”的角色"

    def act(self, form):
        return dismiss(self.grant, by=self.request.role, reason=form.cleaned_data["reason"])
