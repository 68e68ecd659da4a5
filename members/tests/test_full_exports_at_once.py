"""Two tabs ask for full records at the same moment; on PostgreSQL the row of the account makes them take turns."""

import time

import pytest

from accounts.tests.factories import RoleGrantFactory
from members.models import ExportRequest
from members.services import full_exports
from members.tests.test_granting_concurrency import at_once
from orgs.tests.factories import OrganizationFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_small_requests_at_once_do_not_both_pass_alone(monkeypatch):
    count = full_exports.needs_second

    def slowly(rows, *, by):
        found = count(rows, by=by)
        time.sleep(0.5)
        return found

    monkeypatch.setattr(full_exports, "needs_second", slowly)
    root = OrganizationFactory(short_name="示范大学党委")
    role = RoleGrantFactory(organization=root)
    asked = {"query": "", "described": "", "by_branch": False, "reason": "年度党内统计核对", "by": role}
    at_once(*[lambda: full_exports.ask(root, rows=300, **asked)] * 2)
    assert sorted(ExportRequest.objects.values_list("state", flat=True)) == ["approved", "waiting"]
