import datetime
from types import SimpleNamespace

import pytest

from members.tests.factories import MemberFactory
from orgs.models import OrganizationProfile
from orgs.tests.acting import Acting
from orgs.tests.factories import OrganizationFactory
from partyplatform.tests.kept import kept
from transfers.services import arrival_records
from transfers.services.advancing import advance
from transfers.services.starting import start

WHOLE = {
    "native_place": "110101",
    "education": "21",
    "title": "999",
    "social_class": "0",
    "job_post": "0212",
    "address": "示范市学院路1号院8号楼101室",
}
MONTH = datetime.date(2026, 11, 1)


def build():
    """市委 ─┬─ 示范大学党委 * ─┬─ 信息总支 ─┬─ 硕士支部
    │          │                  │            └─ 教工支部
    │          │                  ├─ 艺术总支 ─── 表演支部
    │          │                  └─ 直属支部
    └─ 考试院党委 * ─── 机关总支 ─── 机关支部        (* exchanges letters)
    """
    city = OrganizationFactory(short_name="市委")
    university = _committee(city, "示范大学党委")
    academy = _committee(city, "考试院党委")
    information = OrganizationFactory(parent=university, org_type="621", short_name="信息总支")
    arts = OrganizationFactory(parent=university, org_type="621", short_name="艺术总支")
    office = OrganizationFactory(parent=academy, org_type="621", short_name="机关总支")
    return SimpleNamespace(
        city=city,
        university=university,
        academy=academy,
        information=information,
        arts=arts,
        office=office,
        masters=OrganizationFactory(parent=information, short_name="硕士支部", contact_phone="010-00000001"),
        staff=OrganizationFactory(parent=information, short_name="教工支部"),
        actors=OrganizationFactory(parent=arts, short_name="表演支部"),
        direct=OrganizationFactory(parent=university, short_name="直属支部"),
        clerks=OrganizationFactory(parent=office, short_name="机关支部"),
    )


def _committee(city, name):
    committee = OrganizationFactory(
        parent=city, org_type="611", short_name=name, may_approve=True, contact_phone="010-00000000"
    )
    OrganizationProfile.objects.create(
        organization=committee, address="示范市学院路1号", postcode="999000", fax="010-00000002"
    )
    return committee


@kept
def world():
    return build()


@pytest.fixture
def member(world):
    return MemberFactory(organization=world.masters, name="李思远")


class Desk:
    """Starts and advances transfers as the administrators of the organisations would."""

    def start(self, member, target=None, *, by=None, **words):
        words = {"cause": "work", "dues_paid_to": MONTH} | words
        if target is None:
            words = {"heading": "中共邻市委组织部", "destination": "邻市某单位"} | words
        return start(member, target=target, by=by or Acting(member.organization), **words)

    def act(self, transfer, verb, *, by=None, **words):
        transfer.refresh_from_db()
        words.setdefault("version", transfer.version)
        return advance(transfer, verb, by=by or Acting(transfer.holder), **words)

    def completed(self, transfer):
        """Let the branch enter all that the record of who arrives must say."""
        transfer.refresh_from_db()
        by = Acting(transfer.target)
        return arrival_records.write(transfer, by=by, version=transfer.version, values=WHOLE)

    def passed(self, transfer, times=1):
        """Let the next organisations say yes."""
        for _ in range(times):
            transfer = self.act(transfer, "pass")
        return transfer


@pytest.fixture
def desk():
    return Desk()
