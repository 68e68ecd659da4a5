"""The figures and names at the head of the portal. Source: screens.md 3.1."""

from dataclasses import dataclass

from django.urls import reverse

from members.codes import PersonCategory
from members.services.posts import Leaders, leadership
from orgs.figures import Figures, figures
from orgs.models import Organization


@dataclass(frozen=True, slots=True)
class Head:
    """What stands over every first page: who leads the organisation, and how many it holds, subtree included."""

    organization: Organization
    parent_name: str
    leaders: Leaders
    figures: Figures

    @property
    def members(self) -> tuple[tuple[str, int, str], ...]:
        """(label, number, address of the list that shows just these)."""
        listed = reverse("eforefront:members")
        return (
            ("正式党员", self.figures.full, f"{listed}?category={PersonCategory.FULL}"),
            ("预备党员", self.figures.probationary, f"{listed}?category={PersonCategory.PROBATIONARY}"),
            ("总计", self.figures.members, listed),
        )

    @property
    def organizations(self) -> tuple[tuple[str, int], ...]:
        """组织隶属关系: (label, number), the organisation itself included."""
        figures = self.figures
        return (("党委", figures.committees), ("党总支", figures.general_branches), ("党支部", figures.branches))


def head(role) -> Head:
    """Return the head for the organisation of an acting role: three statements at any size of the tree."""
    organization = role.organization
    parent = organization.parent
    return Head(
        organization=organization,
        parent_name=parent.full_name if parent is not None else "",
        leaders=leadership([organization.pk]).get(organization.pk, Leaders()),
        figures=figures([organization.pk])[organization.pk],
    )
