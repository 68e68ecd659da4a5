"""党员管理业务: lists, whom to enter, and the tab 流动信息 / 出国（境） with its forms. Source: screens.md 2.5, 2.7."""

from collections import defaultdict

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import TemplateView, View

from accounts.powers import Power
from members.acts import ACTS
from members.exports import book_meta
from members.forms.matters import EventForm, PeopleFilter
from members.grounds import may_suspend
from members.items import region_name
from members.matter_jobs import start_matters_export
from members.matter_lists import LISTINGS, book_name, told
from members.models import Matter, MatterStep, Member
from members.procedures import PROCEDURES, State
from members.services import matters as services
from members.services.sections import profile_of
from members.views.records import OfMember
from orgs.services import exporting
from partyplatform import uploads
from partyplatform.excel import book_chunks
from partyplatform.jobs.offers import OffersJob
from partyplatform.ui import searches
from partyplatform.ui.columns import Column
from partyplatform.ui.tables import ListPage
from partyplatform.ui.views import NO_POWER, FormPage, Scoped

COUNTED = 1000
EXPORT_AT_ONCE = 2000
STEPS = (
    *(Column("日期", "on", kind="date"), Column("办理", "label"), Column("办理后状态", "get_state_display")),
    *(Column("情况说明", "note"), Column("依据、文号", "document"), Column("办理人", "by_name")),
)
CHOICES = (
    *(Column("姓名", "name", link="get_absolute_url"), Column("性别", "get_gender_display")),
    *(Column("党员类别", "category_label"), Column("所在党组织", "organization.short_name")),
    Column("操作", "pk", cell="members/matters/_begin.html"),
)


class OfListing:
    """The list of the address."""

    slug = ""

    @cached_property
    def listing(self):
        found = LISTINGS.get(self.slug or self.kwargs["listing"])
        if found is None:
            raise Http404
        return found


class MatterList(Scoped, OfListing, ListPage):
    """One of the lists, 办理中 unless another status is chosen."""

    model = Matter
    needs = Power.KEEP_MOBILITY
    count_cap = COUNTED
    template_name = "members/matters/list.html"

    @property
    def columns(self):
        return self.listing.columns

    @property
    def filter_class(self):
        return self.listing.filter_class

    def chosen(self):
        return self.listing.rows(self.request.role, self.filters)

    def get_context_data(self, **kwargs):
        self.object_list = list(told(self.object_list))
        return super().get_context_data(listing=self.listing, is_hardship=self.slug == "hardships", **kwargs)


class ExportMatters(Scoped, OffersJob, OfListing, View):
    """导出Excel: what the filters leave, at once or as a job."""

    needs = Power.KEEP_MOBILITY

    def get(self, request, listing):
        role, listing = request.role, self.listing
        filters = listing.filter_class(searches.query_of(request) or None)
        rows = listing.rows(role, filters)
        count, name = rows.count(), book_name(listing, role)
        if count > EXPORT_AT_ONCE:
            return self.offer(count)
        exporting.note(
            role.organization,
            action="members.export_matters",
            file_name=name,
            rows=count,
            filters=filters.described(),
            by=role,
        )
        meta = book_meta(role.organization, by=role)
        book = book_chunks(title=listing.label, columns=listing.columns, rows=told(rows.iterator()), meta=meta)
        return uploads.stream_response(book, name)

    def hand_in(self):
        query = searches.query_of(self.request)
        if "id_number" in query:  # kept with the job, it would stand there in clear
            raise ValidationError("按身份证号查询的结果不在后台导出")
        return start_matters_export(self.listing, by=self.request.role, query=query)


class ChoosePerson(Scoped, ListPage):
    """Whom a new matter is about: members on the roll, with the ways to begin."""

    model = Member
    needs = Power.KEEP_MOBILITY
    columns = CHOICES
    count_cap = COUNTED
    filter_class = PeopleFilter
    template_name = "members/matters/choose.html"

    @cached_property
    def procedure(self):
        found = PROCEDURES.get(self.kwargs["procedure"])
        if found is None:
            raise Http404
        return found

    def post(self, request, *args, **kwargs):
        self.procedure  # noqa: B018 (raises Http404 for none)
        return super().post(request, *args, **kwargs)

    def chosen(self):
        asked = self.filters.people if self.filters.is_active else {}
        return self.filters.found(self.request.role, **asked).active().listed()

    def get_context_data(self, **kwargs):
        self.object_list = Member.objects.in_order([row.pk for row in self.object_list])
        return super().get_context_data(procedure=self.procedure, **kwargs)


class Mobility(OfMember, Scoped, TemplateView):
    """流动信息 / 出国（境）: open matters with what can be done, earlier ones, and what can be begun."""

    needs = Power.VIEW_MEMBERS
    template_name = "members/matters/mobility.html"
    tab = "mobility"

    def get_context_data(self, **kwargs):
        role, member = self.request.role, self.member
        matters = list(Matter.objects.of(member))
        steps = defaultdict(list)
        for step in MatterStep.objects.in_matters(matters):
            steps[step.matter_id].append(step)
        busy = {matter.procedure for matter in matters if matter.is_open}
        is_kept = member.is_enrolled and role.can(Power.KEEP_MOBILITY)
        return super().get_context_data(
            matters=[self._shown(matter, member, steps[matter.pk], is_kept) for matter in matters],
            starts=[
                (procedure, event)
                for procedure in PROCEDURES.values()
                for event in procedure.starts
                if is_kept and member.status == "1" and procedure.slug not in busy
            ],
            columns=STEPS,
            **kwargs,
        )

    def _shown(self, matter, member, steps, is_kept):
        matter.member = member
        events = matter.rules.next_from(matter.state, self.request.role) if is_kept else []
        return {
            "matter": matter,
            "facts": facts(matter),
            "steps": steps,
            "events": events,
            "proposes": self._proposal(matter, member),
        }

    def _proposal(self, matter, member):
        """The act of 党籍管理 a matter leads to, where it has reached its limit and the role may do it."""
        slug = "expel" if matter.state == State.STOPPED else "suspend"
        act, today = ACTS[slug], timezone.localdate()
        is_due = may_suspend(matter, today) if slug == "suspend" else matter.limit_on and matter.limit_on <= today
        return act if is_due and act.suits(member) and self.request.role.can(act.needs) else None


def facts(matter):
    """Return (label, value) of everything a matter says."""
    labels = matter.rules.labels
    began_on = f"{matter.began_on:%Y-%m}" if matter.procedure == "lost" and matter.began_on else matter.began_on
    shown = [
        (labels["began_on"], began_on),
        (labels.get("ends_on", ""), matter.ends_on),
        (labels.get("limit_on", ""), matter.limit_on if matter.is_open else None),
        (labels.get("region", ""), region_name(matter.region) if matter.region else ""),
        ("流动范围", matter.get_scope_display()),
        (labels.get("cause", ""), matter.cause_label),
        ("原职业", matter.occupation),
        ("流动证号", matter.certificate),
        ("国家（地区）", matter.country),
        ("出国（境）方式", matter.get_way_display()),
        ("攻读学位", matter.degree),
        ("流入地党组织", matter.host),
        (labels.get("contact_name", ""), matter.contact_name),
        ("最晚联系日期", matter.contact_due_on),
        ("办结日期", matter.ended_on),
        ("备注", matter.remark),
    ]
    return [(label, value) for label, value in shown if value and label]


class EventPage(OfMember, FormPage):
    """The form of one event of one procedure."""

    needs = Power.KEEP_MOBILITY
    form_class = EventForm
    template_name = "members/matters/event.html"
    tab = "mobility"
    target = ("matter", "event")

    @cached_property
    def event(self):
        procedure = PROCEDURES.get(self._slug)
        event = procedure.event(self.kwargs["verb"]) if procedure else None
        if event is None or bool(event.sources) == self.is_start:
            raise Http404
        if not self.request.role.can(event.needs):
            raise PermissionDenied(NO_POWER.format(role=self.request.role.label))
        return event

    def get_form_kwargs(self):
        return {
            **super().get_form_kwargs(),
            "procedure": self.matter.rules,
            "event": self.event,
            "matter": self.matter,
        }

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            event=self.event,
            procedure=self.matter.rules,
            matter=self.matter,
            unsuited=self.unsuited(),
            back=self.address,
            **kwargs,
        )

    @property
    def address(self):
        return reverse("members:mobility", args=[self.member.pk])

    def location(self, result):
        messages.success(self.request, f"{self.member.name}：已{self.event.label}（{result.rules.noun}）")
        return f"{self.address}#matter-{result.pk}"


class Begin(EventPage):
    """A new matter of a member."""

    is_start = True

    @property
    def _slug(self):
        return self.kwargs["procedure"]

    @cached_property
    def matter(self):
        if self._slug not in PROCEDURES:
            raise Http404
        matter = Matter(member=self.member, procedure=self._slug)
        if self._slug == "flow":
            matter.certificate = profile_of(self.member).flow_certificate
        return matter

    def unsuited(self):
        return services.reason_against_beginning(self.matter.rules, self.member)

    def act(self, form):
        return services.begin(self.matter.rules, self.event, self.member, by=self.request.role, **form.values)


class Advance(EventPage):
    """The next event of a matter."""

    is_start = False

    @property
    def _slug(self):
        return self.matter.procedure

    @cached_property
    def matter(self):
        return get_object_or_404(Matter.objects.of(self.member), pk=self.kwargs["matter"])

    def unsuited(self):
        if self.matter.state in self.event.sources:
            return ""
        return f"该登记现为“{self.matter.get_state_display()}”，不能{self.event.label}"

    def act(self, form):
        version = form.cleaned_data["version"] or 0
        return services.advance(self.matter, self.event, by=self.request.role, version=version, **form.values)
