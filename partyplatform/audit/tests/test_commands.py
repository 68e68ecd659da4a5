"""Source: security.md 68, 74."""

import io
import json

import pytest
import time_machine
from django.core.management import CommandError, call_command

from partyplatform import integrity
from partyplatform.audit import heads

from .factories import tamper, write


def run(name):
    out = io.StringIO()
    call_command(name, stdout=out)
    return out.getvalue()


@pytest.fixture(autouse=True)
def heads_of_this_test_only(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def audit_invariants_only(monkeypatch):
    own = {title: item for title, item in integrity._invariants.items() if title.startswith("审计")}
    monkeypatch.setattr(integrity, "_invariants", own)


@pytest.mark.django_db
def test_the_head_is_published_once_there_is_one():
    assert run("publish_audit_head") == "还没有审计记录\n"
    (row,) = write(1)
    assert json.loads(run("publish_audit_head")) == {"seq": 1, "mac": row.mac, "at": row.at.isoformat()}
    assert len(list(heads.folder().iterdir())) == 1


@pytest.mark.django_db
def test_the_worker_publishes_one_head_a_day_where_a_place_is_set(settings, tmp_path):
    write(1)
    assert (heads.publish_daily(), list(heads.published())) == (None, [])
    settings.AUDIT_HEADS_DIR = str(tmp_path / "elsewhere")
    with pytest.raises(FileNotFoundError):
        heads.publish_daily()
    (tmp_path / "elsewhere").mkdir()
    with time_machine.travel("2026-11-02 10:00+08:00", tick=False):
        first = json.loads(heads.publish_daily())
        write(1)
        assert heads.publish_daily() is None
    with time_machine.travel("2026-11-03 00:01+08:00", tick=False):
        second = json.loads(heads.publish_daily())
    assert [(name, seq) for name, seq, _ in heads.published()] == [("2026-11-02.jsonl", 1), ("2026-11-03.jsonl", 2)]
    assert (first["seq"], second["seq"]) == (1, 2)


@pytest.mark.django_db
@pytest.mark.usefixtures("audit_invariants_only")
def test_heads_of_both_places_are_compared_with_the_chain(settings, tmp_path):
    write(2)
    heads.publish()
    settings.AUDIT_HEADS_DIR = str(tmp_path / "elsewhere")
    (tmp_path / "elsewhere").mkdir()
    for place in (heads.folder(), tmp_path / "audit-heads"):
        (place / "2020-01-01.jsonl").write_text('{"seq": 2, "mac": "cut"}\n')
    with pytest.raises(CommandError, match="共 2 处问题"):
        run("check_integrity")


@pytest.mark.django_db
@pytest.mark.usefixtures("audit_invariants_only")
def test_check_integrity_says_so_when_all_is_well():
    write(3)
    assert run("check_integrity") == "通过  审计链完整\n通过  审计表只能追加\n"


@pytest.mark.django_db
@pytest.mark.usefixtures("audit_invariants_only")
def test_check_integrity_lists_problems_and_fails():
    write(3)
    tamper("DELETE FROM audit_record WHERE seq = 2")
    out = io.StringIO()
    with pytest.raises(CommandError, match="共 1 处问题") as caught:
        call_command("check_integrity", stdout=out)
    assert caught.value.returncode == 1
    assert out.getvalue() == "1 处问题  审计链完整\n    第 2 号审计记录缺失\n通过  审计表只能追加\n"
