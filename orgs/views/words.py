"""What the pages of organisations say after an act, and whom they turn away."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied

from orgs import rules
from partyplatform.ui.views import NO_POWER


def say(request, text):
    """Leave a sentence for the next page."""
    messages.success(request, text)


def warn_of_founding(request, organization):
    """Remind of a founding date that precedes the parent's; it is stored all the same. Source: screens.md 2.3."""
    if warning := rules.founding_warning(organization.founded_on, organization.parent):
        messages.warning(request, warning)


def require_power(role, power):
    """Raise PermissionDenied with the sentence that explains it, for a page that some may only read."""
    if not role.can(power):
        raise PermissionDenied(NO_POWER.format(role=role.label))
