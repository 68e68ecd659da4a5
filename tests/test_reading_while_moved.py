"""While a sibling is moved to and fro, no page shows a stranger or misses somebody. Source: security.md 33."""

import time
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from threading import Event

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.tests.clients import act_as
from members.models import Member
from members.tests.factories import MemberFactory
from orgs.models import Organization, ParentChange
from orgs.services import parents
from orgs.tests.factories import OrganizationFactory
from partyplatform.excel import read_book
from tests.world import build

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]
SECONDS = 12

# reader: branches and people who must be on every page, and who must not. 艺术学院党总支 with 表演支部 is what moves.
STAFF, ARTISTS, WARD = {"李思远", "张晓雨"}, {"陈雨桐"}, {"郑小满"}
EXPECTED = {
    "upper": ({"教工支部", "学生支部"}, STAFF, {"表演支部", "艺术学院党总支", "内科支部", *ARTISTS, *WARD}),
    "foreign": ({"表演支部"}, ARTISTS, {"教工支部", "学生支部", "内科支部", *STAFF, *WARD}),
    "top": ({"教工支部", "学生支部", "表演支部", "内科支部"}, {*STAFF, *ARTISTS, *WARD}, {"另一大学党委"}),
}
COUNTS = {"upper": (4, 4), "foreign": (2, 1), "top": (9, 6)}  # organisations, dissolved ones included; members


@pytest.fixture
def world(transactional_db):
    world = build()
    world.change.delete()
    world.renewal.delete()
    world.hospital = OrganizationFactory(
        parent=world.root, org_type="611", short_name="附属医院党委", full_name="中国共产党示范大学附属医院委员会"
    )
    world.ward = OrganizationFactory(parent=world.hospital, short_name="内科支部")
    world.foreign = MemberFactory(organization=world.artists, name="陈雨桐")
    MemberFactory(organization=world.students, name="张晓雨")
    MemberFactory(organization=world.ward, name="郑小满")
    return world


def keep_moving(world, stop):
    """Move 艺术学院党总支 under the hospital and back, by the services, until told to stop; return how often."""
    by, moved = world.roles["top", "info"], 0
    try:
        while not stop.is_set():
            to = (world.hospital, world.root)[moved % 2]
            organization = Organization.objects.get(pk=world.other.pk)
            parents.approve(parents.ask(organization, to=to, by=by, reason="机构调整"), by=by)
            moved += 1
        return moved
    finally:
        connection.close()


def text_of(answer):
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if not content.startswith(b"PK"):
        return content.decode()
    lines = [line for sheet in read_book(BytesIO(content)).sheets for line in sheet.lines]
    return "\n".join(cell.text for line in lines for cell in line.cells)


def readings(client, role):
    """Yield (what was read, its text) of lists, searches, exports and details of one reader."""
    place = role.organization_id
    yield "organisations", client.get(reverse("orgs:list"), {"everything": "1"})
    yield "export of organisations", client.get(reverse("orgs:export"), {"everything": "1"})
    yield "members", client.get(reverse("members:list", args=[place]))
    yield "search", client.post(reverse("members:list", args=[place]), {"everything": "1"}, follow=True)
    yield "export of members", client.get(reverse("members:export", args=[place]))


def faults_of(reader, client, world):
    """Return what was wrong in one round of reading."""
    role, faults = world.roles[reader, "info"], []
    branches, people, absent = EXPECTED[reader]
    for what, answer in readings(client, role):
        text = text_of(answer)
        present = branches if "organisations" in what else people
        faults += [f"{reader} misses {word} in {what}" for word in present if word not in text]
        faults += [f"{reader} finds {word} in {what}" for word in absent if word in text]
    counted = Organization.objects.visible_to(role).count(), Member.objects.visible_to(role).count()
    faults += [f"{reader} counts {counted}"] if counted != COUNTS[reader] else []
    details = {
        reverse("orgs:detail", args=[world.artists.pk]): {"upper": 404}.get(reader, 200),
        reverse("members:detail", args=[world.foreign.pk]): {"upper": 404}.get(reader, 200),
        reverse("orgs:detail", args=[world.staff.pk]): {"foreign": 404}.get(reader, 200),
        reverse("members:detail", args=[world.member.pk]): {"foreign": 404}.get(reader, 200),
    }
    got = {address: client.get(address).status_code for address in details}
    return faults + [f"{reader} gets {got[a]} from {a}" for a in details if got[a] != details[a]]


def test_nobody_finds_a_stranger_and_nobody_is_missed(world):
    clients = {reader: act_as(Client(), world.roles[reader, "info"]) for reader in EXPECTED}
    stop, faults, rounds, end = Event(), [], 0, time.monotonic() + SECONDS
    with ThreadPoolExecutor(1) as thread:
        moving = thread.submit(keep_moving, world, stop)
        try:
            while time.monotonic() < end or rounds < 3:
                for reader, client in clients.items():
                    faults += faults_of(reader, client, world)
                rounds += 1
        finally:
            stop.set()
        moved = moving.result()
    assert faults == []
    assert moved >= 10
    assert ParentChange.objects.filter(state="done").count() == moved
