"""Objects of every relation, asked for by every reader; nothing foreign on any page. Source: security.md 31, 32, 43."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import get_resolver, reverse

from members.models import Member, Post
from members.tests.factories import MemberFactory
from orgs.models import Attachment, Renewal
from orgs.tests.factories import OrganizationFactory, TermFactory
from partyplatform import audit, uploads
from partyplatform.excel import read_book
from tests.permissions import COLUMNS, TABLE
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

pytestmark = pytest.mark.django_db

ORGANISATIONS = ("root", "college", "staff", "students", "closed", "other", "artists", "elsewhere")
READERS = {name: (organization, kind[0].upper()) for name, organization, kind in ACTORS} | {"member": ("staff", "M")}


@pytest.fixture
def world(db):
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


class Objects:
    """Makes what a row speaks of, in one organisation."""

    def __init__(self, world, place):
        self.world, self.place = world, getattr(world, place)

    def term(self):
        found = self.place.terms.filter(is_current=True).first()
        return found or TermFactory(organization=self.place, number=1)

    def arguments(self, kind):
        """Return (arguments of the address, query, body)."""
        place = self.place.pk
        if kind.startswith("?"):
            return (), {kind[1:]: place}, {}
        if kind == "ids":
            return (), {}, {"ids": place}
        if kind == "led":
            self.term()
            kind = "org"
        if kind in ("reply", "withdraw"):
            return (self.renewal().pk, kind), {}, {}
        made = {
            "org": lambda: (place,),
            "term": lambda: (place, self.term().pk),
            "post": lambda: (place, self.post().pk),
            "renewal": lambda: (self.renewal().pk,),
            "attachment": lambda: (self.attachment().uid,),
            "member": lambda: (self.member().pk,),
            "number": lambda: ("info", "member-id-number", self.member().uid),
            "record": lambda: (audit.alarm(audit.SYSTEM, "test.alarm", organization=self.place).record.pk,),
            "alarm": lambda: (audit.alarm(audit.SYSTEM, "test.alarm", organization=self.place).pk,),
        }
        return made[kind](), {}, {}

    def member(self):
        return Member.objects.filter(organization=self.place).first() or MemberFactory(organization=self.place)

    def renewal(self):
        found = Renewal.objects.filter(organization=self.place).first()
        return found or Renewal.objects.create(organization=self.place, kind="election", seats=1, asked_by="示例")

    def post(self):
        member, term = Member.objects.filter(organization=self.world.staff).first(), self.term()
        found = Post.objects.filter(term=term).first()
        return found or Post.objects.create(term=term, member=member, duty="001A", started_on=term.elected_on)

    def attachment(self):
        found = Attachment.objects.filter(organization=self.place).first()
        if found is not None:
            return found
        stored = uploads.store(SimpleUploadedFile("批复.pdf", b"%PDF-1.4\n%%EOF\n", "application/pdf"))
        return Attachment.objects.create(
            organization=self.place,
            stored_name=stored.name,
            original_name=stored.original_name,
            content_type=stored.content_type,
            size=stored.size,
            sha256=stored.sha256,
        )


@pytest.mark.parametrize("reader", READERS)
def test_each_reader_reaches_what_the_relation_allows(client, world, reader):
    wrong = {}
    objects = {place: Objects(world, place) for place in ORGANISATIONS}
    client.force_login(user_of(world, reader))
    for name, kind, method, who, family, reached, exceptions in ROWS:
        for place in ORGANISATIONS:
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
    """In rows of relations, or in a row of the smaller table where at least strangers are turned away."""
    named = {
        f"{namespace}:{name}"
        for namespace, (_, resolver) in get_resolver().namespace_dict.items()
        for name in resolver.reverse_dict
        if isinstance(name, str) and any(way[0][0][1] for way in resolver.reverse_dict.getlist(name))
    }
    here = {row[0] for row in ROWS if "?" not in row[1] and row[1] != "ids"}
    smaller = {name for name, _, _, answers in TABLE if answers[COLUMNS.index("stranger")] == 404}
    assert named - here - smaller - OWNED - CODES == set()
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
    assert len(ROWS) * len(READERS) * len(ORGANISATIONS) >= 3000  # cells


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
    """Return what a reader gets to read: the page, or every cell of the workbook."""
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
    for name, kind, method, *_ in ROWS:
        for place in reached if method == GET else ():
            arguments, query, _ = Objects(world, place).arguments(kind)
            yield reverse(name, args=arguments, query=query or None)
    for typed in ("支部", "党", "示"):
        yield reverse("orgs:list", query={"q": typed})
        yield reverse("orgs:list", query={"everything": "1", "short_name": typed})


NOT_READ = {"orgs:import_template", "ui:style_guide", "accounts:login", "ui:faq", "ui:manual"}


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
