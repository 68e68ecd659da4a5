"""Objects of every relation, asked for by every reader; nothing foreign on any page. Source: security.md 31, 32, 43."""

from io import BytesIO

import pytest
from django.db import connection, transaction
from django.urls import get_resolver, reverse

from members.tests.factories import MemberFactory
from orgs.tests.factories import OrganizationFactory
from partyplatform.excel import read_book
from partyplatform.tests.kept import kept
from tests.objects import Objects
from tests.permissions import TABLE
from tests.relations import (
    ABOVE,
    BELOW,
    BESIDE,
    CODES,
    COUSIN,
    GET,
    OTHER_TREE,
    OWN,
    OWNED,
    POST,
    REACHED,
    REVOKED,
    ROWS,
)
from tests.world import ACTORS, build, user_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("papers_at_once")]

ORGANISATIONS = ("root", "college", "staff", "students", "closed", "other", "artists", "elsewhere")
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
    """One organisation of each relation to the reader's own, another one from row to row: where two stand alike, the
    same statement draws the line. Places with an answer of their own are always asked for."""
    mine = getattr(world, READERS[reader][0])
    alike = {}
    for place in ORGANISATIONS:
        alike.setdefault(relation(world, mine, getattr(world, place)), []).append(place)
    return [places[number % len(places)] for places in alike.values()]


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
        places = {*places_of_row(world, reader, number), *named_in(reader, exceptions)}
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


def test_there_are_as_many_cells_as_the_development_page_says(world):
    asked = sum(len(places_of_row(world, reader, number)) for reader in READERS for number in range(len(ROWS)))
    assert asked > 5400


# ── nothing foreign on any page ─────────────────────────────────────────────────────────────────────────


@pytest.fixture
def populated(world):
    """The world with a member of a telling name, a term, a renewal and a scan in every organisation."""
    world.far = OrganizationFactory(parent=world.elsewhere, short_name="远方支部")
    world.change.delete()
    world.people = {}
    for number, place in enumerate((*ORGANISATIONS, "far")):
        branch = getattr(world, place)
        if branch.is_branch and branch.is_living:
            world.people[place] = MemberFactory(organization=branch, name=f"欧阳示{'甲乙丙丁戊己庚辛壬'[number]}")
        objects = Objects(world, place)
        objects.term()
        objects.renewal()
        objects.attachment()
    return world


def foreign_words(world, reader):
    """Return what only stands on pages of those who may see it: names and codes of whatever is out of reach."""
    mine = getattr(world, READERS[reader][0])
    places = {place: relation(world, mine, getattr(world, place)) for place in ORGANISATIONS}
    hidden = [place for place, found in places.items() if found in (BESIDE, COUSIN, OTHER_TREE)]
    hidden += ["far"] if reader != "stranger" else []
    words = {getattr(getattr(world, place), field) for place in hidden for field in ("short_name", "code")}
    return words | {world.people[place].name for place in hidden if place in world.people}


def text_of(answer):
    """Return what a reader gets to read: the page, or every cell of the workbook; of a picture or paper nothing."""
    if answer.headers["Content-Type"].split("/")[0] == "image" or answer.headers["Content-Type"] == "application/pdf":
        return ""
    if not answer.streaming and b"spreadsheetml" not in answer.headers["Content-Type"].encode():
        return answer.content.decode()
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if not content.startswith(b"PK"):
        return ""
    book = read_book(BytesIO(content))
    return "\n".join(cell.text for sheet in book.sheets for line in sheet.lines for cell in line.cells)


def addresses(world, reader):
    """Return every address of lists, details, exports, searches and suggestions, with and without objects."""
    for name, arguments, method, _ in TABLE:
        if method == GET and not arguments and name not in NOT_READ:
            yield reverse(name)
    at = READERS[reader][0]
    reached = [p for p in ORGANISATIONS if relation(world, getattr(world, at), getattr(world, p)) in (OWN, BELOW)]
    for number, (name, kind, method, *_) in enumerate(ROWS):
        for place in set(places_of_row(world, reader, number)) & set(reached) if method == GET else ():
            arguments, query, _ = Objects(world, place).arguments(kind)
            yield reverse(name, args=arguments, query=query or None)
    for typed in ("支部", "党", "示"):
        yield reverse("orgs:list", query={"q": typed})
        yield reverse("orgs:list", query={"everything": "1", "short_name": typed})


NOT_READ = {"orgs:import_template", "ui:style_guide", "accounts:login", "ui:faq", "ui:manual"}


@pytest.mark.looks
@pytest.mark.parametrize("reader", READERS)
def test_nothing_foreign_is_on_any_page(client, populated, reader):
    client.force_login(user_of(populated, reader))
    words, seen = foreign_words(populated, reader), 0
    assert words
    for address in addresses(populated, reader):
        with transaction.atomic():
            answer = client.get(address)
            if answer.status_code == 200:
                seen += 1
                text = text_of(answer)
                assert {word for word in words if word in text} == set(), address
            transaction.set_rollback(True)
    assert seen >= (5 if reader == "member" else 20)


@pytest.mark.parametrize("reader", READERS)
def test_searching_finds_nobody_foreign(client, populated, reader):
    client.force_login(user_of(populated, reader))
    hidden = {word for word in foreign_words(populated, reader) if word.startswith("欧阳")}
    for place in (
        reverse("eforefront:members"),
        reverse("members:list", args=[getattr(populated, READERS[reader][0]).pk]),
    ):
        answer = client.post(place, {"name": "欧阳"}, follow=True)
        assert answer.status_code == (403 if reader == "member" else 200)
        assert {word for word in hidden if word in answer.text} == set()
        if reader != "member" and READERS[reader][0] in populated.people:
            assert populated.people[READERS[reader][0]].name in answer.text
