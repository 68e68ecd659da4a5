"""Where keys come from. Faulty ones stop the service with a sentence that names them. Source: security.md 66."""

import base64
import json
import logging
import os
import stat
import subprocess
import sys

import pytest
from django.conf import settings as project
from django.core.exceptions import ImproperlyConfigured

from partyplatform import keyring
from partyplatform.keyring import CURRENT, OLD, READY, Key, KeyFile, from_environment, read_file, write_file


def spelled(letter, length=32):
    return base64.b64encode(letter * length).decode()


def ring_rows(**more):
    row = {"id": "k1", "algorithm": "AES-256-GCM", "state": "current", "key": spelled(b"f")}
    return [row | more]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "keys.json"


@pytest.fixture
def content():
    digest = {"algorithm": "HMAC-SHA-256"}
    return {
        "FIELD_KEYS": ring_rows(),
        "INDEX_KEYS": ring_rows(**digest, key=spelled(b"i")),
        "AUDIT_KEYS": ring_rows(**digest, key=spelled(b"a")),
    }


def put(path, content, mode=0o600):
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    path.chmod(mode)


# ── the environment ─────────────────────────────────────────────────────────────────────────────────────


def test_the_last_key_of_a_line_is_current_and_the_algorithm_may_be_named():
    ring = from_environment("FIELD_KEYS", f"k1:{spelled(b'a')}, k2:SM4-GCM:{spelled(b'b')}")
    assert list(ring.values()) == [
        Key("k1", b"a" * 32, "AES-256-GCM", OLD),
        Key("k2", b"b" * 32, "SM4-GCM", CURRENT),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    (
        ("", "编号应为"),
        (spelled(b"a"), "编号应为"),
        (f"键:{spelled(b'a')}", "编号应为"),
        (f"{'k' * 33}:{spelled(b'a')}", "编号应为"),
        ("k1:", "k1 应为 32 字节"),
        ("k1:not base64!", "k1 应为 32 字节"),
        (f"k1:{spelled(b'a', 31)}", "k1 应为 32 字节"),
        (f"k1:{spelled(b'a', 33)}", "k1 应为 32 字节"),
        (f"k1:ROT13:{spelled(b'a')}", "k1 算法不正确：应为 AES-256-GCM、SM4-GCM"),
        (f"k1:HMAC-SM3:{spelled(b'a')}", "k1 算法不正确"),
        (f"k1:{spelled(b'a')},k1:{spelled(b'b')}", "重复的编号"),
        (f"k1:{spelled(b'a')},k2:{spelled(b'a')}", "两个编号的密钥相同"),
    ),
)
def test_a_faulty_line_is_refused_with_the_name_of_the_ring(line, reason):
    with pytest.raises(ImproperlyConfigured, match=reason) as refused:
        from_environment("FIELD_KEYS", line)
    assert "FIELD_KEYS" in str(refused.value)
    assert spelled(b"a")[:8] not in str(refused.value)


# ── the key file ────────────────────────────────────────────────────────────────────────────────────────


def test_a_written_file_is_read_back_and_nobody_else_can_read_it(path):
    waiting = Key("k2", b"n" * 32, "SM4-GCM", READY, made_at="2026-11-27T09:00:00+08:00")
    rings = {
        "FIELD_KEYS": [Key("k1", b"f" * 32, "AES-256-GCM"), waiting],
        "INDEX_KEYS": [Key("k1", b"i" * 32, "HMAC-SM3")],
        "AUDIT_KEYS": [Key("k1", b"a" * 32, "HMAC-SHA-256")],
    }
    old_mask = os.umask(0)
    try:
        write_file(path, rings)
    finally:
        os.umask(old_mask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(path.parent) == [path.name]
    _, read = read_file(path)
    assert {name: list(ring.values()) for name, ring in read.items()} == {
        **rings,
        "FIELD_KEYS": [waiting, rings["FIELD_KEYS"][0]],  # a waiting key is known, the current one makes new values
    }


@pytest.mark.parametrize("mode", (0o640, 0o604, 0o620, 0o660, 0o644, 0o601))
def test_a_file_that_others_may_touch_is_refused(path, content, mode):
    put(path, content, mode)
    with pytest.raises(ImproperlyConfigured, match=r"keys\.json 对其他用户可读"):
        KeyFile(path)


@pytest.mark.parametrize(
    ("change", "reason"),
    (
        ({"FIELD_KEYS": []}, "缺少密钥 FIELD_KEYS"),
        ({"INDEX_KEYS": None}, "缺少密钥 INDEX_KEYS"),
        ({"AUDIT_KEYS": {}}, "缺少密钥 AUDIT_KEYS"),
        ({"FIELD_KEYS": ["k1"]}, "密钥 FIELD_KEYS 格式不正确"),
        ({"FIELD_KEYS": ring_rows(key=7)}, "密钥 FIELD_KEYS 格式不正确"),
        ({"FIELD_KEYS": ring_rows(key=spelled(b"f", 16))}, "密钥 FIELD_KEYS 格式不正确：k1 应为 32 字节"),
        ({"FIELD_KEYS": ring_rows(state="old")}, "密钥 FIELD_KEYS 中应恰有一把处于 current"),
        ({"FIELD_KEYS": ring_rows() + ring_rows(id="k2", key=spelled(b"x"))}, "应恰有一把处于 current"),
        ({"FIELD_KEYS": ring_rows(state="lost")}, "密钥 FIELD_KEYS 的 k1 状态不正确"),
        ({"FIELD_KEYS": ring_rows(algorithm="")}, "密钥 FIELD_KEYS 的 k1 算法不正确"),
    ),
)
def test_a_file_with_a_faulty_ring_is_refused_with_its_name(path, content, change, reason):
    put(path, content | change)
    with pytest.raises(ImproperlyConfigured, match=reason):
        KeyFile(path)


@pytest.mark.parametrize("text", ("", "{", "[]", '"keys"', "\x00\xff"))
def test_a_file_that_is_no_key_file_is_refused(path, text):
    put(path, text)
    with pytest.raises(ImproperlyConfigured, match=r"keys\.json 格式不正确"):
        KeyFile(path)


def test_a_file_that_is_missing_is_refused(path):
    with pytest.raises(ImproperlyConfigured, match=r"密钥文件 .*keys\.json 无法读取"):
        KeyFile(path)


def test_a_running_process_takes_up_a_replaced_file_and_keeps_its_keys_when_that_is_faulty(
    path, content, monkeypatch, caplog
):
    put(path, content)
    file = KeyFile(path)
    ring = file.live("FIELD_KEYS")
    content["FIELD_KEYS"] = ring_rows(state="old") + ring_rows(id="k2", key=spelled(b"n"))
    put(path, content)
    assert list(ring) == ["k1"]  # looked a moment ago
    monkeypatch.setattr(keyring, "LOOK_EVERY", 0)
    file._look_at = 0
    assert (list(ring), list(reversed(ring)), len(ring), ring["k2"].state) == (["k1", "k2"], ["k2", "k1"], 2, CURRENT)
    with caplog.at_level(logging.ERROR):
        put(path, "{")
        assert list(ring) == ["k1", "k2"]
        path.unlink()
        assert list(ring) == ["k1", "k2"]
    assert len(caplog.records) == 2


def test_a_writer_that_dies_leaves_the_old_file(path, content, monkeypatch):
    put(path, content)
    before = path.read_bytes()

    def die(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", die)
    with pytest.raises(KeyboardInterrupt):
        write_file(path, {"FIELD_KEYS": [Key("k9", b"x" * 32, "AES-256-GCM")]})
    assert (path.read_bytes(), os.listdir(path.parent)) == (before, [path.name])


# ── the service ─────────────────────────────────────────────────────────────────────────────────────────


def start(**environment):
    """Load the settings as the service does; return the last line of its complaint, "" when it would run."""
    command = [sys.executable, "-c", "import partyplatform.settings"]
    changed = {name: value for name, value in {**os.environ, **environment}.items() if value is not None}
    run = subprocess.run(command, cwd=project.BASE_DIR, env=changed, capture_output=True, text=True, timeout=60)
    return run.stderr.strip().splitlines()[-1] if run.returncode else ""


def test_the_service_starts_with_keys_of_the_environment_or_of_a_file(path, content):
    put(path, content)
    assert start() == ""
    assert start(KEYS_FILE=str(path), FIELD_KEYS=None, INDEX_KEYS=None, AUDIT_KEYS=None) == ""


@pytest.mark.parametrize(
    ("environment", "reason"),
    (
        ({"FIELD_KEYS": None}, "缺少密钥 FIELD_KEYS"),
        ({"INDEX_KEYS": ""}, "缺少密钥 INDEX_KEYS"),
        ({"AUDIT_KEYS": "k1:abc"}, "密钥 AUDIT_KEYS 太短"),
        ({"SECRET_KEY": "short"}, "密钥 SECRET_KEY 太短"),
        ({"FIELD_KEYS": f"k1:{spelled(b'f', 40)}"}, "密钥 FIELD_KEYS 格式不正确：k1"),
        ({"KEYS_FILE": "/nowhere/keys.json"}, "密钥文件 /nowhere/keys.json 无法读取"),
        ({"FIELD_ALGORITHM": "DES"}, "FIELD_ALGORITHM 不正确：应为 AES-256-GCM、SM4-GCM"),
    ),
)
def test_the_service_does_not_start_and_says_which_key_is_at_fault(environment, reason):
    assert reason in start(**environment)


def test_the_service_does_not_start_with_a_world_readable_file(path, content):
    put(path, content, 0o644)
    assert "对其他用户可读，请执行 chmod 600" in start(KEYS_FILE=str(path))


def test_a_first_key_file_is_written_by_a_script_and_never_overwritten(path):
    command = [sys.executable, "scripts/make-env", "--key-file", str(path)]
    run = subprocess.run(command, cwd=project.BASE_DIR, capture_output=True, text=True, timeout=60)
    assert (run.returncode, str(path) in run.stdout) == (0, True)
    _, rings = read_file(path)
    assert {name: [key.state for key in ring.values()] for name, ring in rings.items()} == {
        name: ["current"] for name in keyring.RINGS
    }
    before = path.read_bytes()
    assert subprocess.run(command, cwd=project.BASE_DIR, capture_output=True, timeout=60).returncode == 1
    assert path.read_bytes() == before
    assert start(KEYS_FILE=str(path)) == ""
