"""Following links, so that a page nobody thought of is looked at too."""

import html
import re
from urllib.parse import parse_qs, urljoin, urlsplit

from django.urls import Resolver404, resolve
from playwright.sync_api import Error

LINK = re.compile(r'<a\b[^>]*?\shref="([^"#]*)')


def walk(page, start, *, is_opened):
    """Ask for every page that links lead to from `start`, each kind once; yield path, HTML, and whether it is open.

    Pages are of one kind when the same pattern of urls.py answers them with the same `tab`: a list in another order
    looks the same. `is_opened(kind)` says whether the browser is to open a page of a kind, or only to ask for it, which
    is a tenth of the work. A link that leads nowhere or to an error raises AssertionError with both ends named.
    """
    waiting, seen = [(start, "")], set()
    while waiting:
        path, found_on = waiting.pop(0)
        kind = page_kind(path, found_on)
        if kind in seen:
            continue
        seen.add(kind)
        opened = is_opened(kind)
        answer = _opened(page, path) if opened else page.context.request.get(path)
        assert answer.ok, f"{answer.status} {path}, linked from {found_on}"
        if not is_page(answer):
            continue
        source = answer.text()
        yield path, source, opened
        waiting += [(link, path) for link in links(source, answer.url)]


def _opened(page, path):
    """Open a page and return its answer, also that of a file, which the browser saves instead."""
    answers = []

    def note(answer):
        answers.append(answer)

    page.on("response", note)
    try:
        return page.goto(path)
    except Error as error:
        if "Download is starting" not in error.message:
            raise
        return answers[-1]
    finally:
        page.remove_listener("response", note)


def is_page(answer):
    """Say whether an answer is a page, not a file."""
    kept = "attachment" in answer.headers.get("content-disposition", "")
    return "text/html" in answer.headers["content-type"] and not kept


def links(source, address):
    """The addresses of its own host a page links to, in order, without fragments."""
    origin = "{0.scheme}://{0.netloc}/".format(urlsplit(address))
    found = dict.fromkeys(urljoin(address, html.unescape(link)) for link in LINK.findall(source))
    return ["/" + link.removeprefix(origin) for link in found if link.startswith(origin)]


def page_kind(path, found_on=""):
    """Return what addresses of pages that look alike have in common: the pattern of urls.py, the `tab`."""
    route, _, tab = kind_of(path, found_on)
    return route, tab


def kind_of(path, found_on):
    """Return what addresses of one kind have in common: the pattern of urls.py, the names of the query, the `tab`."""
    address = urlsplit(path)
    if address.path.startswith("/static/"):
        return address.path, (), ()
    try:
        route = resolve(address.path).route
    except Resolver404:
        raise AssertionError(f"no page at {path}, linked from {found_on}") from None
    names = parse_qs(address.query)
    return route, tuple(sorted(names)), tuple(names.get("tab", ()))
