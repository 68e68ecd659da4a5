"""The other sections of a member's record. Source: screens.md 2.5."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from accounts.powers import Power
from members import membership
from members.acts import ACTS, acts_for
from members.corrections import REMOVAL
from members.forms.sections import entry_form, items_form
from members.models import MemberFile, Post, Standing
from members.sections import SECTIONS, table_of
from members.services import files, pausing
from members.services import sections as services
from members.services.photos import photo_of
from members.told import told
from members.views.records import OfMember
from partyplatform import audit
from partyplatform.ui.columns import Column
from partyplatform.ui.forms import PlatformForm
from partyplatform.ui.views import NO_POWER, FormPage

ACTIONS = Column("操作", "pk", cell="members/_entry_actions.html")
FILES = Column("附件", "files", cell="members/_files_cell.html")
DUTIES = (
    Column("党内职务", "duty_label"),
    Column("任职组织", "term.organization.short_name"),
    Column("任职方式", "get_appointment_display"),
    Column("任职日期", "started_on", kind="date"),
    Column("离任日期", "ended_on", kind="date"),
    Column("分工", "portfolio"),
)
STANDINGS = (
    Column("变动", "cause"),
    Column("开始日期", "begins_on", kind="date"),
    Column("结束日期", "ends_on", kind="date"),
    Column("人员所在支部", "organization.short_name"),
    Column("人员类别", "get_category_display"),
    Column("党籍状态", "get_status_display"),
    Column("依据、文号", "document"),
    Column("原因", "reason"),
)
MOVES = (
    Column("变更日期", "decided_at", kind="date"),
    Column("党组织", "organization.short_name"),
    Column("原上级党组织", "old_parent.short_name"),
    Column("新上级党组织", "new_parent.short_name"),
    Column("文号", "document"),
)
PAPERS = (*STANDINGS, FILES)


class OfSection(OfMember):
    """A section of the member of the address."""

    @cached_property
    def section(self):
        found = SECTIONS.get(self.kwargs["section"])
        if found is None:
            raise Http404
        return found

    @property
    def tab(self):
        return self.section.slug

    def post(self, request, *args, **kwargs):
        self.member  # noqa: B018 (raises Http404 for one out of reach)
        if not request.role.can(Power.EDIT_MEMBER):
            raise PermissionDenied(NO_POWER.format(role=request.role.label))
        return super().post(request, *args, **kwargs)

    def location(self, result):
        return reverse("members:section", args=[self.member.pk, self.section.slug])

    def get_context_data(self, **kwargs):
        return super().get_context_data(part=self.section, **kwargs)


class SectionPage(OfSection, FormPage):
    """Single items with their form, tables with their lines, and what other parts of the platform know."""

    needs = Power.VIEW_MEMBERS
    template_name = "members/section.html"

    def get_form_class(self):
        return items_form(self.section) if self.section.items else PlatformForm

    @cached_property
    def profile(self):
        return services.profile_of(self.member)

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs()
        return {**kwargs, "instance": self.profile} if self.section.items else kwargs

    def post(self, request, *args, **kwargs):
        if not self.section.items:
            return self.http_method_not_allowed(request)
        return super().post(request, *args, **kwargs)

    def act(self, form):
        version = form.cleaned_data["version"] or 0
        return services.update_items(
            self.member, self.section, by=self.request.role, version=version, values=form.values
        )

    def location(self, result):
        messages.success(self.request, f"{self.section.label}已保存")
        return super().location(result)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context["tables"] = self._tables(may_edit=context["may_edit"])
        if self.section.items and not context["may_edit"]:
            context["shown"] = [(line.label, self._shown(line.name)) for line in context["form"].visible_fields()]
        return context | getattr(self, f"_of_{self.section.slug}", dict)()

    @cached_property
    def papers(self):
        """All 附件 of the member: a few, read in one statement."""
        return list(MemberFile.objects.of(self.member))

    def _tables(self, *, may_edit):
        kept = files.by_line(self.papers) if any(table.takes_files for table in self.section.tables) else {}
        return [self._listed(table, kept, may_edit=may_edit) for table in self.section.tables]

    def _listed(self, table, kept, *, may_edit):
        rows = list(table.model.objects.of(self.member))
        for row in rows:
            row.files = kept.get((table.slug, row.pk), [])
        columns = (*table.columns, *((FILES,) if table.takes_files else ()), *((ACTIONS,) if may_edit else ()))
        return {"table": table, "rows": rows, "columns": columns}

    def _shown(self, name):
        return getattr(self.profile, f"shown_{name}") if name in services.SEALED else self._plain[name]

    @cached_property
    def _plain(self):
        return audit.snapshot(self.profile, [name for name in self.section.items if name not in services.SEALED])

    def _of_basic(self):
        return {"photo": photo_of(self.member) if self.member.photo_uid else None}

    def _of_membership(self):
        profile, member = self.profile, self.member
        months = membership.seniority(member, on=timezone.localdate(), correction=profile.seniority_correction)
        end = membership.end_of(member, profile)
        facts = [
            ("入党日期", member.joined_on),
            ("预备期起止", f"{member.joined_on:%Y-%m-%d} 至 {end:%Y-%m-%d}" if end and member.joined_on else ""),
            ("延长预备期", f"{profile.probation_months} 个月" if profile.probation_months else "未延长"),
            *[("预备期顺延", str(absence)) for absence in pausing.reasons(member, profile)],
            ("转正日期", member.confirmed_on),
            ("党龄", membership.in_words(months)),
            ("党籍状态", member.get_status_display()),
            ("限期改正", f"至 {profile.rectify_until:%Y-%m-%d}" if profile.rectify_until else ""),
        ]
        rows, kept = list(self._standings()), files.by_standing(self.papers)
        facts += [] if member.is_enrolled or not rows else [("减少方式", rows[0].cause)]
        acts = acts_for(member, self.request.role)
        asks = member.is_enrolled and bool(acts) and ACTS["strike"] not in acts
        for row in rows:
            row.files = kept.get(row.pk, [])
        removal_url = reverse("members:propose", args=[member.pk, REMOVAL.field]) if asks else ""
        return {"facts": facts, "acts": acts, "removal_url": removal_url, "known": [("党籍变动", PAPERS, rows)]}

    def _of_duties(self):
        posts = Post.objects.held_by(self.member).select_related("term__organization")
        return {"known": [("党内职务", DUTIES, posts.order_by("-started_on", "pk"))]}

    def _of_places(self):
        moves = Standing.objects.of(self.member).moves().select_related("organization", "old_parent", "new_parent")
        moves = moves.order_by("-decided_at", "-pk")
        return {
            "facts": told("places", self.member),
            "known": [("组织关系", STANDINGS, self._standings()), ("上级党组织变更", MOVES, moves)],
        }

    def _of_extended(self):
        return {
            "facts": told("extended", self.member),
            "facts_title": "党费",
            "files": [(file, files.place_of(file)) for file in self.papers],
            "attach_to": self.member.pk,
        }

    def _standings(self):
        return Standing.objects.of(self.member).select_related("organization").order_by("-begins_on", "-pk")


class OfTable(OfSection):
    """A table of the section of the address."""

    needs = Power.EDIT_MEMBER

    @cached_property
    def table(self):
        found = table_of(self.kwargs["section"], self.kwargs["table"])
        if found is None:
            raise Http404
        return found

    @cached_property
    def entry(self):
        return get_object_or_404(self.table.model.objects.of(self.member), pk=self.kwargs["entry"])

    def get_form_class(self):
        return entry_form(self.table)

    def get_context_data(self, **kwargs):
        return super().get_context_data(table=self.table, back=super().location(None), **kwargs)


class AddEntry(OfTable, FormPage):
    template_name = "members/entry.html"

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "instance": self.table.model(member=self.member)}

    def act(self, form):
        return services.add(self.table, self.member, by=self.request.role, values=form.values)

    def location(self, result):
        messages.success(self.request, f"已新增{self.table.label}：{result}")
        return super().location(result)


class ChangeEntry(OfTable, FormPage):
    template_name = "members/entry.html"

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "instance": self.entry}

    def act(self, form):
        unchanged = self.table.model.objects.of(self.member).get(pk=self.entry.pk)
        version = form.cleaned_data["version"] or 0
        return services.change(self.table, unchanged, by=self.request.role, version=version, values=form.values)

    def location(self, result):
        messages.success(self.request, f"{self.table.label}已保存")
        return super().location(result)


class RemoveEntry(OfTable, FormPage):
    """A page that asks, since what is taken off is not shown again."""

    template_name = "members/entry_remove.html"

    def get_form_class(self):
        return PlatformForm

    def get_context_data(self, **kwargs):
        values = [(column.label, column.text(self.entry)) for column in self.table.columns]
        return super().get_context_data(entry=self.entry, values=values, **kwargs)

    def act(self, form):
        services.remove(self.table, self.entry, by=self.request.role)

    def location(self, result):
        messages.success(self.request, f"已删除{self.table.label}：{self.entry}")
        return super().location(result)
