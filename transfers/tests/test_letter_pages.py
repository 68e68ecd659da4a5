"""介绍信 on the screen, on paper and before strangers."""

import json
import re
import subprocess

import pytest
from django.urls import reverse

from accounts.codes import System
from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory
from partyplatform.audit.models import Record
from transfers import letter_facts, letter_sheets
from transfers.models import Letter
from transfers.services import letters

pytestmark = [pytest.mark.django_db, pytest.mark.looks]
VERIFY = "/letters/verify/"


@pytest.fixture
def letter(desk, member):
    return Letter.objects.get(transfer=desk.passed(desk.start(member), 2))


@pytest.fixture
def committee(client, world):
    return act_as(client, RoleGrantFactory(organization=world.university, system=System.PORTAL))


def printing(letter):
    return reverse("transfers:print_letter", args=[letter.pk])


def asked(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_the_transfer_lists_its_letters_and_the_committee_prints_them(committee, letter):
    text = committee.get(letter.transfer.get_absolute_url()).text
    assert "第 2026-000001 号" in text
    assert "打印介绍信" in text


def test_the_branch_sees_the_number_and_prints_nothing(client, letter, world):
    branch = act_as(client, RoleGrantFactory(organization=world.masters, system=System.PORTAL))
    text = branch.get(letter.transfer.get_absolute_url()).text
    assert "第 2026-000001 号" in text
    assert "打印介绍信" not in text
    assert branch.post(printing(letter)).status_code == 404


def test_the_receiving_side_cannot_print_it(client, letter, world):
    other = act_as(client, RoleGrantFactory(organization=world.academy, system=System.PORTAL))
    assert other.post(printing(letter)).status_code == 404
    assert not Record.objects.filter(action="transfers.print_letter").exists()


def test_the_page_for_the_printer_says_what_the_form_says(committee, letter, member):
    text = committee.post(printing(letter)).text
    for words in (
        member.unsealed_id_number(),
        "中共邻市委组织部",
        "贰零贰陆",
        "拾壹",
        "玖拾",
        letters.check_code(letter),
    ):
        assert words in text
    assert Record.objects.filter(action="transfers.print_letter").count() == 1


def test_the_pdf_is_one_tagged_page_with_its_fonts(committee, letter, tmp_path):
    answer = committee.post(printing(letter), {"way": "pdf"})
    path = tmp_path / "letter.pdf"
    path.write_bytes(b"".join(answer.streaming_content))
    facts, fonts, text = asked("pdfinfo", path), asked("pdffonts", path), asked("pdftotext", path, "-")
    assert re.search(r"Tagged: +yes", facts)
    assert re.search(r"Pages: +1\b", facts)
    assert {line.split()[-5] for line in fonts.splitlines()[2:]} == {"yes"}
    for part in ("介绍信存根", "回执联", "李思远", letters.check_code(letter)):
        assert part in text.replace("\n", "").replace(" ", "")


def test_long_names_stay_on_the_one_page(letter, tmp_path):
    """Each density is used, and a paper of each is one page; the last one has every name as long as may be."""
    papers, used = [], []
    for source, destination, other, address in (
        (20, 9, 14, 8),
        (34, 34, 14, 20),
        (50, 50, 40, 40),
        (100, 100, 100, 200),
    ):
        lengths = {
            "source": source,
            "destination": destination,
            "heading": other,
            "committee": other,
            "address": address,
        }
        facts = letters.facts_of(letter) | {name: "示" * length for name, length in lengths.items()}
        used.append(letter_facts.closeness(facts))
        papers.append((letter, facts))
    assert used == ["", "paper--close", "paper--closer", "paper--closest"]
    path = tmp_path / "letters.pdf"
    path.write_bytes(letter_sheets.letters_as_pdf(papers, address="https://dj.example.edu.cn/letters/verify/"))
    assert re.search(r"Pages: +4\b", asked("pdfinfo", path))


def test_the_signature_file_is_that_of_the_letter(committee, letter):
    answer = committee.post(printing(letter), {"way": "signature"})
    content = b"".join(answer.streaming_content)
    assert json.loads(content)["letter"]["number"] == "2026-000001"
    assert letter_facts.read_signature_file(content)[1] == letter.key_id


# ── before strangers ────────────────────────────────────────────────────────────────────────────────────


def ask(client, letter, **typed):
    return client.post(VERIFY, {"number": letter.label, "code": letters.check_code(letter)} | typed)


def test_anybody_learns_that_it_is_genuine_and_nothing_personal(client, letter, member, world):
    text = ask(client, letter).text
    assert "介绍信真实有效" in text
    assert world.university.full_name in text
    assert "李*" in text
    for hidden in ("李思远", member.unsealed_id_number(), world.masters.short_name, letter.transfer.destination):
        assert hidden not in text


@pytest.mark.parametrize(
    ("verb", "words", "told"),
    [
        ("receipt", {"received_on": "today"}, "已使用"),
        ("replace", {"remark": "遗失"}, "介绍信已作废"),
        ("end", {"remark": "不再转出"}, "介绍信已作废"),
    ],
)
def test_it_says_what_became_of_it(client, letter, desk, world, verb, words, told):
    words = {name: letter.issued_on if value == "today" else value for name, value in words.items()}
    desk.act(letter.transfer, verb, **words)
    assert told in ask(client, letter).text
    committee = act_as(client, RoleGrantFactory(organization=world.university, system=System.PORTAL))
    assert committee.post(printing(letter)).text.count('class="state"') == 3  # the parts are torn apart


def test_a_letter_that_ran_out_says_so(client, letter):
    Letter.objects.update(valid_until="2020-01-01")
    assert "已过有效期" in ask(client, letter).text


def test_a_wrong_pair_learns_nothing_and_keeps_what_was_typed(client, letter):
    for typed in ({"code": "2345-6789-AB"}, {"number": "2026-000002"}, {"code": "不对"}):
        answer = ask(client, letter, **typed)
        assert answer.status_code == 422
        assert "没有找到" in answer.text
        assert next(iter(typed.values())) in answer.text


def test_empty_fields_are_asked_for(client):
    answer = client.post(VERIFY, {})
    assert answer.status_code == 422
    assert "请填写介绍信编号" in answer.text
    assert "请填写核验码" in answer.text


def test_a_network_that_guesses_is_stopped_and_right_answers_cost_nothing(client, letter, settings):
    settings.LOGIN_TRIES_PER_NETWORK = 3
    for _ in range(5):
        assert ask(client, letter).status_code == 200
    for _ in range(3):
        ask(client, letter, code="2345-6789-AB")
    answer = ask(client, letter)
    assert answer.status_code == 422
    assert "核验次数过多" in answer.text


def test_the_code_on_the_paper_opens_the_form_filled_in(client, letter):
    code = letters.check_code(letter)
    answer = client.get(VERIFY, {"number": letter.label, "code": code})
    assert answer.status_code == 200
    assert code in answer.text
    assert "介绍信真实有效" not in answer.text


def test_search_engines_may_find_the_empty_form_and_no_letter(client, letter):
    """Source: decision 0059."""
    answers = (client.get(VERIFY), client.get(VERIFY, {"number": letter.label}), ask(client, letter))
    assert ["noindex" in answer.text for answer in answers] == [False, True, True]


def test_a_transfer_with_three_letters_asks_as_often_as_with_one(
    committee, letter, desk, django_assert_num_queries, django_assert_max_num_queries
):
    address = letter.transfer.get_absolute_url()
    with django_assert_max_num_queries(12) as one:
        committee.get(address)
    desk.act(letter.transfer, "replace", remark="遗失")
    desk.act(letter.transfer, "replace", remark="再次遗失")
    with django_assert_num_queries(len(one)):
        assert committee.get(address).text.count("打印介绍信") == 3
