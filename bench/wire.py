"""P5 and P10: what goes over the wire, and how many pages a server gives."""

import gzip
import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from django.urls import reverse

from bench import database
from bench.lines import Line, percentile
from bench.people import viewers
from bench.serving import Answer, Browser, cookie, load, served

_FETCHED = re.compile(r"""<(?:script|img|source)\b[^>]*?\ssrc="([^"]+)"|<use\b[^>]*?\shref="([^"#]+)""", re.S)
_LINK = re.compile(r"""<link\b[^>]*?>""", re.S)
_URL = re.compile(r"""url\(["']?([^"')]+)["']?\)|@import\s+["']([^"']+)""")
CLIENTS, SECONDS = 8, 6.0


def lines(scale: str) -> Iterator[Line]:
    viewer = viewers()[0]
    session = viewer.client().session.session_key
    page = reverse("orgs:list")
    with served("partyplatform.wsgi:application", "partyplatform.settings") as server:
        yield from _bytes(Browser(server.port, cookie(session)), page)
        if scale == "university":
            load(server, page, session, clients=CLIENTS, seconds=1)
            ours, times = load(server, page, session, clients=CLIENTS, seconds=SECONDS)
            megabytes = server.worker_megabytes()
    if scale == "university":
        with served("django.core.wsgi:get_wsgi_application()", "bench.bare_settings") as server:
            load(server, "/", session, clients=CLIENTS, seconds=1)
            bare, _ = load(server, "/", session, clients=CLIENTS, seconds=SECONDS)
        where = database.label()
        yield Line(f"P10 列表 · {where}", ours, "页/秒")
        yield Line(f"P10 空白 Django 列表 · {where}", bare, "页/秒")
        yield Line(f"P10 与空白 Django 列表之比 · {where}", ours / bare, "×", 0.5, at_least=True)
        yield Line(f"P10 p95，{CLIENTS} 个客户端 · {where}", percentile(times, 0.95), "ms", 100)
        yield Line(f"P10 每个进程的内存 · {where}", megabytes, "MB", 120)


def _bytes(browser: Browser, page: str) -> Iterator[Line]:
    first = browser.get(page)
    assets = {urljoin(page, found) for found in references(_decoded(first))}
    sizes = {}
    waiting = sorted(assets)
    while waiting:
        asset = waiting.pop()
        if asset in sizes or urlsplit(asset).netloc:
            continue
        answer = browser.get(asset)
        sizes[asset] = answer.size
        if asset.split("?")[0].endswith(".css"):
            found = {urljoin(asset, part) for pair in _URL.findall(_decoded(answer)) for part in pair if part}
            assets |= found
            waiting += sorted(found)
    where = database.label()
    elsewhere = [asset for asset in assets if urlsplit(asset).netloc]
    yield Line(f"P5 列表，首次打开 · {where}", (first.size + sum(sizes.values())) / 1024, "KB", 60)
    yield Line(f"P5 列表，再次打开 · {where}", browser.get(page).size / 1024, "KB", 15)
    yield Line(f"P5 列表，首次打开的请求 · {where}", 1 + len(sizes), "个", 8)
    yield Line(f"P5 列表，其他主机 · {where}", len(elsewhere), "个", 0)


def references(html: str) -> set[str]:
    """Return what a browser fetches with a page: scripts, images, style sheets, icons; each once."""
    found = {part.split("#")[0] for pair in _FETCHED.findall(html) for part in pair if part}
    for link in _LINK.findall(html):
        if re.search(r'\srel="(?:stylesheet|icon|preload|manifest)"', link):
            found.add(re.search(r'\shref="([^"]+)"', link).group(1))
    return {part for part in found if part and not part.startswith("data:")}


def _decoded(answer: Answer) -> str:
    body = gzip.decompress(answer.body) if answer.headers.get("content-encoding") == "gzip" else answer.body
    return body.decode()
