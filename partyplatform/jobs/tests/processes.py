"""Real worker processes on the database of the running test."""

import os
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

ROOT = Path(settings.BASE_DIR)
PATIENCE = 40  # seconds before a test gives up waiting


def database_url():
    """Return the address of the test database, made from that of the database it was made beside."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


class Workers:
    """Starts worker processes and sees to it that none outlives the test."""

    def __init__(self, folder):
        self.folder = folder
        self.started = []

    def start(self, *arguments):
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "partyplatform.jobs.tests.settings",
            "DATABASE_URL": database_url(),
            "VAR_DIR": str(self.folder),
            "PYTHONPATH": str(ROOT),
        }
        with (self.folder / f"worker-{len(self.started)}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "django", "worker", *arguments],
                env=environment,
                stdout=log,
                stderr=log,
                cwd=ROOT,
            )
        self.started.append(process)
        return process

    def log(self, number):
        return (self.folder / f"worker-{number}.log").read_text()

    def end(self):
        for process in self.started:
            process.kill()
            process.wait(10)


def wait_for(condition, what):
    """Look until `condition()` holds; a database busy with its writers counts as no."""
    until = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < until, f"waited in vain for {what}"
        time.sleep(0.05)
