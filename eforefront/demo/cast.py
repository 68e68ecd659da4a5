"""The people of the demonstration who can log in, and the roles they hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from accounts.codes import RoleKind, System, admin_kind
from eforefront.demo.people import Person, Roster
from orgs.codes import OrgType
from orgs.models import Organization


@dataclass(frozen=True)
class Actor:
    """Somebody with an account: a member of `branch` who administers `organizations`, the first one by default, or
    reads what was done in `audits`.

    `member` is the id of the member's record.
    """

    title: str
    member: int
    name: str
    branch: Organization
    organizations: tuple[Organization, ...] = ()
    audits: tuple[Organization, ...] = ()

    @property
    def organization(self) -> Organization:
        """The one the list of accounts names."""
        return (*self.organizations, *self.audits, self.branch)[0]

    @property
    def roles(self) -> list[tuple[Organization, RoleKind, System]]:
        """The roles beside that of 党员, which every account has."""
        administers = [(at, admin_kind(at.org_type), system) for at in self.organizations for system in System]
        return [*administers, *((at, RoleKind.AUDITOR, System.INFO) for at in self.audits)]


@dataclass(frozen=True)
class Cast:
    top: Actor
    general: Actor
    others: tuple[Actor, ...]
    newcomer: Actor

    @property
    def everybody(self) -> tuple[Actor, ...]:
        """Those who have been here before."""
        return (self.top, *self.others[:-3], self.general, *self.others[-3:])


def choose(rows: Sequence[Organization], roster: Roster, known: Mapping[int, list[Person]]) -> Cast:
    """Choose administrators of each level and an ordinary member, all of one line from the top down to a branch.

    The administrator of the general branch also administers a branch, so that 角色切换 has something to switch.
    The administrator of another branch below it has never logged in.
    """
    general = general_branch(rows)
    line = _line(general)
    branches = [row for row in rows if row.parent_id == general.pk and len(roster.get(row.pk, ())) > 3]
    first, second = branches[0], branches[len(branches) // 2]
    homes = {person[0]: row for row in rows if row.pk in roster for person in roster[row.pk]}
    chosen: set[int] = set()
    secretary = Actor("党总支管理员", *_another(roster[first.pk][1:], chosen), first, (general, first))
    branch = Actor("支部管理员", *_another(roster[second.pk], chosen), second, (second,))
    member = Actor("党员", *_another(roster[second.pk][::-1], chosen), second)
    newcomer = Actor("支部管理员", *_another(roster[branches[-1].pk], chosen), branches[-1], (branches[-1],))
    is_city = len(line) > 2
    titles = ("市委管理员", "区委管理员") if is_city else ("校党委管理员",)
    people = [_another(known[row.pk], chosen) for row in line[: len(titles)]]
    top, *districts = (
        Actor(title, *person, homes[person[0]], (row,))
        for title, person, row in zip(titles, people, line, strict=False)
    )
    auditor = Actor("审计员", *_another(roster[first.pk][::-1], chosen), first, audits=(top.organization,))
    return Cast(top, secretary, (*districts, branch, member, auditor), newcomer)


def _another(people: Sequence[Person], chosen: set[int]) -> Person:
    """Return the first who is not chosen yet: one person has one account."""
    person = next(person for person in people if person[0] not in chosen)
    chosen.add(person[0])
    return person


def general_branch(rows: Sequence[Organization]) -> Organization:
    """Return 信息学院党总支 of the university; of a city the first general branch."""
    generals = [row for row in rows if row.org_type == OrgType.GENERAL_BRANCH]
    return next((row for row in generals if row.short_name == "示大信息学院党总支"), generals[0])


def _line(organization: Organization) -> list[Organization]:
    """Return the organisation and its ancestors, from the top down."""
    above = _line(organization.parent) if organization.parent is not None else []
    return [*above, organization]
