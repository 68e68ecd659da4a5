import json

import pytest
from django.db import connection

from partyplatform import audit
from partyplatform.audit import heads, verification
from partyplatform.audit.chain import CHAINED, head_seal, record_mac
from partyplatform.audit.models import ChainHead, Record

from .factories import tamper, write

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def heads_of_this_test_only(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def test_an_empty_and_a_whole_chain_have_no_problems():
    assert audit.verify() == []
    write(5)
    assert audit.verify() == []


@pytest.mark.parametrize(
    ("column", "value"),
    (
        ("reason", "另有原因"),
        ("actor_name", "王五"),
        ("changes", '[["组织简称", "甲", "乙"]]'),
        ("succeeded", False),
        ("organization_id", None),
        ("at", "2020-01-01 00:00:00"),
        ("key_id", "t2"),
    ),
)
def test_an_edited_record_is_found(column, value):
    write(4)
    tamper(f"UPDATE audit_record SET {column} = %s WHERE seq = 3", value)
    expected = "密钥 t2 不在密钥表中" if column == "key_id" else "内容与校验码不符"
    assert audit.verify() == [f"第 3 号审计记录的{expected}"]


def test_every_stored_column_but_the_mac_is_chained():
    assert sorted(CHAINED) == sorted(field.attname for field in Record._meta.fields if field.attname != "mac")


def test_an_edit_with_a_new_mac_made_without_the_key_is_found_twice(settings):
    write(4)
    row = Record.objects.values().get(seq=3) | {"reason": "另有原因"}
    settings.AUDIT_KEYS = {"t1": b"x" * 32}
    forged = record_mac(row)
    settings.AUDIT_KEYS = {"t1": b"a" * 32}
    tamper("UPDATE audit_record SET reason = %s, mac = %s WHERE seq = 3", row["reason"], forged)
    assert audit.verify() == ["第 3 号审计记录的内容与校验码不符", "第 4 号审计记录与前一条不相连"]


@pytest.mark.parametrize(
    ("gone", "problem"),
    (
        ("seq = 3", "第 3 号审计记录缺失"),
        ("seq IN (2, 3)", "第 2 至 3 号审计记录缺失"),
        ("seq = 1", "第 1 号审计记录缺失"),
        ("seq = 5", "第 5 号审计记录缺失（链尾被截断）"),
        ("seq > 2", "第 3 至 5 号审计记录缺失（链尾被截断）"),
        ("seq > 0", "第 1 至 5 号审计记录缺失（链尾被截断）"),
    ),
)
def test_a_gap_and_a_cut_tail_are_found(gone, problem):
    write(5)
    tamper(f"DELETE FROM audit_record WHERE {gone}")
    assert audit.verify() == [problem]


def test_a_cut_tail_is_found_although_the_head_was_set_back_with_it():
    rows = write(5)
    tamper("DELETE FROM audit_record WHERE seq > 3")
    tamper("UPDATE audit_chainhead SET seq = 3, mac = %s", rows[2].mac)
    assert audit.verify() == ["审计链头（第 3 号）的校验码不符"]


def test_a_cut_tail_with_an_old_true_head_is_found_by_the_published_one():
    write(3)
    old = ChainHead.objects.values().get()
    write(2)
    heads.publish()
    tamper("DELETE FROM audit_record WHERE seq > 3")
    tamper("UPDATE audit_chainhead SET seq = 3, mac = %s, at = %s, seal = %s", old["mac"], old["at"], old["seal"])
    (problem,) = audit.verify()
    assert problem.startswith("已公布的链头（")
    assert problem.endswith("第 5 号）与现存审计记录不符")


def test_swapped_rows_are_found():
    write(4)
    tamper("UPDATE audit_record SET seq = -1 WHERE seq = 2")
    tamper("UPDATE audit_record SET seq = 2 WHERE seq = 3")
    tamper("UPDATE audit_record SET seq = 3 WHERE seq = -1")
    assert audit.verify() == [
        "第 2 号审计记录与前一条不相连",
        "第 2 号审计记录的内容与校验码不符",
        "第 3 号审计记录与前一条不相连",
        "第 3 号审计记录的内容与校验码不符",
        "第 4 号审计记录与前一条不相连",
    ]


def test_another_key_of_the_same_id_is_found_at_every_record(settings):
    write(3)
    settings.AUDIT_KEYS = {"t1": b"x" * 32}
    assert audit.verify() == ["审计链头（第 3 号）的校验码不符"] + [
        f"第 {n} 号审计记录的内容与校验码不符" for n in (1, 2, 3)
    ]


def test_a_new_key_chains_on_and_the_old_one_is_needed_for_the_old_records(settings):
    write(2)
    settings.AUDIT_KEYS = {"t1": b"a" * 32, "t2": b"b" * 32}
    write(2)
    assert audit.verify() == []
    settings.AUDIT_KEYS = {"t2": b"b" * 32}
    assert audit.verify() == [f"第 {n} 号审计记录的密钥 t1 不在密钥表中" for n in (1, 2)]


def test_a_record_added_behind_the_head_is_found():
    write(2)
    columns = ", ".join(field.column for field in Record._meta.fields if field.column != "seq")
    tamper(f"INSERT INTO audit_record (seq, {columns}) SELECT 3, {columns} FROM audit_record WHERE seq = 2")
    assert audit.verify() == ["第 3 号审计记录在链头之后"]


def test_a_head_taken_away_is_found():
    write(2)
    tamper("DELETE FROM audit_chainhead")
    assert audit.verify() == ["审计链头缺失，而审计记录仍在"]


def test_a_head_that_points_elsewhere_is_found_with_its_seal_valid():
    write(2)
    head = ChainHead.objects.values().get() | {"mac": "0" * 64}
    tamper("UPDATE audit_chainhead SET mac = %s, seal = %s", head["mac"], head_seal(head))
    assert audit.verify() == ["审计链头与第 2 号审计记录不符"]


def test_the_list_of_problems_ends_after_the_first_hundred():
    write(150)
    tamper("UPDATE audit_record SET reason = 'x'")
    found = audit.verify()
    assert len(found) == 101
    assert found[-1] == "以上为前 100 处问题，其后的记录未再核对"


def test_pages_join_without_seam(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(verification, "PAGE", 3)
    write(7)
    with django_assert_num_queries(1 + 3 * 2 + 1 + 1):  # head, three pages, the empty page, beyond
        assert audit.verify() == []
    tamper("UPDATE audit_record SET previous_mac = mac WHERE seq = 4")
    assert audit.verify() == ["第 4 号审计记录与前一条不相连", "第 4 号审计记录的内容与校验码不符"]


def test_a_value_that_cannot_be_read_is_a_problem_and_not_a_crash():
    write(2)
    unreadable = "infinity" if connection.vendor == "postgresql" else "2026-13-99 00:00:00"
    tamper("UPDATE audit_record SET at = %s WHERE seq = 1", unreadable)
    assert audit.verify()[0] == "第 1 至 2 号审计记录中有无法读取的内容"


def test_a_damaged_line_of_published_heads_is_found(tmp_path):
    write(1)
    line = heads.publish()
    (file,) = heads.folder().iterdir()
    assert json.loads(line) == {"seq": 1, "mac": Record.objects.get().mac, "at": Record.objects.get().at.isoformat()}
    assert file.read_text() == line + "\n"
    assert audit.verify() == []
    file.write_text("{}\n")
    assert audit.verify() == [f"已公布的链头文件 {file.name} 中有无法读取的一行"]
