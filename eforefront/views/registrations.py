"""社区报到 of members in reach: figures, lists, one member's, and the services. Source: screens.md 3.2, 3.8."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from accounts.powers import Power
from eforefront.forms.registrations import (
    DecideForm,
    EndForm,
    RegisterForm,
    RegistrationFilter,
    ServiceFilter,
    ServiceForm,
)
from eforefront.models import CommunityService, Registration
from eforefront.registration_figures import registered
from eforefront.services import registrations as services
from eforefront.views.members import InReach
from eforefront.views.switches import Switched, switched
from orgs.figures import figures
from orgs.models import Organization
from orgs.picking import number, way
from partyplatform.ui.columns import Column
from partyplatform.ui.form_keys import once_only
from partyplatform.ui.paging import Pager
from partyplatform.ui.tables import ListPage
from partyplatform.ui.views import FormPage, Scoped, get_visible, needs

COUNTED = 1000
SWITCH = "COMMUNITY_REGISTRATION"
FIGURES = (
    Column("党组织", "short_name", link="figures_url"),
    Column("组织类型", "org_type_label", fold=True),
    Column("在册党员", "enrolled_below", kind="number"),
    Column("已报到人数", "registered", kind="number", link="list_url"),
)
REGISTRATIONS = (
    Column("姓名", "member.name", link="url"),
    Column("所属组织", "organization.short_name"),
    Column("社区或居住地党支部", "place"),
    Column("报到日期", "began_on", kind="date"),
    Column("撤销日期", "ended_on", kind="date", fold=True),
    Column("状态", "status", kind="tag"),
)
SERVICES = (
    Column("姓名", "member.name"),
    Column("所属组织", "registration.organization.short_name"),
    Column("服务日期", "served_on", kind="date"),
    Column("服务项目", "project", link="url"),
    Column("服务时长（小时）", "hours", kind="number", cell="eforefront/registrations/_hours.html"),
    Column("确认单位", "confirmed_by"),
    Column("状态", "status", kind="tag"),
)


class OfCommunity(Switched):
    """A page of 社区报到."""

    switch = SWITCH
    needs = Power.KEEP_REGISTRATIONS
    extra_context = {"section": "党员信息"}


class Figures(OfCommunity, Scoped, TemplateView):
    """已报到人数 of the organisations directly below one in reach; each number leads to its list."""

    template_name = "eforefront/registrations/figures.html"

    @cached_property
    def chain(self):
        asked = self.request.GET.get("org", "")
        try:
            return way(self.request.role, number(asked) if asked else self.request.role.organization_id)
        except Organization.DoesNotExist:
            raise Http404 from None

    def get_context_data(self, **kwargs):
        current = self.chain[-1]
        children = Organization.objects.living().filter(parent=current.pk).in_tree_order()
        pager = Pager(children, self.request.GET)
        rows = [current, *pager.rows]
        numbers, members = registered([row.pk for row in rows]), figures([row.pk for row in rows])
        for row in rows:
            row.registered, row.enrolled_below = numbers[row.pk], members[row.pk].members
            row.figures_url = reverse("eforefront:registration_figures", query={"org": row.pk})
            row.list_url = reverse("eforefront:registrations", query={"org": row.pk})
        return super().get_context_data(
            current=current,
            way=[
                (row.short_name, reverse("eforefront:registration_figures", query={"org": row.pk}))
                for row in self.chain
            ],
            columns=FIGURES,
            rows=rows[1:],
            pager=pager,
            **kwargs,
        )


class Registrations(OfCommunity, Scoped, ListPage):
    """Who is registered; `org` narrows to an organisation in reach."""

    model = Registration
    columns = REGISTRATIONS
    filter_class = RegistrationFilter
    count_cap = COUNTED
    template_name = "eforefront/registrations/list.html"

    @cached_property
    def place(self):
        asked = self.request.GET.get("org", "")
        return get_visible(Organization, self.request.role, pk=number(asked)) if asked else None

    def get_queryset(self):
        role = self.request.role
        if self.filters.receives:
            return Registration.objects.received_by(role)
        rows = super().get_queryset()
        return rows.under(self.place) if self.place else rows

    def chosen(self):
        return super().chosen().listed()

    def get_context_data(self, **kwargs):
        for row in self.object_list:
            row.url = "" if self.filters.receives else reverse("eforefront:registration", args=[row.member_id])
        return super().get_context_data(place=self.place, **kwargs)


class OfMember(OfCommunity, InReach):
    """A page about the registration of one member in reach."""

    @property
    def address(self):
        return reverse("eforefront:registration", args=[self.member.pk])

    @cached_property
    def registrations(self):
        return list(Registration.objects.of(self.member))

    @property
    def open_one(self):
        return next((row for row in self.registrations if row.is_open), None)

    def get_context_data(self, **kwargs):
        return super().get_context_data(back=self.address, **kwargs)


class OneMember(OfMember, Scoped, TemplateView):
    """社区报到 of a member: the open one, earlier ones, the services."""

    template_name = "eforefront/registrations/one.html"

    def get_context_data(self, **kwargs):
        present = self.open_one
        done = list(CommunityService.objects.of(self.member)[:COUNTED])
        return super().get_context_data(
            present=present,
            earlier=[row for row in self.registrations if row is not present],
            services=done,
            hours=sum((row.hours for row in done if row.state == CommunityService.State.CONFIRMED), 0),
            urls=self.urls(present),
            **kwargs,
        )

    def urls(self, present):
        pk = present.pk if present else 0
        return {
            "register": reverse("eforefront:register", args=[self.member.pk]),
            "end": reverse("eforefront:end_registration", args=[self.member.pk, pk]),
            "propose": reverse("eforefront:propose_service", args=[self.member.pk, pk]),
            "withdraw": "eforefront:withdraw_service",
        }


class Register(OfMember, FormPage):
    form_class = RegisterForm
    template_name = "eforefront/registrations/form.html"
    heading, verb = "登记社区报到", "登记报到"

    def act(self, form):
        return services.register(self.member, by=self.request.role, **form.asked)

    def location(self, result):
        messages.success(self.request, f"{self.member.name}已在“{result.place}”报到")
        return self.address

    def get_context_data(self, **kwargs):
        return super().get_context_data(heading=self.heading, verb=self.verb, **kwargs)


class OfRegistration(OfMember):
    """A form about the registration of the address."""

    @cached_property
    def registration(self):
        return get_object_or_404(Registration.objects.of(self.member), pk=self.kwargs["registration"])

    def get_context_data(self, **kwargs):
        return super().get_context_data(heading=self.heading, verb=self.verb, registration=self.registration, **kwargs)

    def post(self, request, *args, **kwargs):
        self.registration  # noqa: B018 (raises Http404)
        return super().post(request, *args, **kwargs)


class End(OfRegistration, FormPage):
    form_class = EndForm
    template_name = "eforefront/registrations/form.html"
    heading, verb = "撤销社区报到", "撤销报到"

    def get_initial(self):
        return {"version": self.registration.version}

    def act(self, form):
        return services.end(self.registration, by=self.request.role, **form.cleaned_data)

    def location(self, result):
        messages.success(self.request, f"已撤销{self.member.name}在“{result.place}”的报到")
        return self.address


class Propose(OfRegistration, FormPage):
    form_class = ServiceForm
    template_name = "eforefront/registrations/form.html"
    heading, verb = "登记服务", "提交"

    def act(self, form):
        return services.propose(self.registration, by=self.request.role, **form.cleaned_data)

    def location(self, result):
        messages.success(self.request, f"已登记服务“{result.project}”，等待确认")
        return self.address


class Services(OfCommunity, Scoped, ListPage):
    """服务详情: what waits for confirmation, unless another state is chosen."""

    model = CommunityService
    columns = SERVICES
    filter_class = ServiceFilter
    count_cap = COUNTED
    template_name = "eforefront/registrations/services.html"

    def get_queryset(self):
        role, rows = self.request.role, CommunityService.objects
        return rows.received_by(role) if self.filters.receives else rows.at_home(role)

    def chosen(self):
        return super().chosen().listed()

    def get_context_data(self, **kwargs):
        for row in self.object_list:
            row.url = reverse("eforefront:decide_service", args=[row.pk])
        return super().get_context_data(**kwargs)


class Decide(OfCommunity, FormPage):
    """Confirm a service, or refuse it."""

    form_class = DecideForm
    template_name = "eforefront/registrations/decide.html"

    @cached_property
    def service(self):
        rows = CommunityService.objects.visible_to(self.request.role).listed()
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def post(self, request, *args, **kwargs):
        self.service  # noqa: B018 (raises Http404)
        return super().post(request, *args, **kwargs)

    def get_initial(self):
        return {"version": self.service.version, "confirmed_by": self.service.registration.place}

    def act(self, form):
        return services.decide(
            self.service, by=self.request.role, confirmed="refuse" not in self.request.POST, **form.cleaned_data
        )

    def location(self, result):
        messages.success(self.request, f"{result.member.name}的服务“{result.project}”{result.get_state_display()}")
        return reverse("eforefront:services")

    def get_context_data(self, **kwargs):
        return super().get_context_data(service=self.service, **kwargs)


@require_POST
@switched(SWITCH)
@needs(Power.KEEP_REGISTRATIONS)
@once_only
def withdraw(request, pk):
    """Take back a service entered for a member in reach."""
    found = get_object_or_404(CommunityService.objects.at_home(request.role).select_related("member"), pk=pk)
    services.withdraw(found, by=request.role, version=found.version)
    messages.success(request, f"已撤回服务“{found.project}”")
    return redirect("eforefront:registration", found.member_id)
