"""Who holds a step: the branch, or the organisations above it one after another, the last of which decides.

备案 of 积极分子 and 发展对象 ends with the nearest 党委; 预审, 谈话 and 审批 end with the nearest one that may approve,
and whoever stands between only reviews and passes on (workflows.md 4.4).
"""

from eforefront.development.steps import STEPS, Actor, Step
from orgs.codes import COMMITTEES
from orgs.models import Organization


def chain(step: Step, branch: Organization) -> list[Organization]:
    """Return the organisations that act on a step, in order; [] where nobody above may decide it."""
    if step.actor is Actor.BRANCH:
        return [branch]
    found: list[Organization] = []
    for organization in reversed(list(Organization.objects.living().above(branch.pk))):  # from the nearest up
        found.append(organization)
        if _decides(step, organization):
            return found[-1:] if step.direct else found
    return []


def holder_of(number: str, branch: Organization, *, after: Organization | None = None) -> Organization | None:
    """Return who holds a step of the branch first, or next after an organisation that passed it on."""
    acting = chain(STEPS[number], branch)
    if after is None:
        return acting[0] if acting else None
    places = [organization.pk for organization in acting]
    nearer = places.index(after.pk) + 1 if after.pk in places else 0
    return acting[nearer] if nearer < len(acting) else None


def is_last(step: Step, organization: Organization) -> bool:
    """Whether an organisation that holds a step decides it; else it reviews and passes it on."""
    return step.actor is Actor.BRANCH or _decides(step, organization)


def _decides(step: Step, organization: Organization) -> bool:
    if step.actor is Actor.APPROVING:
        return organization.may_approve
    return organization.org_type in COMMITTEES
