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

import psycopg
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


def prepare(folder, *apps, **environment):
    """Make tables, of the named apps only where a test needs no others, and static files; return the environment of an
    installation whose files are in `folder`."""
    environment = {**os.environ, "VAR_DIR": str(folder), **environment}
    if environment.get("DATABASE_URL", "").startswith("sqlite:"):
        tables.lay_out(Path(folder) / "platform.sqlite3")
    for command in (("migrate", *apps), ("collectstatic",)):
        subprocess.run(
            [sys.executable, "manage.py", *command, "-v0", "--noinput"],
            cwd=settings.BASE_DIR,
            env=environment,
            check=True,
        )
    return environment


def serving(port, *arguments):
    """Return the command that serves the platform as scripts/run does."""
    command = [sys.executable, "-m", "gunicorn", "partyplatform.wsgi:application", "--bind", f"127.0.0.1:{port}"]
    command += ["--workers", "2", "--worker-class", "gthread", "--threads", "4", "--no-control-socket"]
    return [*command, *arguments]


@contextlib.contextmanager
def gunicorn(environment, *arguments, port=None, tls=None):
    """Run the platform with the arguments of scripts/run and yield its port; over TLS where `arguments` say so, with
    the context `tls` to ask whether it is there."""
    port = port or free_port()
    with (Path(environment["VAR_DIR"]) / "server.log").open("wb") as log:
        command = serving(port, *arguments)
        server = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, stdout=log, stderr=log)
        try:
            wait(lambda: ask(port, "/health/live", tls=tls)[0], "the server to start")
            yield port
        finally:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()


class Cluster:
    """A PostgreSQL of its own, which can be frozen, killed, stopped and started again."""

    def __init__(self, process):
        self._process = process
        self.url = process.stdout.readline().strip()
        self._folder = Path(self.url.partition("host=")[2])
        self._pid_file = self._folder / "data" / "postmaster.pid"

    def freeze(self):
        self._signal(signal.SIGSTOP)

    def thaw(self):
        self._signal(signal.SIGCONT)

    def kill(self):
        """End the server and all its children without warning, as a power cut to the machine of the database would."""
        self._ended_by(signal.SIGKILL, self._processes())

    def stop(self):
        """Shut down as an operator does who cannot wait: whoever is connected is sent away."""
        self._ended_by(signal.SIGINT, self._processes()[:1])

    def start(self):
        """Start it, as often as needed: a child born while the server was killed holds its memory for a moment."""
        started = []

        def comes_up():
            if not started or started[-1].poll() is not None:
                started.append(self._begin())
            return self._answers()

        wait(comes_up, "the database to start")

    def _begin(self):
        nowhere = subprocess.DEVNULL
        return subprocess.Popen(self._command, cwd=self._folder, stdin=nowhere, stdout=nowhere, stderr=nowhere)

    def _ended_by(self, number, pids):
        server = pids[0]
        self._command = [*_SERVER_USER, *Path(f"/proc/{server}/cmdline").read_text().strip("\0").split("\0")]
        _send(number, pids)
        wait(lambda: not _is_running(server), "the database to end")
        # Whose parent never looks stays in the list of processes, and a new server then takes the old one for alive.
        for lock in (self._pid_file, *self._folder.glob(".s.PGSQL.*.lock")):
            lock.unlink(missing_ok=True)

    def _answers(self):
        with contextlib.suppress(psycopg.OperationalError), psycopg.connect(self.url):
            return True

    def _signal(self, number):
        """Send a signal to the server and to all its children."""
        _send(number, self._processes())

    def _processes(self):
        """The ids of the server and of all its children, the server first."""
        server = int(self._pid_file.read_text().split()[0])
        return [server, *map(int, Path(f"/proc/{server}/task/{server}/children").read_text().split())]


# PostgreSQL refuses to run as root (scripts/with-postgres)
_SERVER_USER = () if os.getuid() else ("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups")


def _send(number, pids):
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def _is_running(pid):
    """Whether a process does anything still: one that only waits for its parent to look does not."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


@contextlib.contextmanager
def cluster(**environment):
    """Run a throw-away PostgreSQL; `environment` is for scripts/with-postgres."""
    command = ["scripts/with-postgres", "sh", "-c", 'echo "$DATABASE_URL"; exec cat']
    pipe = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "env": os.environ | environment}
    process = subprocess.Popen(command, cwd=settings.BASE_DIR, **pipe)
    try:
        found = Cluster(process)
        yield found
        found.thaw()
    finally:
        process.stdin.close()
        process.wait(30)


def wait(is_so, what):
    """Look until something is so."""
    ends = time.monotonic() + START_SECONDS
    while True:
        with contextlib.suppress(OSError):
            if is_so():
                return
        assert time.monotonic() < ends, f"waited in vain for {what}"
        time.sleep(0.1)
