"""Migrations let the running version go on: they only add, hold no table for long and wait for no lock.

Source: security.md 72.

The rules hold for what comes after a release; RELEASED says where the migrations of the newest one end. Before the
first release they hold in part: what `0001_tables` made is not taken away. A table made in the same migration or since
may be treated as one likes: no running version knows it.
"""

import re

import pytest
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently, RemoveIndexConcurrently
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader

from partyplatform import migrating

APPS = ("accounts", "audit", "eforefront", "jobs", "members", "orgs", "transfers", "ui")
FIRST_RELEASE = "0001_tables"
# {app: its last migration} of the newest version that CHANGELOG.md names; empty until there is one.
RELEASED: dict[str, str] = {}
TAKEN = "takes away or renames what the running version reads"

TAKES_AWAY = (
    migrations.RemoveField,
    migrations.DeleteModel,
    migrations.RenameField,
    migrations.RenameModel,
    migrations.AlterModelTable,
)
ALLOWED_ON_OLD_TABLES = (AddIndexConcurrently, RemoveIndexConcurrently, AddConstraintNotValid)


def faults(operation, *, app, before, old):
    """Return what an operation does to tables of the last release that it must not; `before` is the state it meets."""
    name = (getattr(operation, "model_name", None) or getattr(operation, "name", "") or "").lower()
    if isinstance(operation, migrations.SeparateDatabaseAndState):
        return [
            fault for inner in operation.database_operations for fault in faults(inner, app=app, before=before, old=old)
        ]
    if (app, name) not in old or isinstance(operation, ALLOWED_ON_OLD_TABLES):
        return []
    if isinstance(operation, TAKES_AWAY):
        return [TAKEN]
    if isinstance(operation, migrations.AddIndex):
        return ["builds an index that keeps everybody from writing: AddIndexConcurrently"]
    if isinstance(operation, migrations.AddConstraint):
        return ["reads the whole table under a lock: AddConstraintNotValid, then ValidateConstraint"]
    if isinstance(operation, migrations.AddField):
        return _added(operation.field)
    if isinstance(operation, migrations.AlterField):
        return _altered(before.models[app, name].fields[operation.name], operation.field)
    return []


def _added(field):
    if field.many_to_many:
        return []
    found = []
    if not field.null and not field.has_db_default():
        found.append("a column the running version does not fill: null=True or db_default")
    if field.unique or field.db_index:
        found.append("an index built under a lock: AddIndexConcurrently")
    return found


def _altered(old, new):
    found = []
    if old.null and not new.null:
        found.append("a column becomes NOT NULL: a check constraint without validation first")
    if (new.unique, new.db_index) != (old.unique, old.db_index):
        found.append("an index built under a lock: AddIndexConcurrently")
    narrower = (old.max_length or 0) > (new.max_length or 0) if isinstance(new, models.CharField) else False
    if old.get_internal_type() != new.get_internal_type() or narrower:
        found.append("the table is written anew: a second column instead")
    return found


def later_migrations():
    """Yield (migration, state before it, models of the release before)."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    ends = [(app, RELEASED.get(app, FIRST_RELEASE)) for app in APPS]
    passed = {node for end in ends for node in loader.graph.forwards_plan(end)}
    old = set(loader.project_state(ends).models)
    for node in sorted(key for key in loader.graph.nodes if key[0] in APPS and key not in passed):
        yield loader.graph.nodes[node], loader.project_state(node, at_end=False), old


def test_no_migration_stands_in_the_way_of_the_running_version():
    found = []
    for migration, state, old in later_migrations():
        for operation in migration.operations:
            for fault in faults(operation, app=migration.app_label, before=state, old=old):
                if RELEASED or fault == TAKEN:
                    found.append(f"{migration.app_label}.{migration.name} {operation.describe()}: {fault}")
            operation.state_forwards(migration.app_label, state)
    assert found == []


def test_a_version_that_is_released_says_where_its_migrations_end():
    is_released = re.search(r"^## \d+\.\d+\.\d+", (settings.BASE_DIR / "CHANGELOG.md").read_text(), re.M)
    assert set(RELEASED) == (set(APPS) if is_released else set())


def text(**options):
    return models.CharField(**{"max_length": 10, **options})


INDEX = models.Index(fields=["name"], name="n")
CHECK = models.CheckConstraint(condition=models.Q(name="a"), name="c")


@pytest.mark.parametrize(
    ("operation", "count"),
    [
        (migrations.RemoveField("thing", "name"), 1),
        (migrations.RenameField("thing", "name", "title"), 1),
        (migrations.DeleteModel("Thing"), 1),
        (migrations.AddField("thing", "new", text(default="")), 1),
        (migrations.AddField("thing", "new", text(db_default="")), 0),
        (migrations.AddField("thing", "new", text(null=True)), 0),
        (migrations.AddField("thing", "new", text(null=True, db_index=True)), 1),
        (migrations.AddField("other", "new", text()), 0),
        (migrations.AlterField("thing", "name", text(max_length=20)), 0),
        (migrations.AlterField("thing", "name", text(max_length=5)), 1),
        (migrations.AlterField("thing", "name", models.IntegerField()), 1),
        (migrations.AddIndex("thing", INDEX), 1),
        (AddIndexConcurrently("thing", INDEX), 0),
        (migrations.AddConstraint("thing", CHECK), 1),
        (AddConstraintNotValid("thing", CHECK), 0),
        (migrations.CreateModel("New", [("id", models.AutoField(primary_key=True))]), 0),
    ],
)
def test_the_rules_know_what_stands_in_the_way(operation, count):
    state = migrations.state.ProjectState()
    state.add_model(migrations.state.ModelState("app", "Thing", [("name", text())]))
    assert len(faults(operation, app="app", before=state, old={("app", "thing")})) == count


@pytest.mark.postgresql
@pytest.mark.django_db
def test_migrate_waits_two_seconds_for_a_lock_and_then_everything_is_as_before():
    def seen():
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('lock_timeout'), current_setting('statement_timeout')")
            return cursor.fetchone()

    before = seen()
    migrating.limit(using="default")
    assert seen() == ("2s", "0")
    migrating.unlimit(using="default")
    assert seen() == before
