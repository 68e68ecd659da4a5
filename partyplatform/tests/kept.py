"""Worlds that many tests begin with, built once for all of them.

    @kept
    def university():
        root = OrganizationFactory(…)
        return SimpleNamespace(root=root, …)

makes a fixture of that name. The rows are written before the first test of a module that asks for it and stay for the
others, in a transaction around theirs: whatever a test changes is rolled back to the world as it was built, and what it
gets is a copy of the objects, made for it alone. A test with transactions of its own gets a world of its own.
"""

import copy

import pytest
from django.db import connection, transaction


def kept(build):
    """Make a fixture of a function without arguments that fills the database and returns what it made."""

    def fixture(db, kept_worlds):
        return kept_worlds.copy_of(build)

    fixture.build = build
    return pytest.fixture(name=build.__name__)(fixture)


class KeptWorlds:
    """What stands in the database around the tests that run now: {build: what it made}."""

    def __init__(self, blocker):
        self._blocker, self._built, self._around = blocker, {}, None

    def stand_ready(self, builds):
        """Let exactly these worlds stand in the database."""
        if tuple(self._built) == builds:
            return
        self.clear()
        if builds:
            with self._blocker.unblock():
                self._around = transaction.atomic()
                self._around.__enter__()
                try:
                    self._built = {build: build() for build in builds}
                    connection.check_constraints()
                except BaseException:  # what could not be built fails its own tests, not those of others
                    self.clear()
                    raise

    def copy_of(self, build):
        return copy.deepcopy(self._built[build]) if build in self._built else build()

    def clear(self):
        self._built = {}
        if self._around is not None:
            around, self._around = self._around, None
            with self._blocker.unblock():
                transaction.set_rollback(True)
                around.__exit__(None, None, None)


@pytest.fixture(scope="session")
def kept_worlds(django_db_setup, django_db_blocker):
    worlds = KeptWorlds(django_db_blocker)
    yield worlds
    worlds.clear()


def touches_database(item):
    return item.get_closest_marker("django_db") is not None or "_django_db_helper" in item.fixturenames


def commits(item):
    """Say whether what a test writes is seen by other connections, because it must be."""
    marker = item.get_closest_marker("django_db")
    return bool(
        {"transactional_db", "live_server"} & set(item.fixturenames) or (marker and marker.kwargs.get("transaction"))
    )


def builds_of(item):
    """Return the worlds that may stand around a test: none around one that commits."""
    if commits(item):
        return ()
    found = (item._fixtureinfo.name2fixturedefs.get(name, [None])[-1] for name in item.fixturenames)
    return tuple(dict.fromkeys(one.func.build for one in found if hasattr(getattr(one, "func", None), "build")))


def group(items):
    """Let the tests of a module that begin with the same worlds follow one another; the order stays otherwise."""
    first = {}
    for number, item in enumerate(items):
        first.setdefault((item.module, builds_of(item)), number)
        first.setdefault(item.module, number)
    items.sort(key=lambda item: (first[item.module], first[item.module, builds_of(item)]))


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef, request):
    """Build what is to stand around a test before pytest-django opens the test's own transaction."""
    if fixturedef.argname == "_django_db_helper":
        request.getfixturevalue("kept_worlds").stand_ready(builds_of(request.node))
    return (yield)
