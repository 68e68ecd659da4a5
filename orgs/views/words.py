"""What the pages of organisations say after an act, and whom they turn away."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied

from members.rules import seniority_warning
from orgs import rules
from partyplatform.ui.views import NO_POWER


def say(request, text):
    """Leave a sentence for the next page."""
    messages.success(request, text)


def warn_of_founding(request, organization):
    """Remind of a founding date that precedes the parent's; it is stored all the same. Source: screens.md 2.3."""
    if warning := rules.founding_warning(organization.founded_on, organization.parent):
        messages.warning(request, warning)


def warn_of_units(request, organization):
    """Remind of a 联合党支部 with many units; it is stored all the same. Source: workflows.md 2.5."""
    if warning := rules.joint_warning(organization):
        messages.warning(request, warning)


def warn_of_seniority(request, post):
    """Remind of a 书记 who has been a full member for less than a year. Source: workflows.md 6."""
    if warning := seniority_warning(post):
        messages.warning(request, warning)


def require_power(role, power):
    """Raise PermissionDenied with the sentence that explains it, for a page that some may only read."""
    if not role.can(power):
        raise PermissionDenied(NO_POWER.format(role=role.label))
