"""Terms of every organisation that elects, and who holds its posts."""

import datetime
from collections import defaultdict
from collections.abc import Iterator, Sequence
from random import Random

from eforefront.demo import bulk
from eforefront.demo.people import Person, Roster
from eforefront.demo.words import words
from members.models import Post
from orgs.dates import add_months
from orgs.models import Organization, Term
from orgs.services.terms import last_day
from orgs.tenure import default_years

_DUTIES = ("001A", "001B", "030U", "031U", "034U", "099U", "099U", "099U", "099U")
_COMMITTEE_FROM = 7  # full members from which a branch has a committee
_TERM_FIELDS = words(
    "id organization number elected_on years ends_on method voters_due voters_present ballots_sent ballots_returned",
    "ballots_valid committee_size alternates result document is_current shifted_months shift_document version",
)
_POST_FIELDS = words("id term member duty appointment started_on ended_on document position portfolio version")


def install(rows: Sequence[Organization], known: dict[int, list[Person]], rng: Random, *, today: datetime.date) -> None:
    """Write one current term for each organisation, and its posts; `known` is what `candidates` returned."""
    terms = [_term(number, row, known[row.pk], rng, today) for number, row in enumerate(_electing(rows), 1)]
    bulk.load(Term, _TERM_FIELDS, [[getattr(term, _column(name)) for name in _TERM_FIELDS] for term in terms])
    bulk.load(Post, _POST_FIELDS, _posts(terms, known))
    bulk.take_numbers_from(Term, Post)


def candidates(rows: Sequence[Organization], roster: Roster) -> dict[int, list[Person]]:
    """Return up to nine full members of each organisation's subtree, those of its first branches first."""
    known: dict[int, list[Person]] = defaultdict(list, {pk: list(people) for pk, people in roster.items()})
    for row in reversed(rows):  # children before their parents
        if row.parent_id is not None:
            people = known[row.pk]
            above = known[row.parent_id]
            above[:0] = people[1:3] if row.is_branch else people[:2]  # a branch's first one leads the branch
            del above[len(_DUTIES) :]
    return known


def _electing(rows: Sequence[Organization]) -> Iterator[Organization]:
    return (row for row in rows if not row.is_temporary and not row.is_functional and row.is_living)


def _term(number: int, row: Organization, people: list[Person], rng: Random, today: datetime.date) -> Term:
    years = default_years(row)
    elected_on = add_months(today + datetime.timedelta(days=_days_left(rng, years)), -12 * years)
    voters = max(3, row.full_members if row.is_branch else rng.randint(40, 200))
    present = voters - int(voters * rng.uniform(0, 0.15))
    return Term(
        id=number,
        organization_id=row.pk,
        number=rng.randint(1, 9),
        elected_on=elected_on,
        years=years,
        ends_on=last_day(elected_on, years),
        method="1" if row.is_branch else "2",
        voters_due=voters,
        voters_present=present,
        ballots_sent=present,
        ballots_returned=present,
        ballots_valid=present,
        committee_size=len(_seats(row, people)),
        document=f"示组〔{elected_on.year}〕{rng.randint(1, 99)}号",
    )


def _days_left(rng: Random, years: int) -> int:
    """Some terms are overdue, some end within half a year, most later."""
    kind = rng.random()
    if kind < 0.03:
        return -rng.randint(1, 200)
    return rng.randint(1, 180) if kind < 0.1 else rng.randint(190, 365 * years - 30)


def _seats(row: Organization, people: list[Person]) -> list[Person]:
    if not row.is_branch:
        return people
    return people[:5] if row.full_members >= _COMMITTEE_FROM else people[:1]


def _posts(terms: Sequence[Term], known: dict[int, list[Person]]) -> Iterator[tuple]:
    number = 0
    for term in terms:
        seated = known[term.organization_id][: term.committee_size]
        for position, (person, duty) in enumerate(zip(seated, _DUTIES, strict=False), 1):
            number += 1
            yield number, term.pk, person[0], duty, "1", term.elected_on, None, term.document, position, "", 1


def _column(name: str) -> str:
    return Term._meta.get_field(name).attname
