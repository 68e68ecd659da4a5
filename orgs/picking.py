"""Choosing an organisation in the tree beside a page: the address says which, and which nodes are open."""

from collections.abc import Mapping
from dataclasses import dataclass

from orgs import browsing
from orgs.browsing import Tree
from orgs.models import Organization
from partyplatform.audit import ActingRole
from partyplatform.ui.texts import is_number, keyword

MOST_OPEN = 50


@dataclass(frozen=True, slots=True)
class Pick:
    """The tree of a role's reach, and the way in it down to the organisation the page is about."""

    chain: list[Organization]
    tree: Tree

    @property
    def current(self) -> Organization:
        return self.chain[-1]


def pick(role: ActingRole, query: Mapping[str, str], *, base: str, otherwise: int | None = None) -> Pick:
    """Return what `org`, `open`, `fold` and `q` of an address choose; `otherwise` is chosen where `org` is not given.

    Without both it is the role's own organisation. Raises Organization.DoesNotExist for one out of reach.
    """
    asked = query.get("org", "")
    chain = way(role, number(asked) if asked else otherwise or role.organization_id)
    top, current = chain[0], chain[-1]
    if typed := keyword(query):
        return Pick(chain, browsing.link(browsing.search(top, current=current, keyword=typed), base=base))
    opened = [number(part) for part in query.get("open", "").split(",")[:MOST_OPEN] if part]
    folded = number(query.get("fold", ""))
    found = browsing.browse(top, current=current, open_ids=opened, folded=folded, way=[org.pk for org in chain])
    return Pick(chain, browsing.link(found, base=base))


def way(role: ActingRole, pk: int | None) -> list[Organization]:
    """Return the organisations from the role's own down to this one; DoesNotExist when that is out of reach."""
    chain = list(Organization.objects.visible_to(role).above(pk or 0, include_self=True))
    if not chain or chain[-1].pk != pk:
        raise Organization.DoesNotExist
    return chain


def number(text: str) -> int:
    """Return the id an address names, 0 (nobody's) for anything else."""
    return int(text) if is_number(text, digits=18) else 0
