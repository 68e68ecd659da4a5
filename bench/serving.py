"""A real server for the measurements through a socket: gunicorn with two workers, as `make run` starts it."""

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.db import connection

WORKERS = 2


@dataclass
class Server:
    port: int
    process: subprocess.Popen

    def worker_megabytes(self) -> float:
        """Return the resident memory of the largest worker."""
        sizes = [_resident(pid) for pid in _children(self.process.pid)]
        return max(sizes) / 1024


@contextmanager
def served(application: str, settings_module: str) -> Iterator[Server]:
    """Serve the WSGI application on a free loopback port, on the database of this run."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}"]
    command += ["--workers", str(WORKERS), "--worker-class", "gthread", "--threads", "4", "--no-control-socket"]
    command += ["--log-level", "warning"]
    environment = os.environ | {"DATABASE_URL": _database_url(), "DJANGO_SETTINGS_MODULE": settings_module}
    process = subprocess.Popen(command, env=environment)
    try:
        _wait(port)
        yield Server(port, process)
    finally:
        process.terminate()
        process.wait(20)


def _database_url() -> str:
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    address = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(address._replace(path=f"/{name}"))


def _wait(port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("the server did not start")


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _resident(pid: int) -> int:
    """Return VmRSS in kilobytes."""
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text()).group(1))


@dataclass
class Answer:
    headers: dict[str, str]
    body: bytes
    size: int  # with its headers, as it went over the wire


class NotServed(Exception):
    """The server answered something else than a page."""


class Browser:
    """One kept connection that asks like a browser which takes gzip."""

    def __init__(self, port: int, cookie: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = {"Cookie": cookie, "Accept-Encoding": "gzip", "Accept": "text/html"}

    def get(self, path: str) -> Answer:
        self._connection.request("GET", path, headers=self._headers)
        response = self._connection.getresponse()
        body = response.read()
        pairs = response.getheaders()
        size = len(body) + sum(len(name) + len(value) + 4 for name, value in pairs) + 19
        if response.status != 200:
            raise NotServed(f"{path} answered {response.status}")
        return Answer({name.lower(): value for name, value in pairs}, body, size)


def cookie(session_key: str) -> str:
    return f"{settings.SESSION_COOKIE_NAME}={session_key}"


def load(server: Server, path: str, session: str, *, clients: int, seconds: float) -> tuple[float, list[float]]:
    """Let clients ask for a page as fast as it comes; return (pages a second, all times in milliseconds)."""
    times: list[float] = []
    until = time.perf_counter() + seconds

    def ask() -> None:
        browser = Browser(server.port, cookie(session))
        while time.perf_counter() < until:
            began = time.perf_counter()
            browser.get(path)
            times.append((time.perf_counter() - began) * 1000)

    with ThreadPoolExecutor(clients) as pool:
        for asking in [pool.submit(ask) for _ in range(clients)]:
            asking.result()
    return len(times) / seconds, times
