"""Following links, so that a page nobody thought of is looked at too."""

from urllib.parse import parse_qs, urlsplit

from django.urls import Resolver404, resolve
from playwright.sync_api import Error


def walk(page, start):
    """Open every page that links lead to from `start`, each kind of page once; yield path and HTML while it is open.

    Pages are of one kind when the same pattern of urls.py answers them with the same `tab`: a list in another order
    looks the same. A link that leads nowhere or to an error raises AssertionError with both ends named. Downloads are
    asked for and not opened.
    """
    waiting, seen = [(start, "")], set()
    while waiting:
        path, found_on = waiting.pop(0)
        route, _, tab = kind_of(path, found_on)
        if (kind := (route, tab)) in seen:
            continue
        seen.add(kind)
        answer = _opened(page, path)
        assert answer.ok, f"{answer.status} {path}, linked from {found_on}"
        if "text/html" not in answer.headers["content-type"] or "attachment" in answer.headers.get(
            "content-disposition", ""
        ):
            continue
        yield path, answer.text()
        waiting += [(link, path) for link in links(page)]


def _opened(page, path):
    """Open a page and return its answer; what the browser would save to a file is only asked for."""
    try:
        return page.goto(path)
    except Error as error:
        if "Download is starting" not in error.message:
            raise
        return page.context.request.get(path)


def links(page):
    """The addresses of this host the page links to, in order, without fragments."""
    origin = "{0.scheme}://{0.netloc}/".format(urlsplit(page.url))
    found = page.eval_on_selector_all("a[href]", "links => links.map(link => link.href.split('#')[0])")
    return ["/" + link.removeprefix(origin) for link in dict.fromkeys(found) if link.startswith(origin)]


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
