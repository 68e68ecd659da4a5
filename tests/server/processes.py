"""The platform as it runs: gunicorn processes and a PostgreSQL cluster of its own, started and ended by the test."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from django.conf import settings

from partyplatform.tests import tables

START_SECONDS = 60


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def ask(port, path, *, seconds=30, tls=None, **headers):
    """Return (status, headers, seconds taken) of one GET; over TLS with the context `tls`, which knows localhost."""
    begun = time.monotonic()
    if tls is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
    else:
        connection = http.client.HTTPSConnection("localhost", port, timeout=seconds, context=tls)
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.headers, time.monotonic() - begun
    finally:
        connection.close()


def prepare(folder, **environment):
    """Make tables and static files; return the environment of an installation whose files are in `folder`."""
    environment = {**os.environ, "VAR_DIR": str(folder), **environment}
    if environment.get("DATABASE_URL", "").startswith("sqlite:"):
        tables.lay_out(Path(folder) / "platform.sqlite3")
    for command in ("migrate", "collectstatic"):
        subprocess.run(
            [sys.executable, "manage.py", command, "-v0", "--noinput"],
            cwd=settings.BASE_DIR,
            env=environment,
            check=True,
        )
    return environment


@contextlib.contextmanager
def gunicorn(environment, *arguments, port=None, tls=None):
    """Run the platform with the arguments of scripts/run and yield its port; over TLS where `arguments` say so, with
    the context `tls` to ask whether it is there."""
    port = port or free_port()
    command = [sys.executable, "-m", "gunicorn", "partyplatform.wsgi:application", "--bind", f"127.0.0.1:{port}"]
    command += ["--workers", "2", "--worker-class", "gthread", "--threads", "4", "--no-control-socket", *arguments]
    with (Path(environment["VAR_DIR"]) / "server.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, stdout=log, stderr=log)
        try:
            _wait(lambda: ask(port, "/health/live", tls=tls)[0])
            yield port
        finally:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()


class Cluster:
    """A PostgreSQL of its own, which can be frozen."""

    def __init__(self, process):
        self._process = process
        self.url = process.stdout.readline().strip()
        self._folder = Path(self.url.partition("host=")[2])

    def freeze(self):
        self._signal(signal.SIGSTOP)

    def thaw(self):
        self._signal(signal.SIGCONT)

    def _signal(self, number):
        """Send a signal to the server and to all its children."""
        server = int((self._folder / "data" / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{server}/task/{server}/children").read_text().split()
        for pid in (server, *map(int, children)):
            os.kill(pid, number)


@contextlib.contextmanager
def cluster():
    """Run a throw-away PostgreSQL."""
    command = ["scripts/with-postgres", "sh", "-c", 'echo "$DATABASE_URL"; exec cat']
    pipe = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    process = subprocess.Popen(command, cwd=settings.BASE_DIR, **pipe)
    try:
        found = Cluster(process)
        yield found
        found.thaw()
    finally:
        process.stdin.close()
        process.wait(30)


def _wait(is_ready):
    ends = time.monotonic() + START_SECONDS
    while True:
        with contextlib.suppress(OSError):
            if is_ready():
                return
        assert time.monotonic() < ends, "the server did not start"
        time.sleep(0.1)
