"""The installation of the fault runs, and the table at their end."""

import contextlib
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from tests.faults.acts import LargeImport
from tests.faults.installation import Installation
from tests.server.processes import cluster

DISK = 900  # MB for the database; files have 64
LINES = pytest.StashKey()


@contextlib.contextmanager
def disk(folder, megabytes):
    """Make a folder a disk of its own, where that is possible."""
    is_mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs", folder], capture_output=True, check=False
    )
    try:
        yield is_mounted.returncode == 0
    finally:
        if is_mounted.returncode == 0:
            subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.fixture(scope="session")
def installation():
    """One installation on PostgreSQL for all fault runs; database and files each have a small disk."""
    folder = Path(tempfile.mkdtemp(prefix="platform-faults-"))
    database_disk, files = folder / "database", folder / "files"
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o755)  # the user of the database server passes through
        for place, size in ((database_disk, DISK), (files, 64)):
            place.mkdir()
            is_small = stack.enter_context(disk(place, size))
        # Whoever was told that it is done must find it done after the server was killed.
        options = "-c synchronous_commit=on -c max_wal_size=96MB -c min_wal_size=32MB -c max_connections=60"
        database = stack.enter_context(cluster(TMPDIR=str(database_disk), POSTGRES_OPTIONS=options))
        found = Installation(folder, database)
        found.disks = (database_disk, files) if is_small else None
        stack.callback(found.end)
        found.start()
        yield found


@pytest.fixture(scope="session")
def people(installation):
    """Who is logged in, each once and for one system: a second login would end the first. There are members by then."""
    known = {}

    def person(name, *, to="/info/"):
        if (name, to) not in known:
            known[name, to] = installation.person(name, to=to)
        return known[name, to]

    roll = LargeImport(installation, person)
    roll.prepare()
    roll.finish()
    return person


@pytest.fixture
def told(request, installation):
    """Take what is to be said of a fault run; at its end everything is up again and check_integrity finds nothing."""
    begun, words = time.monotonic(), []
    yield words.append
    took = time.monotonic() - begun
    problems = installation.problems()
    rows = request.config.stash.setdefault(LINES, [])
    rows.append((words, took, problems))
    assert problems == []


def pytest_terminal_summary(terminalreporter, config):
    rows = config.stash.get(LINES, [])
    if not rows:
        return
    terminalreporter.section("故障演练")
    for words, took, problems in rows:
        verdict = f"{len(problems)} 处问题" if problems else "数据完好"
        terminalreporter.write_line(f"{verdict}  {took:5.1f} 秒  {'；'.join(words) or '未完成'}")
