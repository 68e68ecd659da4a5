"""manage.py keys, as an operator uses it. Source: security.md 67."""

import base64
import json
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from accounts.tests.factories import UserFactory
from members.tests.factories import MemberFactory
from partyplatform.audit.models import Record
from partyplatform.audit.verification import verify
from partyplatform.crypto import head_of
from partyplatform.keyring import from_environment
from partyplatform.sealing.keeping import SETTLING
from partyplatform.sealing.tests.rings import field_ring

pytestmark = pytest.mark.django_db


def keys(*arguments):
    said = StringIO()
    call_command("keys", *arguments, stdout=said)
    return said.getvalue()


def refused(*arguments):
    with pytest.raises(CommandError) as refusal:
        keys(*arguments)
    return str(refusal.value)


def rows(path, name="FIELD_KEYS"):
    return {row["state"]: row for row in json.loads(path.read_text(encoding="utf-8"))[name]}


def settle(path):
    """Let the moment of the last change be long ago."""
    content = json.loads(path.read_text(encoding="utf-8"))
    for ring in content.values():
        for row in ring:
            if row["since"]:
                row["since"] = (datetime.fromisoformat(row["since"]) - SETTLING).isoformat()
    path.write_text(json.dumps(content), encoding="utf-8")


def test_the_whole_life_of_a_key(key_file):
    users = UserFactory.create_batch(3)
    MemberFactory()
    said = keys("new", "field", "--algorithm", "SM4-GCM")
    waiting = rows(key_file)["ready"]
    assert waiting["id"] in said
    assert waiting["key"] not in said
    assert (waiting["algorithm"], len(datetime.fromisoformat(waiting["made_at"]).isoformat())) == ("SM4-GCM", 25)
    assert head_of(UserFactory().id_number_sealed).key_id == "t1"  # only known as yet

    said = keys("rotate")
    assert f"FIELD_KEYS 改用密钥 {waiting['id']}。" in said
    assert "账号 身份证号：共 4 行，已更换 4 行" in said
    assert "党员 身份证号：共 1 行，已更换 1 行" in said
    assert {head_of(user.id_number_sealed).key_id for user in User.objects.all()} == {waiting["id"]}
    assert [User.objects.get(pk=user.pk).unsealed_id_number() for user in users] == [
        user.unsealed_id_number() for user in users
    ]

    assert "刚刚换下" in refused("retire", "field", "t1")
    settle(key_file)
    assert "已停用" in keys("retire", "field", "t1")
    assert list(rows(key_file)) == ["current"]
    acts = Record.objects.filter(action__startswith="keys.").order_by("pk")
    assert [record.changes for record in acts] == [
        [["密钥", "", f"FIELD_KEYS {waiting['id']} SM4-GCM"]],
        [["密钥", "", f"FIELD_KEYS {waiting['id']} SM4-GCM"]],
        [["密钥", "FIELD_KEYS t1", ""]],
    ]


def test_search_keys_are_changed_as_well(key_file):
    user = UserFactory()
    keys("new", "index", "--algorithm", "HMAC-SM3")
    keys("rotate")
    settle(key_file)
    keys("retire", "index", "t1")
    renewed = User.objects.with_id_number(user.unsealed_id_number()).get()
    assert renewed.id_number_index != user.id_number_index


def test_new_keys_have_the_algorithm_of_the_settings(key_file, settings):
    settings.FIELD_ALGORITHM, settings.INDEX_ALGORITHM = "SM4-GCM", "HMAC-SM3"
    for ring in ("field", "index"):
        keys("new", ring)
    assert rows(key_file)["ready"]["algorithm"] == "SM4-GCM"
    assert rows(key_file, "INDEX_KEYS")["ready"]["algorithm"] == "HMAC-SM3"
    assert "FIELD_KEYS 的算法应为 AES-256-GCM、SM4-GCM" in refused("new", "field", "--algorithm", "HMAC-SM3")


def test_one_key_waits_at_a_time_and_one_that_was_never_used_can_go(key_file):
    keys("new", "field")
    waiting = rows(key_file)["ready"]["id"]
    assert f"已有待启用的密钥 {waiting}" in refused("new", "field")
    keys("retire", "field", waiting)
    assert list(rows(key_file)) == ["current"]


def test_a_key_in_use_stays_and_the_refusal_says_how_many_rows(key_file, settings):
    UserFactory.create_batch(2)
    keys("new", "field")
    keys("new", "index")
    keys("rotate")
    settle(key_file)
    current, known = dict(settings.FIELD_KEYS), dict(settings.INDEX_KEYS)
    settings.FIELD_KEYS, settings.INDEX_KEYS = {"t1": current["t1"]}, {"t1": known["t1"]}
    UserFactory()  # of a process that has not heard of it
    settings.FIELD_KEYS, settings.INDEX_KEYS = current, known
    assert refused("retire", "field", "t1") == "账号的身份证号还有 1 行使用密钥 t1"
    assert refused("retire", "index", "t1") == "账号的身份证号还有 1 行使用密钥 t1"
    assert f"密钥 {rows(key_file)['current']['id']} 正在使用" == refused(
        "retire", "field", rows(key_file)["current"]["id"]
    )
    assert refused("retire", "field", "t9") == "FIELD_KEYS 中没有密钥 t9"
    assert "已更换 1 行" in keys("rotate")
    assert "已停用" in keys("retire", "field", "t1")


def test_no_index_key_goes_while_a_row_does_not_open(key_file):
    damaged, _ = UserFactory.create_batch(2)
    keys("new", "index")
    User.objects.filter(pk=damaged.pk).update(id_number_sealed=b"\x01\x01\x02t1" + b"0" * 40)
    assert "还有 1 行未更换" in refused("rotate")
    settle(key_file)
    assert "有 1 行认不出所用的密钥" in refused("retire", "index", "t1")


def test_audit_keys_only_grow(key_file):
    UserFactory()
    keys("new", "audit")
    keys("rotate")
    assert "只增不减" in refused("retire", "audit", "t1")
    assert "只增不减" in refused("retire", "audit", rows(key_file, "AUDIT_KEYS")["current"]["id"])
    keys("new", "field")  # recorded with the new key
    assert list(verify()) == []
    assert Record.objects.order_by("pk").last().key_id == rows(key_file, "AUDIT_KEYS")["current"]["id"]


def test_the_status_lists_rows_by_key_and_column(key_file):
    UserFactory.create_batch(2)
    damaged = MemberFactory()
    type(damaged).objects.filter(pk=damaged.pk).update(id_number_sealed=b"\x01\x01\x02t8" + b"0" * 40)
    keys("new", "field", "--algorithm", "SM4-GCM")
    waiting = rows(key_file)["ready"]
    assert keys("status").splitlines() == [
        "FIELD_KEYS",
        f"  {waiting['id']}  SM4-GCM  待启用  {waiting['made_at']}  没有数据使用",
        "  t1  AES-256-GCM  使用中  账号 身份证号 2 行",
        "INDEX_KEYS",
        "  t1  HMAC-SHA-256  使用中  账号 身份证号 2 行",
        "AUDIT_KEYS",
        "  t1  HMAC-SHA-256  使用中",
        "注意：党员 身份证号有 1 行使用没有的密钥 t8",
        "注意：党员 身份证号有 1 行无法解密",
        "注意：党员 身份证号有 1 行的检索键不出自任何一把密钥",
    ]


def test_without_a_key_file_the_operator_is_told_what_to_do(settings):
    settings.KEYS_FILE = ""
    user = UserFactory()
    line = keys("new", "field", "--algorithm", "SM4-GCM").splitlines()[1].rstrip(",")
    settings.FIELD_KEYS = from_environment("FIELD_KEYS", f"t1:{base64.b64encode(b'f' * 32).decode()},{line}")
    assert [key.algorithm for key in settings.FIELD_KEYS.values()] == ["AES-256-GCM", "SM4-GCM"]
    assert "已更换 1 行" in keys("rotate")
    assert "可以从 FIELD_KEYS 中删除它" in keys("retire", "field", "t1")
    assert "使用中" in keys("status")
    settings.FIELD_KEYS = field_ring({"t1": b"f" * 32})
    assert user.unsealed_id_number()
    assert "还有 1 行未更换" in refused("rotate")


def test_nothing_is_written_without_its_record(key_file, monkeypatch):
    def fail(*arguments, **values):
        raise RuntimeError

    before = key_file.read_bytes()
    monkeypatch.setattr("partyplatform.audit.record", fail)
    with pytest.raises(RuntimeError):
        keys("new", "field")
    assert key_file.read_bytes() == before


def test_the_guard_of_a_key_just_replaced_ends_by_itself(key_file):
    keys("new", "field")
    keys("rotate")
    content = json.loads(key_file.read_text(encoding="utf-8"))
    for row in content["FIELD_KEYS"]:
        since = datetime.fromisoformat(row["since"]) if row["since"] else None
        row["since"] = (since - SETTLING + timedelta(seconds=90)).isoformat() if since else ""
    key_file.write_text(json.dumps(content), encoding="utf-8")
    assert "请在 2 分钟后再试" in refused("retire", "field", "t1")
