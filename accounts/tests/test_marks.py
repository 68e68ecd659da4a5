"""Rows of grants that were written or changed past the platform. Source: security.md 70."""

import datetime

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts import acting, marks
from accounts.codes import RoleKind, System
from accounts.genuine import FORGED, genuine
from accounts.integrity import grants_carry_their_marks
from accounts.models import RoleGrant
from accounts.services.grants import end_role, grant_role
from accounts.services.logins import enter
from accounts.tests.clients import act_as
from accounts.tests.factories import PASSWORD, RoleGrantFactory, UserFactory
from orgs.tests.factories import OrganizationFactory
from partyplatform import audit
from partyplatform.audit.models import Alarm, Record

pytestmark = pytest.mark.django_db

KEY, OLDER = bytes(range(32)), bytes(32)
ROOT = settings.BASE_DIR


@pytest.fixture
def grant(db):
    committee = OrganizationFactory(short_name="示大党委")
    branch = OrganizationFactory(parent=committee, short_name="教工支部")
    return RoleGrantFactory(organization=branch, user=UserFactory(password=PASSWORD))


def by_hand(grant, **values):
    """Change a row as somebody with a database client would."""
    RoleGrant.objects.filter(pk=grant.pk).update(**values)
    return RoleGrant.objects.get(pk=grant.pk)


CHANGES = {
    "user": lambda grant: {"user": UserFactory()},
    "organization": lambda grant: {"organization": grant.organization.parent},
    "kind": lambda grant: {"kind": RoleKind.CITY},
    "system": lambda grant: {"system": System.PORTAL},
    "starts_on": lambda grant: {"starts_on": datetime.date(2000, 1, 1)},
    "ends_on": lambda grant: {"ends_on": datetime.date(2999, 1, 1)},
    "mark": lambda grant: {"mark": ""},
}


@pytest.mark.parametrize("field", CHANGES)
def test_a_row_changed_by_hand_is_not_genuine(grant, field):
    assert genuine([grant]) == [grant]
    changed = by_hand(grant, **CHANGES[field](grant))
    assert genuine([changed]) == []
    assert list(grants_carry_their_marks()) == [f"授权 {grant.pk}：{changed.label}的标记不符，该授权不起作用"]


def test_every_field_that_gives_rights_is_marked():
    given = {"user", "organization", "kind", "system", "starts_on", "ends_on"}
    said = {"id", "duty", "by_duty", "is_default", "reason", "granted_by_name", "created_at", "mark", "version"}
    said |= {"ending_reason", "portfolio", "confirmed_on", "confirmed_by_name"}
    assert {field.name for field in RoleGrant._meta.fields} == given | said
    assert {name.removesuffix("_id") for name in marks.MARKED} == given


def test_a_row_inserted_with_the_mark_of_another_gives_no_right(client, grant):
    intruder = UserFactory(password=PASSWORD)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_rolegrant (user_id, organization_id, kind, system, duty, by_duty, is_default,"
            " starts_on, reason, granted_by_name, created_at, mark)"
            " SELECT %s, organization_id, kind, system, duty, by_duty, is_default, starts_on, reason,"
            " granted_by_name, created_at, mark FROM accounts_rolegrant WHERE id = %s",
            [intruder.pk, grant.pk],
        )
    assert RoleGrant.objects.of(intruder).active().count() == 1
    assert enter(intruder.unsealed_id_number(), PASSWORD, address="192.0.2.1") is None
    client.force_login(intruder)
    assert client.get("/info/").status_code == 403
    assert client.get("/role/").context["by_system"] == []


def test_the_next_genuine_role_is_acted_in(client, grant):
    other = RoleGrantFactory(user=grant.user, organization=grant.organization.parent)
    act_as(client, grant)
    by_hand(grant, kind=RoleKind.CITY)
    assert client.get("/info/").context["role"] == other
    assert client.post("/role/switch/", {"role": grant.pk}).status_code == 404


def test_a_job_does_not_go_on_with_a_forged_role(grant):
    assert acting.load(grant.pk) == grant
    by_hand(grant, organization=grant.organization.parent)
    with pytest.raises(RoleGrant.DoesNotExist):
        acting.load(grant.pk)


def test_the_alarm_is_raised_once_for_each_state(client, grant):
    act_as(client, grant)
    by_hand(grant, kind=RoleKind.CITY)
    for _ in range(3):
        assert client.get("/info/").status_code == 403
    [record] = Record.objects.filter(action=FORGED)
    assert (record.level, record.object_id, record.organization_id) == (
        "alarm",
        str(grant.pk),
        grant.organization_id,
    )
    by_hand(grant, kind=RoleKind.DISTRICT)
    client.get("/info/")
    assert Record.objects.filter(action=FORGED).count() == Alarm.objects.filter(record__action=FORGED).count() == 2


def test_a_database_that_takes_no_record_still_refuses(grant, monkeypatch, caplog):
    from django.db import OperationalError

    def full(*args, **kwargs):
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(audit, "alarm", full, raising=False)
    assert genuine([by_hand(grant, kind=RoleKind.CITY)]) == []
    assert "alarm for grant" in caplog.text


def test_looking_at_marks_costs_no_statement(client, grant, django_assert_num_queries):
    rows = list(RoleGrant.objects.all())
    with django_assert_num_queries(0):
        assert genuine(rows) == rows


def test_what_services_write_is_marked():
    branch = OrganizationFactory(parent=OrganizationFactory())
    given = grant_role(UserFactory(), organization=branch, kind=RoleKind.BRANCH, system=System.INFO, by=audit.SYSTEM)
    stored = RoleGrant.objects.get(pk=given.pk)
    assert marks.is_genuine(stored)
    end_role(stored, by=audit.SYSTEM)
    ended = RoleGrant.objects.get(pk=given.pk)
    assert (ended.ends_on, marks.is_genuine(ended)) == (timezone.localdate(), True)


def test_bulk_created_rows_are_marked(grant):
    row = RoleGrant(user=UserFactory(), organization=grant.organization, kind=grant.kind, system="info")
    RoleGrant.objects.bulk_create([row])
    assert marks.is_genuine(RoleGrant.objects.get(user=row.user))


def test_new_marks_are_made_with_the_newest_key_and_old_ones_stay_good(grant, settings):
    settings.AUDIT_KEYS = {**settings.AUDIT_KEYS, "next": KEY}
    assert marks.is_genuine(grant)
    grant.save()
    assert (grant.mark.split(":")[0], marks.is_genuine(grant)) == ("next", True)
    settings.AUDIT_KEYS = {"next": OLDER}
    assert not marks.is_genuine(grant)
    settings.AUDIT_KEYS = {"other": KEY}
    assert not marks.is_genuine(grant)


@pytest.mark.parametrize("nonsense", ("", ":", "no colon", "k:é" + "0" * 63, "unknown:" + "0" * 64))
def test_nonsense_is_no_mark(grant, nonsense):
    grant.mark = nonsense
    assert not marks.is_genuine(grant)


def test_the_key_serves_nothing_else(grant, settings):
    [key] = settings.AUDIT_KEYS.values()
    assert marks._key(key) not in {*settings.AUDIT_KEYS.values(), *settings.INDEX_KEYS.values()}


def test_no_job_acts_with_a_row_past_the_marks():
    """What goes on after the request has its role from `acting.load`."""
    sources = [path for app in ("accounts", "orgs", "members", "eforefront") for path in ROOT.glob(f"{app}/jobs.py")]
    lines = [line for path in sources for line in path.read_text(encoding="utf-8").splitlines() if "role_id" in line]
    assert len(lines) >= 4
    assert [line for line in lines if "acting.load(context.role_id)" not in line] == []
