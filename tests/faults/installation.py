"""One installation as processes: web server, job worker, database; each can be killed and started again."""

import contextlib
import json
import os
import signal
import subprocess
import sys

import psycopg
from django.conf import settings
from django.db import connection

from partyplatform.jobs.tests.processes import database_url
from partyplatform.keyring import RINGS
from tests.faults import building
from tests.faults.browsing import Person
from tests.server.processes import ask, free_port, serving, wait

SETTINGS = {
    "DEMO": "1",  # plain HTTP on the loopback, no certificates
    "API_REQUESTS": "1000000",
    "IMPORT_AT_ONCE": "200",  # a larger sheet goes to the worker
    "IDLE_MINUTES_ADMIN": "60",
    "PROOF_MINUTES": "60",
    "UPLOAD_FREE_FLOOR_MB": "1",
}


class Process:
    """A program of the installation with all its children."""

    def __init__(self, command, environment, log):
        self._command, self._environment, self._log = command, environment, log
        self._process = None

    def start(self, *, days=0, **more):
        """Start it, by a clock that is wrong by so many days; `more` goes into its environment."""
        python, *arguments = self._command
        shift = ["-m", "tests.faults.shifted", str(days)] if days else []
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [python, *shift, *arguments],
                cwd=settings.BASE_DIR,
                env=self._environment | more,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(20)

    def end(self):
        """Ask it to end; kill what does not."""
        if self._process is None:
            return
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(40)
        self.kill()

    def result(self):
        return self._process.wait(120)


class Web(Process):
    def __init__(self, environment, log):
        self.port = free_port()
        super().__init__(serving(self.port), environment, log)

    def start(self, *, days=0, **more):
        super().start(days=days, **more)
        wait(lambda: ask(self.port, "/health/live")[0], "the server to start")


class Platform:
    """A running platform with the people and organisations of tests.faults.building.

    Subclasses have `ask(statement, *values)`: the rows of a question to the database itself.
    """

    world: dict
    web: Web

    def person(self, name, *, to="/info/"):
        number = self.world["people"][name]
        return Person(self.web.port).log_in(number, self.world["password"], to=to)

    def count(self, table, condition="true", *values):
        [(number,)] = self.ask(f"SELECT count(*) FROM {table} WHERE {condition}", *values)
        return number


class OnTestDatabase(Platform):
    """A server on the database of the running test, which must be one with transaction=True."""

    def __init__(self, folder):
        environment = os.environ | SETTINGS | {"VAR_DIR": str(folder), "DATABASE_URL": database_url()}
        command = [sys.executable, "manage.py", "collectstatic", "-v0", "--noinput"]
        subprocess.run(command, cwd=settings.BASE_DIR, env=environment, check=True)
        self.world, self.web = building.build(), Web(environment, folder / "web.log")

    def ask(self, statement, *values):
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall()


class Installation(Platform):
    """Tables, keys in a file, people and organisations on a `database` (a Cluster) of its own."""

    def __init__(self, folder, database):
        self.folder, self.database, self.url = folder, database, database.url
        keys = folder / "keys.json"
        self.environment = {name: value for name, value in os.environ.items() if name not in RINGS}
        self.environment |= SETTINGS | {"VAR_DIR": str(folder), "DATABASE_URL": self.url, "KEYS_FILE": str(keys)}
        subprocess.run([sys.executable, "scripts/make-env", "--key-file", keys], cwd=settings.BASE_DIR, check=True)
        for command in ("migrate", "collectstatic"):
            self.manage(command, "-v0", "--noinput")
        self.world = json.loads(self._run("-m", "tests.faults.building").stdout)
        self.web = Web(self.environment, folder / "web.log")
        self.worker = Process([sys.executable, "manage.py", "worker"], self.environment, folder / "worker.log")

    def manage(self, *arguments, check=True):
        return self._run("manage.py", *arguments, check=check)

    def _run(self, *arguments, check=True):
        run = subprocess.run(
            [sys.executable, *arguments],
            cwd=settings.BASE_DIR,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert not check or run.returncode == 0, run.stdout + run.stderr
        return run

    def program(self, *arguments):
        """A command of manage.py as something that can be killed."""
        return Process([sys.executable, "manage.py", *arguments], self.environment, self.folder / "command.log")

    def ask(self, statement, *values):
        with psycopg.connect(self.url) as line:
            return line.execute(statement, values).fetchall()

    def problems(self):
        """What check_integrity finds, as lines; nothing when all is well."""
        run = self.manage("check_integrity", check=False)
        return [] if run.returncode == 0 else (run.stdout + run.stderr).splitlines()

    def start(self):
        self.web.start()
        self.worker.start()

    def end(self):
        self.web.end()
        self.worker.end()
