import base64
import datetime
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from partyplatform import signatures
from transfers import letter_facts

FACTS = {
    "format": letter_facts.FORMAT,
    "number": "2026-000001",
    "committee": "中国共产党示范大学委员会",
    "name": "李思远",
    "source": "硕士支部",
    "destination": "邻市某单位",
    "issued_on": datetime.date(2026, 11, 27).isoformat(),
    "valid_until": "2027-02-25",
}


@pytest.fixture
def file(tmp_path):
    key_id, signature = signatures.sign(letter_facts.spelled(FACTS), purpose=letter_facts.PURPOSE)
    content = letter_facts.signature_file(FACTS, key_id=key_id, signature=base64.b64encode(signature).decode())
    path = tmp_path / "介绍信2026-000001.json"
    path.write_bytes(content)
    return path


def said(*arguments, **options):
    out = StringIO()
    call_command("verify_letter", *arguments, stdout=out, **options)
    return out.getvalue()


def test_a_genuine_letter_is_said_to_be_one_without_a_database(file):
    text = said(str(file))
    assert "核验通过" in text
    assert "姓名：李思远" in text


def test_the_public_key_is_enough_elsewhere(file, tmp_path, settings):
    key = tmp_path / "key.pem"
    key.write_text(said(public_key=True))
    settings.AUDIT_KEYS = {"other": b"o" * 32}
    with pytest.raises(CommandError, match="核验不通过"):
        said(str(file))
    assert "核验通过" in said(str(file), key=str(key))


@pytest.mark.parametrize("field", ["name", "number", "valid_until", "destination"])
def test_a_changed_word_is_noticed(file, field):
    content = json.loads(file.read_text())
    content["letter"][field] += "1"
    file.write_text(json.dumps(content))
    with pytest.raises(CommandError, match="核验不通过"):
        said(str(file))


def test_what_is_no_letter_is_refused_with_a_sentence(file, tmp_path):
    other = tmp_path / "other.json"
    other.write_text("{}")
    with pytest.raises(CommandError, match="不是介绍信签名文件"):
        said(str(other))
    with pytest.raises(CommandError, match="不能读取该文件"):
        said(str(tmp_path / "none.json"))
    other.write_bytes(b" " * 70_000)
    with pytest.raises(CommandError, match="文件过大"):
        said(str(other))
    with pytest.raises(CommandError, match="不是公钥文件"):
        said(str(file), key=str(file))
