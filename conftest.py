"""What every test of the project stands on: keys, a database file of its own, an affordable password hash."""

import gc

from partyplatform import testing

testing.prepare()

import django  # noqa: E402  # the environment comes first

django.setup()

import pytest  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402

from accounts.hashers import Argon2id  # noqa: E402
from partyplatform.tests import kept, tables  # noqa: E402
from partyplatform.tests.flushing import quick_flush  # noqa: E402, F401
from partyplatform.tests.kept import kept_worlds, pytest_fixture_setup  # noqa: E402, F401
from partyplatform.ui import todos  # noqa: E402

# The manifest of hashed names is written by collectstatic, which no test runs.
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)

COST, Argon2id.memory_cost = Argon2id.memory_cost, 8


def pytest_addoption(parser):
    parser.addoption("--parted", action="store_true", help="PostgreSQL: the large tables as partitions.sql makes them")


def pytest_collection_finish(session):
    """Leave what is loaded by now out of every later collection: going through it was a sixth of the suite."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """Let SQLite test on a real file: threads and live servers then meet the locks they meet in production."""
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        place = settings.VAR_DIR / f"test-{database['TEST']['NAME'] or 'main'}.sqlite3"
        place.unlink(missing_ok=True)
        tables.lay_out(place)
        database["TEST"]["NAME"] = str(place)
        database["OPTIONS"]["init_command"] = database["OPTIONS"]["init_command"].replace("FULL", "OFF")


@pytest.fixture(scope="session")
def django_db_keepdb(request, django_db_modify_db_settings):
    """Let the tables that were laid out stay; what a run leaves goes with its VAR_DIR."""
    return connection.vendor == "sqlite" or request.config.getoption("reuse_db")


@pytest.fixture(scope="session")
def django_db_setup(request, django_db_setup, django_db_blocker):
    if connection.vendor == "sqlite":
        tables.keep(connection.settings_dict["NAME"])
    if request.config.getoption("parted"):
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute((settings.BASE_DIR / "deploy" / "postgresql" / "partitions.sql").read_text(encoding="utf-8"))
    yield
    if connection.vendor == "postgresql":  # a thread or process of a test that ended may still hold a session
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            cursor.execute(f"SELECT pg_terminate_backend(pid) {others}")


@pytest.fixture
def bell():
    """For tests that look at the number beside the bell: it is counted, for each page anew."""


COUNTED = {"bell", "walking", "chromium", "django_assert_num_queries", "django_assert_max_num_queries"}


@pytest.fixture(autouse=True)
def bell_is_counted_where_somebody_looks(request, monkeypatch):
    """The number is a third of the work of a page and the same statement on each: the other tests go without."""
    if not COUNTED.intersection(request.fixturenames):
        monkeypatch.setattr(todos, "_count", lambda role: 0)


@pytest.fixture(autouse=True)
def costly_password_hash(request, monkeypatch):
    """Hash as production does where a test says so. The others use the same algorithm at its smallest cost: a test that
    logs in is real and still quick."""
    if request.node.get_closest_marker("real_hasher"):
        monkeypatch.setattr(Argon2id, "memory_cost", COST)


def pytest_collection_modifyitems(config, items):
    """Keep tests of one world together, mark those that touch no database, and leave tests that need PostgreSQL itself
    to the run on PostgreSQL, where every one of them counts. How many statements a page asks is the same on both."""
    kept.group(items)
    for item in items:
        if "costs_the_same" in item.name or "cost_the_same" in item.name:
            item.add_marker("looks")
        if kept.commits(item) or item.get_closest_marker("postgresql"):
            item.add_marker("commits")
        elif not kept.touches_database(item):
            item.add_marker("no_database")
    if settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        return
    elsewhere = [item for item in items if item.get_closest_marker("postgresql")]
    if elsewhere:
        config.hook.pytest_deselected(items=elsewhere)
        items[:] = [item for item in items if item not in elsewhere]
