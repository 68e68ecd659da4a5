"""发起转接: choose the member, choose where to, check, send. Source: screens.md 3.6."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from accounts.powers import Power
from members.models import Member
from members.services.members import posts_of
from partyplatform.ui.columns import Column
from partyplatform.ui.forms import refuse
from partyplatform.ui.tables import ListPage
from partyplatform.ui.texts import keyword
from partyplatform.ui.views import FormPage, Scoped
from transfers import paid_months, timeline
from transfers.forms.filters import LeavingFilter
from transfers.forms.starting import InsideForm, OutsideForm, branch_coded, branches_called
from transfers.services import starting
from transfers.views.detail import MENU, told

MATCHES = 20
CHECK = "check"  # the button that shows the way without sending anything
WAYS = {"inside": InsideForm, "outside": OutsideForm}
COLUMNS = (
    Column("姓名", "name"),
    Column("身份证号", "uid", cell="members/_id_number.html"),
    Column("所属组织", "organization.short_name", width=30),
    Column("人员类别", "category_label"),
    Column("操作", "pk", cell="transfers/_start_link.html"),
)


class ChooseMember(Scoped, ListPage):
    """Whose 组织关系 is to move: the active members in reach."""

    model = Member
    needs = Power.HANDLE_TRANSFERS
    columns = COLUMNS
    filter_class = LeavingFilter
    count_cap = 1000
    template_name = "transfers/choose.html"
    extra_context = MENU

    def chosen(self):
        asked = {name: self.filters.values.get(name, "") for name in ("name", "id_number", "place")}
        return self.filters.found(self.request.role, **asked).active().listed()

    def get_context_data(self, **kwargs):
        self.object_list = Member.objects.in_order([row.pk for row in self.object_list])
        branches = {row.organization for row in self.object_list}
        whole = branches.pop() if len(branches) == 1 else None  # a page of one branch: everybody of it may go at once
        return super().get_context_data(whole=whole, **kwargs)


class Start(FormPage):
    """Where to: a branch of the platform, or a place outside. 核对 shows type and steps and sends nothing."""

    needs = Power.HANDLE_TRANSFERS
    template_name = "transfers/start.html"
    extra_context = MENU

    @cached_property
    def member(self):
        rows = Member.objects.visible_to(self.request.role).select_related("organization")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    @cached_property
    def way(self):
        asked = self.request.GET.get("to", "")
        return asked if asked in WAYS else "inside"

    @cached_property
    def word(self):
        return keyword(self.request.GET)

    @cached_property
    def posts(self):
        """What the member holds at present: to be given up in the same act."""
        return posts_of(self.member)

    def get_form_class(self):
        return WAYS[self.way]

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "member": self.member, "posts": self.posts}

    def get_initial(self):
        found = branch_coded(self.request.GET.get("code", "")[:12])
        paid = paid_months.last_paid(self.member)
        known = {"dues_paid_to": paid} if paid else {}
        return known | ({"target_code": found.code, "target_name": found.short_name} if found else {})

    def form_valid(self, form):
        if CHECK not in self.request.POST:
            return super().form_valid(form)
        try:
            outline = starting.outline(self.member, target=form.target, by=self.request.role)
        except ValidationError as refusal:
            refuse(form, refusal)
            return self.form_invalid(form)
        marks = timeline.preview(outline.chain, outline.skipped)
        return self.render_to_response(self.get_context_data(form=form, outline=outline, marks=marks))

    def act(self, form):
        return starting.start(self.member, target=form.target, by=self.request.role, **form.words)

    def location(self, result):
        messages.success(self.request, f"已发起。{told(result)}。")
        return reverse("transfers:detail", args=[result.pk])

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            member=self.member,
            way=self.way,
            word=self.word,
            found=branches_called(self.word, most=MATCHES),
            most=MATCHES,
            obstacle=self._obstacle(),
            **kwargs,
        )

    def _obstacle(self):
        """What stands against any transfer of the member, told before anything is typed."""
        try:
            starting.refuse_leaving(self.member)
        except ValidationError as refusal:
            return refusal
        return None
