"""What every page about one applicant shares."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property

from accounts.powers import Power
from eforefront.development.states import Deed
from eforefront.development.steps import STEPS, Actor
from eforefront.models import Applicant, DevelopmentRecord
from eforefront.services.development.stepping import overtaken
from partyplatform.ui.form_keys import led_to
from partyplatform.ui.views import FormPage

NOT_OURS = "由“{name}”办理，当前角色只能查看。"


@contextmanager
def sponsors_at(field: str) -> Iterator[None]:
    """Let a form of two lists say at the first one what is wrong with those named."""
    try:
        yield
    except ValidationError as refusal:
        if "sponsors" not in getattr(refusal, "error_dict", {}):
            raise
        raise ValidationError({field: refusal.messages}) from None


class OfApplicant:
    """The applicant of the address: of a branch in reach."""

    @cached_property
    def applicant(self):
        related = ("organization", "holder", "member__user", "member__profile")
        rows = Applicant.objects.visible_to(self.request.role).select_related(*related)
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    @cached_property
    def step(self):
        return STEPS[self.applicant.step]

    @property
    def address(self):
        return self.applicant.get_absolute_url()

    @property
    def keeps(self):
        """Whether the role looks after the applicant: the own branch."""
        role = self.request.role
        return role.can(Power.KEEP_DEVELOPMENT) and self.applicant.organization_id == role.organization_id

    @property
    def holds(self):
        """Whether the open step waits for the role."""
        role = self.request.role
        needed = Power.KEEP_DEVELOPMENT if self.step.actor is Actor.BRANCH else Power.DECIDE_DEVELOPMENT
        return role.can(needed) and self.applicant.is_open and self.applicant.holder_id == role.organization_id

    def refuse_strangers(self):
        """Raise Http404 for one out of reach, PermissionDenied for that of another branch."""
        if not self.keeps:
            raise PermissionDenied(NOT_OURS.format(name=self.applicant.organization.short_name))

    def refuse_others(self):
        """Raise PermissionDenied unless the open step waits for the role."""
        if not self.holds:
            holder = self.applicant.holder or self.applicant.organization
            raise PermissionDenied(NOT_OURS.format(name=holder.short_name))

    def get_context_data(self, **kwargs):
        return super().get_context_data(applicant=self.applicant, step=self.step, back=self.address, **kwargs)


class OfOpenStep(OfApplicant):
    """A form about the open step, put before the form page: a repeat, an overtaken form, somebody else's step."""

    def post(self, request, *args, **kwargs):
        if location := led_to(request):
            return HttpResponseRedirect(location)
        self.refuse_overtaken()
        self.refuse_others()
        return super().post(request, *args, **kwargs)

    def refuse_overtaken(self):
        """Raise `Stale` for a form that was made before the last act, whatever it asks and whoever holds it now."""
        if self.request.POST.get("version", "") not in ("", f"{self.applicant.version}"):
            raise overtaken(self.applicant)

    @property
    def has_acted(self):
        """Whether the role's organisation recorded, reviewed or sent back a step: it may have been overtaken here."""
        rows = DevelopmentRecord.objects.of(self.applicant).filter(organization=self.request.role.organization_id)
        return rows.filter(deed__in=(Deed.STEP, Deed.REVIEW, Deed.RETURN)).exists()


class OfOwnApplicant(OfApplicant, FormPage):
    """A page of the branch itself."""

    needs = Power.KEEP_DEVELOPMENT
    template_name = "eforefront/development/act.html"
    title = ""

    def check_target(self):
        self.refuse_strangers()

    def get_initial(self):
        return {"version": self.applicant.version}

    def get_context_data(self, **kwargs):
        return super().get_context_data(title=self.title, **kwargs)
