"""What goes on behind a page while a test uses it: requests, console, errors."""

from urllib.parse import urlsplit


class Watch:
    """Collects whatever a page must not do: ask another host, run into a script error, break the content policy."""

    def __init__(self, page, origin):
        self.page = page
        self.host = urlsplit(origin).netloc
        self._faults = []
        page.context.on("request", self._request)
        page.context.on("response", self._response)
        page.context.on("console", self._console)
        page.on("pageerror", lambda error: self._faults.append(f"script error: {error}"))

    def _request(self, request):
        address = urlsplit(request.url)
        if address.scheme in ("http", "https", "ws", "wss") and address.netloc != self.host:
            self._faults.append(f"request to another host: {request.url}")

    def _response(self, response):
        if response.status >= 500:
            self._faults.append(f"{response.status} {response.url}")

    def _console(self, message):
        # Chromium writes an error line for each answer of 400 and more; those are statuses, judged by the tests.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self._faults.append(f"console: {message.text}")

    def faults(self):
        return list(dict.fromkeys(self._faults))
