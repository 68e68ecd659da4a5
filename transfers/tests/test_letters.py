import base64
import datetime
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.utils import timezone

from members.tests.factories import MemberFactory
from orgs.models import OrganizationProfile
from orgs.tests.acting import Acting
from partyplatform import signatures
from partyplatform.audit.models import Record
from partyplatform.ui.refusals import Refusal
from transfers import letter_facts
from transfers.codes import LetterState, TransferState
from transfers.models import Letter
from transfers.models.letters import CHECKS, FACTS
from transfers.services import letters
from transfers.services.clocks import expire_letters

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 11, 27)


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(datetime.datetime(2026, 11, 27, 10, tzinfo=datetime.UTC))


@pytest.fixture
def leaving(desk, member):
    """A transfer to another city with its letter."""
    return desk.passed(desk.start(member), 2)


def only(transfer):
    [letter] = Letter.objects.of(transfer)
    return letter


def test_the_letter_says_what_the_form_asks_for(leaving, member, world):
    letter = only(leaving)
    facts = letters.facts_of(letter)
    assert letter.label == "2026-000001"
    assert (letter.issued_on, letter.valid_until) == (TODAY, TODAY + datetime.timedelta(days=90))
    assert facts["name"] == "李思远"
    assert facts["id_number"] == member.unsealed_id_number()
    assert facts["category"] == "正式"
    assert facts["source"] == world.masters.full_name
    assert (facts["heading"], facts["destination"]) == ("中共邻市委组织部", "邻市某单位")
    assert (facts["address"], facts["committee_phone"]) == ("示范市学院路1号", "010-00000000")
    assert facts["dues_paid_to"] == "2026-11"


def test_what_is_stored_hides_the_person(leaving, member):
    letter = only(leaving)
    number = member.unsealed_id_number()
    stored = bytes(letter.facts_sealed) + bytes(letter.check_sealed) + letter.check_index.encode()
    assert number.encode() not in stored
    assert CHECKS.text(letter).encode() not in stored


def test_a_city_transfer_has_a_letter_addressed_to_the_other_committee(desk, member, world):
    transfer = desk.passed(desk.start(member, world.clerks), 2)
    facts = letters.facts_of(only(transfer))
    assert facts["heading"] == world.academy.full_name
    assert facts["destination"] == world.clerks.full_name
    assert facts["valid_days"] == 30


def test_no_letter_without_the_data_of_the_committee(desk, member, world):
    OrganizationProfile.objects.filter(organization=world.university).update(fax="", postcode="")
    transfer = desk.passed(desk.start(member), 1)
    with pytest.raises(Refusal, match="没有登记邮编、传真，不能开具介绍信"):
        desk.passed(transfer, 1)
    assert Letter.objects.count() == 0


# ── numbers ─────────────────────────────────────────────────────────────────────────────────────────────


def test_numbers_run_by_committee_and_year(desk, world, time_machine):
    people = [MemberFactory(organization=world.masters) for _ in range(2)]
    first = [only(desk.passed(desk.start(person), 2)).label for person in people]
    other = only(desk.passed(desk.start(MemberFactory(organization=world.clerks)), 2))
    time_machine.move_to(datetime.datetime(2027, 1, 4, tzinfo=datetime.UTC))
    later = only(desk.passed(desk.start(MemberFactory(organization=world.masters)), 2))
    assert first == ["2026-000001", "2026-000002"]
    assert (other.label, other.committee) == ("2026-000001", world.academy)
    assert later.label == "2027-000001"


def test_a_number_that_was_not_used_is_given_again(desk, member, world):
    transfer = desk.passed(desk.start(member), 1)
    with pytest.raises(RuntimeError), transaction.atomic():
        desk.passed(transfer, 1)
        raise RuntimeError
    assert only(desk.passed(transfer, 1)).number == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_eight_at_once_leave_no_gap_and_no_double(desk, world):
    waiting = [desk.passed(desk.start(MemberFactory(organization=world.masters)), 1) for _ in range(8)]

    def approve(transfer):
        try:
            return only(desk.passed(transfer, 1)).number
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(approve, waiting)) == list(range(1, 9))


# ── its life ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_receipt_uses_it_up(desk, leaving):
    desk.act(leaving, "receipt", received_on=TODAY)
    letter = only(leaving)
    assert (letter.state, letter.ended_on) == (LetterState.RECEIPTED, TODAY)


def test_a_lost_one_is_void_and_the_new_one_has_its_own_number(desk, leaving):
    desk.act(leaving, "replace", remark="遗失，已登报声明")
    new, old = Letter.objects.of(leaving)
    assert (old.state, new.state) == (LetterState.VOIDED, LetterState.VALID)
    assert new.number == old.number + 1
    assert CHECKS.text(new) != CHECKS.text(old)


def test_an_expired_one_is_void_once_it_was_given_again(desk, leaving, time_machine):
    time_machine.move_to(datetime.datetime(2027, 3, 1, tzinfo=datetime.UTC))
    expire_letters()
    assert only(leaving).state == LetterState.EXPIRED
    desk.act(leaving, "reopen", remark="未能按期报到")
    assert [letter.state for letter in Letter.objects.of(leaving)] == [LetterState.VALID, LetterState.VOIDED]


def test_an_end_takes_it_back(desk, leaving):
    desk.act(leaving, "end", remark="不再转出")
    assert only(leaving).state == LetterState.VOIDED


def test_one_whose_last_day_is_over_says_so_before_the_clock_did(leaving, time_machine):
    time_machine.move_to(datetime.datetime(2027, 3, 1, tzinfo=datetime.UTC))
    assert only(leaving).status.label == "已过期"


# ── signature ───────────────────────────────────────────────────────────────────────────────────────────


def test_it_is_signed_and_a_changed_one_is_not(leaving):
    letter = only(leaving)
    assert letters.is_genuine(letter)
    facts = letters.facts_of(letter) | {"name": "张思远"}
    FACTS.put(letter, letter_facts.spelled(facts).decode())
    assert not letters.is_genuine(letter)


def test_the_number_spelled_as_on_paper():
    assert [letter_facts.in_capitals(number) for number in (1, 10, 11, 15, 20, 30, 90, 99)] == [
        "壹",
        "拾",
        "拾壹",
        "拾伍",
        "贰拾",
        "叁拾",
        "玖拾",
        "玖拾玖",
    ]
    with pytest.raises(ValueError, match="100"):
        letter_facts.in_capitals(100)


# ── found by number and check code ──────────────────────────────────────────────────────────────────────


def test_only_the_right_pair_finds_it(leaving):
    letter = only(leaving)
    code = letters.check_code(letter)
    assert letters.find(letter.label, code) == letter
    assert letters.find("2026-1", code.lower().replace("-", " ")) == letter
    assert letters.find("2026-000002", code) is None
    assert letters.find(letter.label, "2345-6789-AB") is None
    assert letters.find("", code) is None
    assert letters.find(letter.label, "") is None


def test_printing_is_written_down(leaving):
    letters.printed(only(leaving), by=Acting(leaving.source_committee), way="PDF")
    record = Record.objects.get(action="transfers.print_letter")
    assert record.changes == [["介绍信", "", "2026-000001"], ["方式", "", "PDF"]]
    assert timezone.localdate() == TODAY


def test_the_signature_file_is_read_back(leaving):
    letter = only(leaving)
    facts = letters.facts_of(letter)
    content = letter_facts.signature_file(facts, key_id=letter.key_id, signature=letter.signature)
    read, key_id, signature = letter_facts.read_signature_file(content)
    assert (read, key_id, signature) == (facts, letter.key_id, base64.b64decode(letter.signature))
    assert signatures.is_signed(letter_facts.spelled(read), signature, key_id=key_id, purpose=letter_facts.PURPOSE)
    for wrong in (b"", b"[]", b"{}", b"\xff", json.dumps({"letter": {}, "key": "a", "signature": "!"}).encode()):
        with pytest.raises(ValueError, match="签名文件"):
            letter_facts.read_signature_file(wrong)


def test_a_transfer_that_is_sent_back_after_its_letter_voids_it(desk, member, world):
    transfer = desk.passed(desk.start(member, world.clerks), 2)
    transfer = desk.act(transfer, "send_back", remark="单位不符")
    assert transfer.state == TransferState.REFUSED
    assert only(transfer).state == LetterState.VOIDED
