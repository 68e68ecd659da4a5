"""Objects of every relation, asked for by every reader. Source: security.md 31, 32, 43."""

import pytest
from django.db import connection, transaction
from django.urls import get_resolver, reverse

from partyplatform.tests.kept import kept
from tests.objects import Objects
from tests.relations import (
    ABOVE,
    BELOW,
    BESIDE,
    CODES,
    COUSIN,
    OTHER_TREE,
    OWN,
    OWNED,
    POST,
    REACHED,
    REVOKED,
    ROWS,
)
from tests.world import ACTORS, build, user_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("walking")]

ORGANISATIONS = ("root", "college", "staff", "students", "closed", "other", "artists", "elsewhere")
IN_REACH = {OWN, BELOW, REVOKED}
READERS = {name: (organization, kind[0].upper()) for name, organization, kind in ACTORS} | {"member": ("staff", "M")}


@kept
def world():
    return build()


def relation(world, mine, theirs):
    """Say how an organisation stands to the reader's own."""
    parents, node = [], theirs
    while node.parent_id:
        node = next(getattr(world, name) for name in ORGANISATIONS if getattr(world, name).pk == node.parent_id)
        parents.append(node.pk)
    if mine.pk == theirs.pk:
        return OWN
    if mine.pk in parents:
        return BELOW if theirs.dissolved_on is None else REVOKED
    if mine.tree_id != theirs.tree_id:
        return OTHER_TREE
    if mine.parent_id == theirs.parent_id:
        return BESIDE
    return ABOVE if mine.lft > theirs.lft and mine.rght < theirs.rght else COUSIN


def expected(world, reader, place, *, who, family, reached, exceptions):
    """Return the status of one cell."""
    at, kind = READERS[reader]
    if kind not in who:
        return 403
    found = relation(world, getattr(world, at), getattr(world, place))
    for key in (f"{reader} {place}", place):
        if key in exceptions and found in {OWN, *REACHED[family]}:
            return exceptions[key]
    if found in REACHED[family] or (found == OWN and getattr(world, at).parent_id is None):
        return reached
    return 403 if found == OWN else 404


def places_of_row(world, reader, number):
    """The reader's own organisation, one below it and one out of reach, each time another one and of another relation:
    the same statement draws the line. Whoever lacks the power is refused before anything is looked up, and asks once.
    """
    mine = getattr(world, READERS[reader][0])
    alike = {}
    for place in ORGANISATIONS:
        alike.setdefault(relation(world, mine, getattr(world, place)), []).append(place)
    kinds = ([OWN], [BELOW, REVOKED], [found for found in alike if found not in IN_REACH])
    turn = number // 4  # every fourth row in a line is this reader's here
    chosen = [there[turn % len(there)] for kind in kinds if (there := [found for found in kind if found in alike])]
    found = [places[turn // 4 % len(places)] for places in map(alike.get, chosen)]
    return found if READERS[reader][1] in ROWS[number][3] else [found[turn % len(found)]]


TURNS = {"upper": 0, "foreign": 1, "own": 0, "sibling": 1, "stranger": 1}  # stand in for their kind of role, row by row


def is_in_turn(reader, number):
    """Of two readers with the same role in different places one asks, the one at the top each time; for what is theirs
    alone, the other one too."""
    return TURNS.get(reader, number // 2 % 2) == number // 2 % 2


def is_asked_here(reader, number):
    """Every second row for each reader on SQLite, the others on PostgreSQL: what draws the line is the same statement,
    and a whole run asks for every cell once."""
    return (number + list(READERS).index(reader) + (connection.vendor == "postgresql")) % 2 == 0


def named_in(reader, exceptions):
    """The organisations for which a row has an answer of their own."""
    places = (key.removeprefix(f"{reader} ") for key in exceptions)
    return {place for place in places if place in ORGANISATIONS}


@pytest.mark.parametrize("reader", READERS)
def test_each_reader_reaches_what_the_relation_allows(client, world, reader):
    wrong = {}
    objects = {place: Objects(world, place) for place in ORGANISATIONS}
    client.force_login(user_of(world, reader))
    for number, (name, kind, method, who, family, reached, exceptions) in enumerate(ROWS):
        places = {*named_in(reader, exceptions)}
        if is_in_turn(reader, number):
            places.update(places_of_row(world, reader, number))
        for place in places if is_asked_here(reader, number) else ():
            arguments, query, body = objects[place].arguments(kind)
            address = reverse(name, args=arguments, query=query or None)
            with transaction.atomic():
                got = (client.post(address, body) if method == POST else client.get(address)).status_code
                transaction.set_rollback(True)
            wanted = expected(world, reader, place, who=who, family=family, reached=reached, exceptions=exceptions)
            if got != wanted:
                wrong[f"{method} {name} {place}"] = f"{got} instead of {wanted}"
    assert wrong == {}


def test_every_address_that_names_an_object_is_asked_for_it():
    """In rows of relations: a line of the smaller table, whose readers meet one object only, is not enough."""
    named = {
        f"{namespace}:{name}"
        for namespace, (_, resolver) in get_resolver().namespace_dict.items()
        for name in resolver.reverse_dict
        if isinstance(name, str) and any(way[0][0][1] for way in resolver.reverse_dict.getlist(name))
    }
    here = {row[0] for row in ROWS if not row[1].startswith(("?", "ids"))}
    assert named - here - OWNED - CODES == set()
    assert (here | OWNED | CODES) - named == set()


def test_the_table_asks_for_every_relation_with_every_kind_of_role(world):
    asked = {
        (kind, relation(world, getattr(world, at), getattr(world, place)))
        for at, kind in READERS.values()
        for place in ORGANISATIONS
    }
    everywhere = {OWN, ABOVE, BESIDE, COUSIN, OTHER_TREE}
    assert {found for kind, found in asked if kind == "C"} == {OWN, BELOW, REVOKED, OTHER_TREE}
    assert {found for kind, found in asked if kind == "D"} == everywhere | {BELOW, REVOKED}
    assert {found for kind, found in asked if kind == "B"} == everywhere


def test_no_part_of_the_table_is_left_out(world):
    asked = sum(
        len(places_of_row(world, reader, number))
        for reader in READERS
        for number in range(len(ROWS))
        if is_in_turn(reader, number)
    )
    assert asked > 3_300
