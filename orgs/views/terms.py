"""党组织届次信息 and 换届. Source: screens.md 2.3, workflows.md 6."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.forms import formset_factory
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import DetailView, ListView

from accounts.powers import Power
from members.codes import PARTY_DUTIES
from members.models import Post
from members.picking import electable
from orgs import reminders
from orgs.changes import steps_of
from orgs.figures import figures
from orgs.forms.terms import ElectedForm, ElectionForm, RenewalPlanForm, StepForm, TermForm
from orgs.models import Attachment, Organization, Renewal, Term
from orgs.renewal import STEPS, Side, by_weight, steps_open, timeline
from orgs.services import renewals, terms
from orgs.tenure import default_years
from orgs.views.detail import Section
from orgs.views.words import require_power, say, warn_of_seniority
from partyplatform.ui.paging import Pager
from partyplatform.ui.picking import Finds
from partyplatform.ui.views import NOT_MANAGED, FormPage, Scoped

ELECTED_ROWS = 7


class TermList(Section, Scoped, DetailView):
    model = Organization
    needs = Power.VIEW_ORGS
    edits = Power.EDIT_TERMS
    tab = "orgs:terms"
    template_name = "orgs/terms.html"

    def get_object(self, queryset=None):
        return self.organization

    def get_context_data(self, **kwargs):
        kept = Attachment.objects.visible_to(self.request.role).filter(removed_at=None)
        rows = list(Term.objects.of(self.organization).prefetch_related(Prefetch("attachments", queryset=kept)))
        current = next((term for term in rows if term.is_current), None)
        return super().get_context_data(
            terms=rows,
            current_term=current,
            days_left=current.days_left(timezone.localdate()) if current else None,
            is_due=current is not None and reminders.is_due(current, timezone.localdate()),
            months=settings.RENEWAL_REMINDER_MONTHS,
            renewals=Renewal.objects.of(self.organization)[:20],
            may_ask=self.request.role.can(Power.ASK_RENEWAL),
            **kwargs,
        )


class EditTerm(Section, FormPage):
    """Record a term, or correct the one in the address."""

    needs = edits = Power.EDIT_TERMS
    tab = "orgs:terms"
    form_class = TermForm
    template_name = "orgs/term_form.html"

    def dispatch(self, request, *args, **kwargs):
        self.kwargs = kwargs
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def term(self):
        if "term" not in self.kwargs:
            return None
        return get_object_or_404(
            Term.objects.visible_to(self.request.role), pk=self.kwargs["term"], organization=self.organization
        )

    def get_form_kwargs(self):
        if not self.is_managed:
            raise PermissionDenied(NOT_MANAGED)
        defaults = {"number": terms.next_number(self.organization), "years": default_years(self.organization)}
        return {**super().get_form_kwargs(), "instance": self.term, "initial": {} if self.term else defaults}

    def act(self, form):
        term = Term.objects.of(self.organization).get(pk=self.term.pk) if self.term else None
        version = form.cleaned_data["version"] or 0
        return terms.record(self.organization, by=self.request.role, term=term, version=version, **form.values)

    def location(self, result):
        say(self.request, f"第 {result.number} 届届次信息已保存，{result.ends_on:%Y-%m-%d} 届满")
        return reverse("orgs:terms", args=[self.organization.pk])


class EndingTerms(Scoped, ListView):
    """换届提醒: current terms that end soon or are overdue."""

    model = Term
    needs = Power.VIEW_ORGS
    template_name = "orgs/ending_terms.html"

    def get_context_data(self, **kwargs):
        today = timezone.localdate()
        reach = figures([self.request.role.organization_id])[self.request.role.organization_id].organizations
        ending = reminders.ending_terms(self.request.role, today, reach=reach)
        pager = Pager(ending, self.request.GET, cap=reminders.MOST)
        rows = [(term, reminders.left(term, today)) for term in pager.rows]
        return super().get_context_data(pager=pager, rows=rows, months=settings.RENEWAL_REMINDER_MONTHS, **kwargs)


class AskRenewal(Section, FormPage):
    """换届请示, 延期 or 提前: handed in by the organisation itself or for it from above."""

    needs = Power.ASK_RENEWAL
    tab = "orgs:terms"
    form_class = RenewalPlanForm
    template_name = "orgs/renewal_form.html"

    def act(self, form):
        return renewals.ask(self.organization, by=self.request.role, **form.values)

    def location(self, result):
        say(self.request, f"{result.get_kind_display()}请示已提交，等待上级党组织批复")
        return reverse("orgs:renewal", args=[result.pk])


class RenewalList(Scoped, ListView):
    model = Renewal
    needs = Power.ASK_RENEWAL
    template_name = "orgs/renewals.html"

    def get_context_data(self, **kwargs):
        waiting = self.request.GET.get("waiting") == "1"
        rows = reminders.renewals_to_decide(self.request.role) if waiting else self.get_queryset()
        pager = Pager(rows.select_related("organization").order_by("-created_at"), self.request.GET)
        return super().get_context_data(pager=pager, waiting=waiting, **kwargs)


class RenewalPage:
    @cached_property
    def renewal(self):
        rows = Renewal.objects.visible_to(self.request.role).select_related("organization__parent")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    @cached_property
    def sides(self):
        """The upper side decides; the organisation itself, or whoever is above it, does the rest."""
        role = self.request.role
        is_above = Renewal.objects.managed_by(role).filter(pk=self.renewal.pk).exists()
        upper = {Side.UPPER} if is_above and role.can(Power.DECIDE_RENEWAL) else set()
        own = {Side.OWN} if role.can(Power.ASK_RENEWAL) else set()
        return upper | own

    def open_steps(self):
        """Return the steps the role may take now, those of the upper side before those of the own."""
        sides = [side for side in (Side.UPPER, Side.OWN) if side in self.sides]
        return by_weight(s for side in sides for s in steps_open(self.renewal.kind, self.renewal.state, side))

    def step(self):
        """Return the step asked for; one that the role may not take is forbidden, an unknown one not found."""
        step = STEPS.get(self.kwargs["verb"])
        if step is None:
            raise Http404
        if step.side not in self.sides:
            require_power(self.request.role, Power.DECIDE_RENEWAL)
            raise PermissionDenied(NOT_MANAGED)
        return step


class RenewalDetail(RenewalPage, Scoped, DetailView):
    model = Renewal
    needs = Power.ASK_RENEWAL
    template_name = "orgs/renewal.html"

    def get_object(self, queryset=None):
        return self.renewal

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            renewal=self.renewal,
            organization=self.renewal.organization,
            timeline=timeline(self.renewal, timezone.now()),
            history=steps_of(self.renewal),
            elected=[
                {**person, "duty": PARTY_DUTIES.label(person["duty"])}
                for person in self.renewal.draft.get("elected", ())
            ],
            open_steps=self.open_steps(),
            **kwargs,
        )


class TakeStep(Finds, RenewalPage, FormPage):
    """One step of the table, with its document, reason or counts."""

    needs = Power.ASK_RENEWAL
    template_name = "orgs/renewal_step.html"

    @property
    def proof(self):
        """审批通过 makes the elected 书记 and 副书记 administrators. Source: security.md 24."""
        return self.kwargs["verb"] == "confirm"

    @property
    def is_election(self):
        return self.step().verb == "elect"

    def get_form_class(self):
        return ElectionForm if self.is_election else StepForm

    def get_initial(self):
        initial = {"version": self.renewal.version}
        if self.is_election:
            initial |= {"years": default_years(self.renewal.organization), **_counts(self.renewal.draft)}
        return initial

    @cached_property
    def elected(self):
        """A row for each of the elected: as sent, or as put down before."""
        rows = formset_factory(ElectedForm, extra=ELECTED_ROWS, max_num=ELECTED_ROWS)
        is_sent = self.request.method == "POST"
        return rows(
            self.request.POST if is_sent else None,
            prefix="elected",
            initial=None if is_sent else self.renewal.draft.get("elected"),
            form_kwargs={"pool": electable(self.renewal.organization)},
        )

    def parts(self, form):
        return [form, *self.elected.forms] if self.is_election else [form]

    def form_valid(self, form):
        if self.is_election and not self.elected.is_valid():
            return self.form_invalid(form)
        return super().form_valid(form)

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        form.also_sent = tuple(name for name in self.request.POST if name.startswith("elected-"))
        if not self.is_election:
            form.speak_of(self.step())
        return form

    def act(self, form):
        facts = dict(form.cleaned_data)
        version, reason = facts.pop("version"), facts.pop("reason", "")
        if self.is_election:
            facts["elected"] = self._people()
        return renewals.advance(
            self.renewal, self.step().verb, by=self.request.role, version=version, reason=reason, **facts
        )

    def _people(self):
        filled = [row.cleaned_data for row in self.elected.forms if row.cleaned_data.get("member")]
        return [
            {"member": row["member"].pk, "name": row["member"].name, "duty": row["duty"], "votes": row["votes"]}
            for row in filled
        ]

    def location(self, result):
        say(self.request, f"{result.get_kind_display()}：{result.get_state_display()}")
        if result.term is not None:
            for post in Post.objects.of(result.organization).current().select_related("member", "term__organization"):
                warn_of_seniority(self.request, post)
        return reverse("orgs:renewal", args=[result.pk])

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            renewal=self.renewal,
            organization=self.renewal.organization,
            step=self.step(),
            elected=self.elected if self.is_election else None,
            **kwargs,
        )


def _counts(draft):
    return {name: value for name, value in draft.items() if name != "elected"}
