"""党员信息: one member's record. Source: screens.md 2.5."""

from django.contrib import messages
from django.db.models import F, OuterRef
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html_join
from django.views.decorators.http import require_safe

from accounts.powers import Power
from members import code_search
from members.completeness import percent
from members.corrections import REVIEWED
from members.forms.records import RecordForm
from members.items import ITEMS, Group, Kind
from members.models import Member, MemberPhoto, RuleVersion
from members.sections import SECTIONS
from members.services import records as services
from partyplatform.audit.models import Record
from partyplatform.ui.status import Status
from partyplatform.ui.views import FormPage, needs

LAST_CHANGES = 5
RECORD = "党统信息集"
MENU = "信息浏览"  # where the record is reached from; its address does not tell
MOBILITY = "mobility"
RECTIFYING = F("profile__rectify_until")
ORDER = ("basic", "membership", "duties", "offices", "places", "honours", MOBILITY, "reviews", RECORD, "extended")


class OfMember:
    """The member of the address, beside the section tabs."""

    tab = RECORD

    @cached_property
    def member(self):
        rows = Member.objects.visible_to(self.request.role).select_related("organization")
        rows = rows.annotate(photo_uid=MemberPhoto.objects.shown_of(OuterRef("pk")), to_rectify=RECTIFYING)
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    @cached_property
    def rules(self):
        """The rules in force, not those of the stored score: while records are scored anew they say what is right."""
        return RuleVersion.objects.in_force()

    @cached_property
    def missing(self):
        return self.rules.missing(self.member)

    def get_context_data(self, **kwargs):
        member = self.member
        filled, required = self.rules.score(member)
        return super().get_context_data(
            section=MENU,
            member=member,
            tabs=self._tabs(),
            missing=self.missing,
            percent=percent(filled, required),
            required=required,
            list_url=reverse("members:list", args=[member.organization_id]),
            changes=Record.objects.of_object(member)[:LAST_CHANGES],
            rectifying=self._rectifying(),
            may_edit=member.is_enrolled and self.request.role.can(Power.EDIT_MEMBER),
            **kwargs,
        )

    def _rectifying(self):
        """The mark of 限期改正 while its time runs; afterwards the branch has to look at it again."""
        day, member = self.member.to_rectify, self.member
        if day is None or not member.is_enrolled:
            return None
        return Status(f"限期改正至 {day:%Y-%m-%d}", "amber") if day >= timezone.localdate() else None

    def _tabs(self):
        own = {RECORD: self._record_tab, MOBILITY: self._mobility_tab}
        return [own[name]() if name in own else self._section_tab(SECTIONS[name]) for name in ORDER]

    def _section_tab(self, section):
        url = reverse("members:section", args=[self.member.pk, section.slug])
        return {"label": section.label, "url": url, "is_current": section.slug == self.tab}

    def _mobility_tab(self):
        url = reverse("members:mobility", args=[self.member.pk])
        return {"label": "流动信息 / 出国（境）", "url": url, "is_current": self.tab == MOBILITY}

    def _record_tab(self):
        return {
            "label": RECORD,
            "url": reverse("members:detail", args=[self.member.pk]),
            "is_current": self.tab == RECORD,
            "missing": len(self.missing),
            "is_complete": not self.missing,
        }


class PartyRecord(OfMember, FormPage):
    """党统信息集: read by everybody in reach, kept by the branch and by those above it."""

    needs = Power.VIEW_MEMBERS
    form_class = RecordForm
    template_name = "members/record.html"

    @cached_property
    def locks(self):
        return services.locked_items(self.member, by=self.request.role)

    @cached_property
    def items(self):
        """The items of the form: all that may be changed, or only the empty ones (`?only=missing`)."""
        open_items = [item for item in ITEMS if item.field not in self.locks]
        if not self.only_missing:
            return open_items
        gaps = {rule.field for rule in self.missing}
        return [item for item in open_items if item.field in gaps]

    @cached_property
    def counted(self):
        """The items that count for this record."""
        return {rule.field for rule in self.rules.counted(self.member)}

    @property
    def only_missing(self):
        return self.request.GET.get("only") == "missing"

    @property
    def is_walk(self):
        """Whether the reader goes from person to person through the 待补全 list of the branch."""
        return self.only_missing and self.request.GET.get("walk") == "1"

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "member": self.member, "items": self.items}

    def get_context_data(self, **kwargs):
        context = super().get_context_data(only_missing=self.only_missing, is_walk=self.is_walk, **kwargs)
        gaps = {rule.field for rule in self.missing}
        context["groups"] = [
            (group, lines)
            for group in Group
            if (lines := [self._line(item, context["form"], gaps) for item in ITEMS if self._is_shown(item, group)])
        ]
        context["doubts"] = services.doubts(self.member)
        return context

    def _is_shown(self, item, group):
        return item.group is group and (not self.only_missing or item in self.items)

    def _line(self, item, form, gaps):
        """One place of the form: the field where it may be changed, else label, value and why not."""
        return {
            "item": item,
            "field": form[item.field] if item in self.items else None,
            "value": shown_value(self.member, item),
            "why": self.locks.get(item.field, ""),
            "propose": self._propose(item),
            "counts": item.field in self.counted,
            "todo": item.field in gaps,
            "hint": _hint(self.member, item),
        }

    def _propose(self, item):
        """The way to have an item corrected that this page does not change; "" for others."""
        is_asked = item in REVIEWED and item.field in self.locks and self.member.is_enrolled
        return reverse("members:propose", args=[self.member.pk, item.field]) if is_asked else ""

    def post(self, request, *args, **kwargs):
        if not request.role.can(Power.EDIT_MEMBER):
            raise Http404
        return super().post(request, *args, **kwargs)

    def act(self, form):
        return services.update(
            self.member, by=self.request.role, version=form.cleaned_data["version"], values=form.values
        )

    def location(self, result):
        left = self.rules.missing(result)
        rest = f"信息完整度还差 {len(left)} 项" if left else "信息完整度已达到 100%"
        messages.success(self.request, f"{result.name}的信息已保存，{rest}")
        if not self.is_walk:
            return reverse("members:detail", args=[result.pk])
        asked = {item.field for item in self.items}
        if any(rule.field not in asked and rule.field not in self.locks for rule in left):
            return self.request.get_full_path()  # what was filled in asks for more, such as 农民工标识
        return reverse("members:next_incomplete", args=[result.pk])


def shown_value(member, item):
    """Return what a page shows of an item; sealed ones masked."""
    if item.field == "id_number":
        return member.shown_id_number
    if item.kind is Kind.SEALED:
        return getattr(member, f"shown_{item.field}")
    if item.field == "status":
        return member.get_status_display()
    return member.category_label if item.field == "category" else item.shown(getattr(member, item.field))


def _hint(member, item):
    if item.kind is Kind.SEALED and (kept := shown_value(member, item)):
        return f"已登记 {kept}；不改请留空"
    return item.hint


@require_safe
@needs(Power.VIEW_MEMBERS)
def codes(request, table):
    """Suggestions for a code that is being typed."""
    return suggestions(request, table)


def suggestions(request, table):
    """Return the options of a datalist for what is typed; 404 for an unknown table."""
    if table not in code_search.TABLES:
        raise Http404
    typed = request.GET.get(request.htmx.trigger_name or "q", "")
    found = code_search.matches(code_search.TABLES[table], typed[:50])
    return HttpResponse(format_html_join("", '<option value="{}"></option>', ((label,) for label in found)))
