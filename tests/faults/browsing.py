"""A person in front of a browser without scripts: cookies, redirects, forms with their hidden fields."""

import http.cookiejar
import urllib.error
import urllib.request
from dataclasses import dataclass
from urllib.parse import urlencode, urljoin, urlsplit

import lxml.html
from django.test.client import encode_multipart

PATIENCE = 60  # seconds for one answer
BOUNDARY = "faults-" + "x" * 20
LOST = (OSError, urllib.error.URLError, http.client.HTTPException)  # the server went away amid a request


@dataclass
class Page:
    status: int
    url: str
    content: bytes
    headers: object

    @property
    def path(self):
        return urlsplit(self.url).path

    @property
    def text(self):
        return self.content.decode()

    def form(self, action=""):
        """Return the hidden and filled-in fields of the form of the page that is sent to `action`, by default to the
        page itself."""
        for form in lxml.html.fromstring(self.content).forms:
            goes_to = urlsplit(urljoin(self.url, form.action or "")).path
            if form.method == "POST" and goes_to == (action or self.path):
                return {name: value for name, value in form.form_values() if name}
        raise AssertionError(f"{self.path} has no form for {action or 'itself'} ({self.status})")


class Person:
    """Somebody who logs in with number and password and does things through pages."""

    def __init__(self, port):
        self._origin = f"http://127.0.0.1:{port}"
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(cookies, urllib.request.ProxyHandler({}))

    def get(self, address):
        return self._open(urllib.request.Request(urljoin(self._origin, address)))

    def send(self, address, *, action="", file=None, **fields):
        """Open the page, fill its form in and send it; return the page it leads to."""
        page = self.get(address)
        if page.status != 200:
            return page
        return self.post(action or page.url, page.form(action) | fields, file=file)

    def post(self, address, fields, *, file=None):
        request = urllib.request.Request(urljoin(self._origin, address), method="POST")
        if file is None:
            request.data = urlencode(fields).encode()
        else:
            request.data = encode_multipart(BOUNDARY, fields | {"file": file})
            request.add_header("Content-Type", f"multipart/form-data; boundary={BOUNDARY}")
        return self._open(request)

    def log_in(self, number, password, *, to="/info/"):
        page = self.send(f"/login/?next={to}", login_name=number, password=password)
        assert (page.status, page.path) == (200, to), f"login led to {page.path} ({page.status})"
        return self

    def _open(self, request):
        try:
            answer = self._opener.open(request, timeout=PATIENCE)
        except urllib.error.HTTPError as refused:
            answer = refused
        with answer:
            return Page(answer.status, answer.url, answer.read(), answer.headers)
