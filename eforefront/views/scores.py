"""分数: the ledger of one member. There is no list by score, and no order of people by it. Source: screens.md 3.10."""

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from accounts.powers import Power
from eforefront.forms.scores import CorrectForm, EnterForm
from eforefront.models import ScoreEntry, ScoreYear
from eforefront.score_rules import rules
from eforefront.services import scores as services
from eforefront.views.members import InReach
from eforefront.views.switches import Switched
from partyplatform.ui.columns import Column
from partyplatform.ui.tables import ListPage
from partyplatform.ui.views import FormPage, Scoped

ENTRIES = (
    Column("日期", "on", kind="date"),
    Column("事由", "reason"),
    Column("分值", "points", kind="number", cell="eforefront/scores/_points.html"),
    Column("来源", "get_source_display"),
    Column("登记人", "entered_by", fold=True),
)
ACTIONS = Column("操作", "pk", cell="eforefront/scores/_correct.html", acts=True)


class OfScores(Switched, InReach):
    switch = "MEMBER_SCORES"
    needs = Power.KEEP_SCORES
    extra_context = {"section": "党员信息"}

    @property
    def address(self):
        return reverse("eforefront:scores", args=[self.member.pk])

    def get_context_data(self, **kwargs):
        return super().get_context_data(back=self.address, **kwargs)


class Ledger(OfScores, Scoped, ListPage):
    """All entries of a member, the latest first, with the sums of the years."""

    model = ScoreEntry
    columns = (*ENTRIES, ACTIONS)
    template_name = "eforefront/scores/ledger.html"

    def chosen(self):
        return ScoreEntry.objects.of(self.member)

    def get_context_data(self, **kwargs):
        ids = [row.pk for row in self.object_list]
        done = ScoreEntry.objects.corrected(ids)
        for row in self.object_list:
            row.may_be_corrected = row.source == "hand" and row.corrects_id is None and row.pk not in done
        today = timezone.localdate()
        years = list(ScoreYear.objects.of(self.member))
        return super().get_context_data(
            years=years,
            this_year=next((row.points for row in years if row.year == today.year), 0),
            rules=[row for row in rules() if row.holds(today) and row.points is not None],
            **kwargs,
        )


class Enter(OfScores, FormPage):
    form_class = EnterForm
    template_name = "eforefront/scores/form.html"

    def act(self, form):
        return services.enter(self.member, by=self.request.role, **form.cleaned_data)

    def location(self, result):
        messages.success(self.request, f"已登记{self.member.name}的分数 {result.points:+}")
        return self.address

    def get_context_data(self, **kwargs):
        return super().get_context_data(heading="登记分数", verb="登记", **kwargs)


class Correct(OfScores, FormPage):
    """更正: an entry against the wrong one; the right one is then entered anew."""

    form_class = CorrectForm
    template_name = "eforefront/scores/form.html"

    @cached_property
    def entry(self):
        return get_object_or_404(ScoreEntry.objects.of(self.member), pk=self.kwargs["entry"])

    def post(self, request, *args, **kwargs):
        self.entry  # noqa: B018 (raises Http404)
        return super().post(request, *args, **kwargs)

    def act(self, form):
        return services.correct(self.entry, by=self.request.role, **form.cleaned_data)

    def location(self, result):
        messages.success(self.request, f"已更正：{result.points:+}")
        return self.address

    def get_context_data(self, **kwargs):
        return super().get_context_data(heading="更正分数", verb="更正", entry=self.entry, **kwargs)
