"""Every form of members and transfers whose body or query names other objects, sent with the ids of foreign ones.

What stands in the address is tests/relations.py's. Here each case is sent first with ids of another branch, another
tree, of nobody, and with what is no id: refused, and no table changed. Then with an own id: it does what it is for.
Source: security.md 34, 35, 43.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from accounts.models import RoleGrant
from accounts.tests.factories import id_number
from members.models import Admission, Batch, Correction, Member, MemberImport, Standing
from members.tests import sheets
from members.tests.factories import AdmissionFactory, CorrectionFactory, MemberFactory
from members.tests.test_batch_sheets import sheet as batch_sheet
from orgs.models import Organization, OrganizationProfile
from orgs.tests.acting import Acting
from orgs.tests.factories import OrganizationFactory
from partyplatform import audit
from partyplatform.jobs import run_waiting
from partyplatform.tests.kept import kept
from partyplatform.ui.form_keys import fresh
from tests.objects import Objects
from tests.permissions import TABLE
from tests.relations import OWNED, POST, ROWS
from tests.test_looking import stored
from tests.world import build, user_of
from transfers.models import Transfer, TransferBatch
from transfers.services import receiving
from transfers.services.advancing import advance
from transfers.services.starting import start
from transfers.tests.exchanging import OWN, register, somebody, written
from transfers.tests.factories import PeerFactory
from transfers.tests.test_batches import line, sheet

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("walking"), pytest.mark.looks]

# Searches and exports of lists: their form is the filter, which narrows what is in reach.
LISTS = frozenset({
    "members:admissions", "members:flow", "members:lost", "members:abroad", "members:retention", "members:hardships",
    "members:reminders", "members:export_matters", "members:export_history", "members:choose_for_matter",
    "transfers:waiting", "transfers:choose",
})  # fmt: skip
SHEETS = frozenset({"members:imports", "members:batch_sheet", "transfers:upload_batch", "transfers:receive"})
# A choice of columns, rules and work of the operator: nothing in them is anybody's.
WITHOUT = frozenset({
    "members:columns", "members:change_rules", "members:go_on_rescoring", "members:stop_rescoring", "members:recheck",
    "transfers:switch_peer",
})  # fmt: skip
PDF = b"%PDF-1.4\n%%EOF\n"
NOBODY = 10**9
NO_NUMBERS = ("x", "-1", "²", "٣", "9" * 40, "1 OR 1=1")
NO_CODES = ("999999999999", "x", "²", "0" * 13, "%")
LETTER = {"cause": "work", "dues_paid_to": "2026-11", "valid_days": "", "note": ""}
ARRIVING = {
    **{"name": "王浩然", "id_number": id_number(390, born="19900101"), "category": "1", "ethnicity": "01"},
    **{"phone": "18088880000", "joined_on": "2012-06-01", "confirmed_on": "2013-06-01", "issuer": "中共邻市委组织部"},
    **{"letter_number": "邻组转〔2026〕118号", "letter_days": "90", "dues_paid_to": "2026-11", "cause": "work"},
}
ADMITTED = {"add_kind": "4", "name": "李思源", "id_number": "", "category": "1", "verb": "save"}


@kept
def world():
    """The usual one, whose committees exchange letters, with somebody everywhere and an act that waits."""
    world = build()
    Organization.objects.filter(pk__in=(world.root.pk, world.elsewhere.pk)).update(may_approve=True)
    world.far = OrganizationFactory(parent=world.elsewhere, short_name="远方支部")
    world.people = {
        name: MemberFactory(organization=getattr(world, name), complete=True)
        for name in ("students", "artists", "far", "staff")
    }
    world.away = {name: CorrectionFactory(member=world.people[name]) for name in ("students", "artists", "far")}
    world.here = CorrectionFactory(member=world.people["staff"])
    world.people["home"] = MemberFactory(organization=world.staff)
    world.draft = AdmissionFactory(organization=world.staff, asking_organization=world.college)
    facts = {"cause": "work", "dues_paid_to": timezone.localdate().replace(day=1)}
    leaving = MemberFactory(organization=world.staff)
    world.waiting = start(leaving, target=world.students, by=Acting(world.staff), **facts)
    world.dancers = OrganizationFactory(parent=world.other, short_name="舞蹈支部")
    leaving = MemberFactory(organization=world.artists)
    world.waiting_away = start(leaving, target=world.dancers, by=Acting(world.artists), **facts)
    _put_exchange(world, facts)
    return world


def _put_exchange(world, facts):
    """Somebody who came from another installation and waits, and somebody whose letter may be sent to it."""
    reach = {"address": "示范市学院路1号", "postcode": "999000", "fax": "010-00000002"}
    OrganizationProfile.objects.create(organization=world.root, **reach)
    Organization.objects.filter(pk=world.root.pk).update(contact_phone="010-00000000")
    world.switched_off = PeerFactory(platform="off.example.org", name="停用的平台", is_on=False)
    world.expired = PeerFactory(platform="old.example.org", name="到期的平台", valid_until=datetime.date(2020, 1, 1))
    outside = {"heading": "中共邻市委组织部", "destination": "邻市某单位"}
    world.committee = OrganizationFactory(parent=world.root, org_type="611", short_name="医学院党委")
    leaving = start(world.people["staff"], target=None, by=Acting(world.staff), **outside, **facts)
    for holder in (world.college, world.root):
        leaving = advance(leaving, "pass", by=Acting(holder), version=leaving.version)
    world.lettered = leaving
    with override_settings(EXCHANGE_ID=OWN):
        world.known = register()
        data = written(somebody(letter__heading=world.root.full_name))
        world.came = receiving.receive(data, way="file", by=audit.SYSTEM).message


# ── the cases ─────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Case:
    """One field of one form. Functions take the world; `own` is what it is right to send, `foreign` all that is not."""

    name: str
    actor: str
    field: str
    own: Callable[[Any], Any]
    foreign: Callable[[Any], list]
    body: Callable[[Any], dict] = lambda w: {}
    address: Callable[[Any], tuple] = lambda w: ()
    query: Callable[[Any], dict] = lambda w: {}
    in_query: bool = False
    refused: tuple = (404,)
    done: int = 302

    def __str__(self):
        return f"{self.name} {self.field}"

    def send(self, client, world, value):
        query, body = self.query(world), {**self.body(world), "form_key": fresh()}
        (query if self.in_query else body)[self.field.partition(" ")[0]] = value
        if self.field == "target_code":  # with its own name: no typing mistake stands in the way
            body["target_name"] = getattr(Organization.objects.filter(code=value).first(), "short_name", "教工支部")
        return client.post(reverse(self.name, args=self.address(world), query=query or None), body)


def others(*places):
    """Ids of people of these places, of nobody, and what is no id, each alone and beside one that is right."""

    def ids(world):
        wrong = [*(world.people[place].pk for place in places), NOBODY, *NO_NUMBERS]
        return [*wrong, *([world.people["home"].pk, one] for one in wrong)]

    return ids


def lone(*places):
    return lambda world: [*(world.people[place].pk for place in places), NOBODY, *NO_NUMBERS]


def away(letter, rows):
    """Keys of lines of 信息审核 of others."""

    def keys(world):
        wrong = [f"{letter}{row.pk}" for row in rows(world)]
        wrong += [f"{letter}{NOBODY}", "", *NO_NUMBERS, f"z{world.here.pk}", str(world.here.pk)]
        return [*wrong, *([f"c{world.here.pk}", one] for one in wrong)]

    return keys


def codes(*places):
    return lambda world: [*(getattr(world, place).code for place in places), *NO_CODES]


def elsewhere_waiting(world):
    wrong = [world.waiting_away.pk, NOBODY, *NO_NUMBERS]
    return [*wrong, *([world.waiting.pk, one] for one in wrong)]


def scanned(body):
    return lambda _: {**body, "letter_on": f"{timezone.localdate()}", "scan": SimpleUploadedFile("介绍信.pdf", PDF)}


GRANT = {"kind": "branch", "starts_on": f"{timezone.localdate()}", "reason": "负责支部信息维护"}
STAFF = lambda w: (w.staff.pk,)  # noqa: E731
PERSON = lambda w: w.people["home"].pk  # noqa: E731
SENTENCE = (422,)

# fmt: off
CASES = (
    Case("members:grant", "upper", "member", PERSON, lone("students", "artists", "far"),
         body=lambda w: GRANT | {"step": "add"}, address=STAFF, refused=(404, 422)),  # 422: longer than any id
    Case("members:grant", "upper", "found", PERSON, lone("students", "artists", "far"),
         body=lambda w: GRANT | {"step": "choose"}, address=STAFF, done=200),
    Case("members:decide_many", "own", "ids", lambda w: f"c{w.here.pk}", away("c", lambda w: w.away.values()),
         body=lambda w: {"verb": "accept", "answer": "属实"}),
    Case("members:decide_many", "own", "ids of 补录", lambda w: f"c{w.here.pk}", away("a", lambda w: [w.draft]),
         body=lambda w: {"verb": "refuse", "answer": "不属实"}),
    Case("members:start_batch", "own", "ids", PERSON, others("students", "artists", "far"),
         body=lambda w: {"ethnicity": "02"}, query=lambda w: {"items": "ethnicity"}, in_query=True),
    Case("members:start_batch", "upper", "org", lambda w: w.staff.pk,
         lambda w: [w.artists.pk, w.far.pk, w.root.pk, NOBODY],
         body=lambda w: {"ethnicity": "02"}, query=lambda w: {"items": "ethnicity", "all": "1"}, in_query=True),
    Case("members:create_admission", "upper", "code", lambda w: w.staff.code, codes("artists", "far", "closed", "root"),
         body=lambda w: ADMITTED, refused=SENTENCE),
    Case("members:edit_admission", "upper", "code", lambda w: w.students.code, codes("artists", "far", "closed"),
         body=lambda w: ADMITTED | {"version": w.draft.version}, address=lambda w: (w.draft.pk,), refused=SENTENCE),
    Case("transfers:many", "own", "ids", PERSON, others("students", "artists", "far"),
         body=lambda w: LETTER, query=lambda w: {"to": w.students.code}, in_query=True),
    Case("transfers:many", "own", "branch", lambda w: w.staff.code, codes("students", "artists", "far", "college"),
         body=lambda w: LETTER, query=lambda w: {"to": w.students.code}, in_query=True,
         refused=(302,)),  # nobody is chosen: back to the list
    Case("transfers:many", "own", "to", lambda w: w.students.code, codes("closed", "college", "root"),
         body=lambda w: LETTER, query=lambda w: {"ids": PERSON(w)}, in_query=True, refused=SENTENCE),
    Case("transfers:pass_many", "upper", "ids", lambda w: w.waiting.pk, elsewhere_waiting,
         body=lambda w: {"seen": f"{w.waiting.pk}:{w.waiting.version}", "remark": "同意。"}),
    Case("transfers:start", "own", "target_code", lambda w: w.students.code,
         codes("closed", "college", "root", "staff"),  # any other living branch may take somebody in
         body=lambda w: LETTER, address=lambda w: (PERSON(w),), refused=SENTENCE),
    Case("transfers:arrive", "upper", "target_code", lambda w: w.staff.code,
         codes("artists", "far", "closed", "root", "college"),
         body=scanned(ARRIVING), refused=SENTENCE),
    Case("transfers:inbox_item", "top", "target_code", lambda w: w.staff.code, codes("far", "elsewhere", "closed"),
         body=lambda w: {"version": w.came.version},
         address=lambda w: (w.came.pk,), refused=SENTENCE),
    Case("transfers:hand_on", "top", "target_code", lambda w: w.committee.code, codes("far", "elsewhere", "other"),
         body=lambda w: {"version": w.came.version},
         address=lambda w: (w.came.pk,), refused=SENTENCE),
    Case("transfers:send", "top", "peer", lambda w: w.known.pk,
         lambda w: [w.switched_off.pk, w.expired.pk, NOBODY, *NO_NUMBERS],
         body=lambda w: {"version": w.lettered.version, "way": "file"}, address=lambda w: (w.lettered.pk,),
         refused=SENTENCE),
)
# fmt: on


@pytest.mark.parametrize("case", CASES, ids=str)
def test_foreign_ids_are_refused_and_an_own_one_is_not(client, world, settings, case):
    settings.EXCHANGE_ID = OWN
    client.force_login(user_of(world, case.actor))
    case.send(client, world, case.foreign(world)[-1])  # the first visit writes what it always writes
    before, answers = stored(), {}
    for value in case.foreign(world):
        answers[str(value)] = case.send(client, world, value).status_code
    assert {value: status for value, status in answers.items() if status not in case.refused} == {}
    assert stored() == before
    done = case.send(client, world, case.own(world))
    assert (done.status_code, stored() != before) == (case.done, case.done == 302)


# ── what takes no ids ─────────────────────────────────────────────────────────────────────────────────────

# What a form of members or transfers could be taken to mean by another object, in the names used anywhere.
NAMES = (
    *("ids", "id", "pk", "uid", "member", "found", "org", "organization", "branch", "code", "target_code", "target"),
    *("place", "to", "peer", "batch", "grant", "user", "file", "photo", "scan", "transfer", "letter", "arrival"),
    *("correction", "admission", "doubt", "twin", "matter", "entry", "term", "post", "source", "holder", "starter"),
)


def foreign_rows(world):
    """Every row that belongs to the other tree or the other general branch, as it is stored."""
    away = [world.far.pk, world.elsewhere.pk, world.other.pk, world.artists.pk, world.dancers.pk]
    people = Member.objects.filter(organization__in=away)
    found = [Organization.objects.filter(pk__in=away), people, RoleGrant.objects.filter(organization__in=away)]
    found += [Correction.objects.filter(member__in=people), Admission.objects.filter(organization__in=away)]
    found += [Transfer.objects.filter(source__in=away), Standing.objects.filter(member__in=people)]
    return [list(rows.order_by("pk").values()) for rows in found]


def test_ids_in_a_form_that_takes_none_change_nothing_foreign(client, world):
    """Every other form, with the ids of a foreign member and branch under all the names there are."""
    taken = {case.name for case in CASES}
    client.force_login(user_of(world, "upper"))
    at, before, wrong = Objects(world, "staff"), foreign_rows(world), {}
    for name, kind, method, who, *_ in ROWS:
        if method != POST or name.partition(":")[0] not in ("members", "transfers") or name in taken or "D" not in who:
            continue
        arguments, query, body = at.arguments(kind)
        address = reverse(name, args=arguments, query=query or None)
        sent = {label: world.artists.code if "code" in label else world.people["far"].pk for label in NAMES}
        with transaction.atomic():
            status = client.post(address, sent | body).status_code
            if foreign_rows(world) != before or status >= 500:
                wrong[name] = status
            transaction.set_rollback(True)
    assert wrong == {}


def test_every_form_of_members_and_transfers_is_walked():
    """A new form is either here with what it takes, or asked in tests/relations.py and so walked with foreign ids."""
    posts = {name for name, _, method, _ in TABLE if method == POST}
    posts = {name for name in posts if name.partition(":")[0] in ("members", "transfers")}
    asked = {row[0] for row in ROWS if row[2] == POST} | {case.name for case in CASES}
    assert posts - asked - LISTS - OWNED - SHEETS - WITHOUT == set()


# ── sheets ────────────────────────────────────────────────────────────────────────────────────────────────


def test_sheets_that_name_foreign_people_or_branches_are_refused_at_their_cells(client, world):
    """What a sheet names is found in reach only: nothing of it can be confirmed, nobody is entered, changed or sent."""
    staff, artists = world.people["home"], world.people["artists"]
    client.force_login(user_of(world, "upper"))
    before = people_and_transfers()
    leaving = [line(artists, world.staff), line(world.people["far"], world.staff), line(staff, world.closed)]
    client.post(reverse("transfers:upload_batch"), {"file": sheet(*leaving), "form_key": fresh()})
    batch = TransferBatch.objects.latest("pk")
    assert (batch.state, batch.rows.filter(state="faulty").count()) == ("faulty", 3)
    client.post(reverse("transfers:confirm_batch", args=[batch.uid]), {"form_key": fresh()})
    rows = [(one.unsealed_id_number(), one.name, "大学本科 21") for one in (artists, world.people["far"])]
    client.post(reverse("members:batch_sheet"), {"file": batch_sheet(*rows), "form_key": fresh()})
    batch = Batch.objects.latest("pk")
    client.post(reverse("members:confirm_batch", args=[batch.uid]), {"form_key": fresh()})
    client.force_login(user_of(world, "top"))
    entering = [sheets.person(number, place) for number, place in enumerate((world.far, world.closed, world.other), 1)]
    client.post(reverse("members:imports"), {"file": sheets.uploaded(entering), "form_key": fresh()})
    session = MemberImport.objects.latest("pk")
    assert session.result["faulty"] == 3
    client.post(reverse("members:confirm_import", args=[session.uid]), {"form_key": fresh()})
    run_waiting()
    assert people_and_transfers() == before


def people_and_transfers():
    return [list(model.objects.order_by("pk").values()) for model in (Member, Transfer, Standing)]
