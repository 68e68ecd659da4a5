"""One look at every page by each reader: nothing changes, nothing foreign is seen, headers, keys and links are sound,
and no page asks more statements than its twelve.

Source: security.md 25, 26, 43, 57. Each page is asked for once; that a reader gets it at all is test_relations.py's.
"""

import contextlib
import re
from html.parser import HTMLParser
from io import BytesIO
from urllib.parse import urljoin, urlsplit
from zipfile import ZipFile

import pytest
from django.apps import apps
from django.db import connection
from django.urls import resolve, reverse

from members.tests.factories import MemberFactory
from orgs.tests.factories import OrganizationFactory
from partyplatform.audit.models import ChainHead, Record
from partyplatform.excel import read_book
from partyplatform.tests.kept import kept
from tests.browser.walking import kind_of
from tests.objects import Objects
from tests.permissions import TABLE
from tests.relations import BELOW, BESIDE, COUSIN, GET, OTHER_TREE, OWN, ROWS
from tests.test_relations import ORGANISATIONS, READERS, places_of_row, relation
from tests.world import build, user_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("walking")]

NOT_KEPT = {"sessions.session", Record._meta.label_lower, ChainHead._meta.label_lower}
NOT_READ = {"orgs:import_template", "ui:style_guide", "accounts:login", "ui:faq", "ui:manual"}
ALIKE = {"sibling", "foreign"}  # stand as "own" and "upper" do
LESS = "stranger"  # stands at the top of a tree as "top" does: every second page
MOST_STATEMENTS = 12
# Asking more before somebody acts: every guard of a revocation, both records of a merger, every rule of a report.
ASKING_MORE = {"orgs:dissolve", "orgs:selection", "members:merge", "statistics:checks"}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
POLICY = ("object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "default-src 'none'")
FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL)
# What a repetition cannot do twice: logging in and out, the same choice again, a search, a proof.
REPEATABLE = re.compile(
    r'action="/(logout|text-size|stay|role/switch|prove)/"|role="search"|class="(card login|filters|card query)"'
)


@kept
def populated():
    """The world with a member of a telling name, a term, a renewal and a scan in every organisation."""
    world = build()
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


def stored():
    """Return every row of every table but those that note who came: sessions and the audit."""
    models = (model for model in apps.get_models() if model._meta.label_lower not in NOT_KEPT)
    return {model._meta.db_table: list(model._base_manager.order_by("pk").values()) for model in models}


def foreign_words(world, reader):
    """Return what only stands on pages of those who may see it: names and codes of whatever is out of reach."""
    mine = getattr(world, READERS[reader][0])
    places = {place: relation(world, mine, getattr(world, place)) for place in ORGANISATIONS}
    hidden = [place for place, found in places.items() if found in (BESIDE, COUSIN, OTHER_TREE)]
    hidden += ["far"] if reader != "stranger" else []
    words = {getattr(getattr(world, place), field) for place in hidden for field in ("short_name", "code")}
    return words | {world.people[place].name for place in hidden if place in world.people}


def text_of(answer):
    """Return what a reader gets to read: the page, every cell of the workbook, the names of the files in an archive; of
    a picture or paper nothing."""
    if answer.headers["Content-Type"].split("/")[0] == "image" or answer.headers["Content-Type"] == "application/pdf":
        return ""
    if not answer.streaming and b"spreadsheetml" not in answer.headers["Content-Type"].encode():
        return answer.content.decode()
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if not content.startswith(b"PK"):
        return ""
    if answer.headers["Content-Type"] == "application/zip":
        return "\n".join(ZipFile(BytesIO(content)).namelist())
    book = read_book(BytesIO(content))
    return "\n".join(cell.text for sheet in book.sheets for line in sheet.lines for cell in line.cells)


def addresses(world, reader):
    """Return every address of lists, details, exports, searches and suggestions, with and without an object."""
    found = [
        reverse(name)
        for name, arguments, method, _ in TABLE
        if method == GET and not arguments and name not in NOT_READ
    ]
    at = READERS[reader][0]
    reached = {p for p in ORGANISATIONS if relation(world, getattr(world, at), getattr(world, p)) in (OWN, BELOW)}
    for number, (name, kind, method, *_) in enumerate(ROWS):
        places = sorted(reached.intersection(places_of_row(world, reader, number))) if method == GET else ()
        if places:  # the reader's own organisation or one below it, another one from row to row
            arguments, query, _ = Objects(world, places[number % len(places)]).arguments(kind)
            found.append(reverse(name, args=arguments, query=query or None))
    for typed in ("支部", "党", "示"):
        found += [
            reverse("orgs:list", query={"q": typed}),
            reverse("orgs:list", query={"everything": "1", "short_name": typed}),
        ]
    return found


def faults_of(answer):
    """Return what is missing from or wrong with the headers of an answer."""
    policy = answer.headers["Content-Security-Policy"]
    faults = [name for name, value in HEADERS.items() if answer.headers.get(name) != value]
    if not policy.startswith("sandbox"):
        faults += [part for part in POLICY if part not in policy]
        faults += [] if re.search(r"'nonce-[\w-]{22}'", policy) else ["no nonce"]
    return faults + [word for word in ("unsafe-", "*", "http:", "data:") if word in policy]


def forms_of(answer):
    """Return (attributes, inside) of the forms of a page that act."""
    if answer.streaming or "text/html" not in answer.headers.get("Content-Type", ""):
        return []
    found = FORM.findall(answer.text)
    return [form for form in found if 'method="post"' in form[0] and not REPEATABLE.search(form[0])]


@contextlib.contextmanager
def statements():
    """The statements asked meanwhile, without savepoints."""
    asked = []

    def note(execute, sql, params, many, context):
        if "SAVEPOINT" not in sql:
            asked.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield asked


class Links(HTMLParser):
    """The addresses of this host a page links to, in order, without fragments."""

    def __init__(self, answer):
        super().__init__()
        self.found, self.base = [], answer.request["PATH_INFO"]
        if not answer.streaming and "text/html" in answer.headers.get("Content-Type", ""):
            self.feed(answer.text)

    def handle_starttag(self, tag, attrs):
        address = urlsplit(urljoin(self.base, dict(attrs).get("href") or ""))
        if tag == "a" and not address.netloc and address.path.startswith("/") and "href" in dict(attrs):
            self.found.append(address._replace(fragment="").geturl())


@pytest.mark.looks
@pytest.mark.parametrize("reader", [reader for reader in READERS if reader not in ALIKE])
def test_a_look_changes_nothing_shows_nothing_foreign_and_is_guarded(client, populated, reader):
    client.force_login(user_of(populated, reader))
    words, pages = foreign_words(populated, reader), addresses(populated, reader)
    pages = pages[::2] if reader == LESS else pages
    assert words
    seen, acting, nonces, before = 0, 0, [], stored()
    links, opened = {}, set()
    for address in pages:
        with statements() as asked:
            answer = client.get(address)
        name = resolve(urlsplit(address).path).view_name
        assert len(asked) <= MOST_STATEMENTS or answer.streaming or name in ASKING_MORE, f"{address}: {len(asked)}"
        assert faults_of(answer) == [], address
        nonces += re.findall(r"'nonce-([\w-]+)'", answer.headers["Content-Security-Policy"])
        forms = forms_of(answer)
        acting += len(forms)
        for attributes, inside in forms:
            assert re.search(r'name="form_key" value="[\w-]{22}"', inside), f"{address}: {attributes}"
            assert 'name="csrfmiddlewaretoken"' in inside, address
        if answer.status_code == 200:
            seen += 1
            opened.add(kind_of(address, ""))
            links.update((kind_of(link, address), (link, address)) for link in Links(answer).found)
            text = text_of(answer)
            assert {word for word in words if word in text} == set(), address
            assert 'href=""' not in text, address
    for link, place in (link for kind, link in links.items() if kind not in opened):
        assert client.get(link, follow=True).status_code == 200, f"{link} on {place}"
    after = stored()
    assert {table: rows for table, rows in after.items() if rows != before[table]} == {}
    assert seen >= (5 if reader == "member" else 20)
    assert len(nonces) == len(set(nonces)) > 20
    assert acting > (20 if reader == "top" else 0)


@pytest.mark.looks
def test_to_ask_for_the_head_of_a_page_changes_nothing_either(client, populated):
    """A view answers HEAD by what answers GET: one page of each app says so."""
    client.force_login(user_of(populated, "top"))
    pages = {address.split("/")[1:3][-1]: address for address in addresses(populated, "top")}
    before = stored()
    for address in pages.values():
        assert client.head(address).status_code == client.get(address).status_code
    assert stored() == before


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
