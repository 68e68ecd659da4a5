"""manage.py backup and restore, as a drill: another machine, other processes. Source: security.md 63, 73."""

import base64
import contextlib
import hashlib
import io
import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from members.tests.factories import MemberFactory
from partyplatform.backups import databases
from partyplatform.backups.making import clear_old
from partyplatform.sealing import columns
from partyplatform.sealing.rotation import cells
from tests import world as university

NUMBER = re.compile(r"(?<!\d)(?:\d{17}[\dX]|\d{11})(?!\d)")
WRONG = "t1:" + base64.b64encode(b"w" * 32).decode()


@pytest.fixture
def backup(db, settings, tmp_path):
    """A backup of the small university, one secret file among it."""
    settings.MEDIA_ROOT = tmp_path / "var" / "files"
    MemberFactory(organization=university.build().staff, complete=True)
    place = tmp_path / "backups"
    call_command("backup", str(place))
    [folder] = place.iterdir()
    return folder


@contextlib.contextmanager
def empty_database(tmp_path):
    """Yield the address of a database without a table."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path / 'restored.sqlite3'}"
        return
    with connection.cursor() as cursor:
        cursor.execute("DROP DATABASE IF EXISTS restored")
        cursor.execute("CREATE DATABASE restored")
    try:
        yield urlsplit(os.environ["DATABASE_URL"])._replace(path="/restored").geturl()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP DATABASE restored WITH (FORCE)")


def spellings(number):
    """A number as it could stand somewhere: as text, in base64 at each alignment, in hex, as a digest of its own."""
    text = number.encode()
    yield from (text, text.hex().encode(), number.encode("utf-16-le"))
    for before in range(3):  # without the characters its neighbours have part in
        coded = base64.b64encode(b"\0" * before + text).rstrip(b"=")
        yield coded[2 * before : -1]
    for name in ("md5", "sha1", "sha256", "sha512"):
        digest = hashlib.new(name, text).digest()
        yield from (digest, digest.hex().encode(), base64.b64encode(digest).rstrip(b"="))


def sealed_numbers():
    """Every 身份证号 and telephone number in the sealed columns of the database."""
    found = set()
    for column in columns():
        for batch in cells(column, batch=2000):
            for cell in batch:
                found.update(NUMBER.findall(column.opened(cell.row, cell.blob, cell.search_key)))
    return found


def as_text(path):
    """A database as its backup holds it, unpacked."""
    if connection.vendor == "sqlite":
        return path.read_bytes()
    return subprocess.run(["pg_restore", "--file=-", path], capture_output=True, check=True).stdout


@pytest.mark.django_db(transaction=True)
def test_a_backup_holds_no_number_in_any_spelling(backup):
    """security.md 42"""
    numbers = sealed_numbers()
    assert {len(number) for number in numbers} >= {11, 18}
    kept = b"\0".join(path.read_bytes() for path in (backup / "files").rglob("*") if path.is_file())
    held = as_text(backup / databases.NAMES[connection.vendor]) + kept + (backup / "manifest.json").read_bytes()
    assert "李思远".encode() in held  # names are no secret
    assert [number for number in numbers if any(spelling in held for spelling in spellings(number))] == []


def manage(address, var, *arguments, **more):
    """Run a command as another machine would; return (exit code, what it said)."""
    environment = {**os.environ, "DATABASE_URL": address, "VAR_DIR": str(var), **more}
    command = [sys.executable, "manage.py", *map(str, arguments)]
    run = subprocess.run(command, env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)
    return run.returncode, run.stdout + run.stderr


def proof():
    """What check_integrity says of the data at hand, line by line."""
    said = io.StringIO()
    with contextlib.suppress(CommandError):
        call_command("check_integrity", stdout=said)
    return said.getvalue().splitlines()


@pytest.mark.django_db(transaction=True)
def test_a_drill_on_another_machine_with_other_keys_and_with_the_right_ones(backup, tmp_path):
    manifest = json.loads((backup / "manifest.json").read_text())
    assert sorted(path.name for path in backup.iterdir()) == [
        databases.NAMES[connection.vendor],
        "files",
        "manifest.json",
        "manifest.seal",
    ]
    assert {stat.S_IMODE(path.stat().st_mode) for path in backup.rglob("*") if path.is_file()} == {0o600}
    assert base64.b64encode(b"f" * 32) not in b"".join(
        path.read_bytes() for path in backup.rglob("*") if path.is_file()
    )
    other = tmp_path / "other"
    with empty_database(tmp_path) as address:
        code, said = manage(address, other, "restore", backup, INDEX_KEYS=WRONG)
        assert (code, "密钥 INDEX_KEYS t1 与备份时的不是同一把。没有写入任何内容。" in said) == (1, True)
        assert not other.exists()
        code, said = manage(address, other, "restore", backup)
        rows, kept = sum(manifest["rows"].values()), manifest["files"]
        assert said.splitlines()[: len(proof()) + 1] == [f"已恢复 {rows} 行、{len(kept)} 个文件", *proof()]
        assert code == 0
    assert kept
    assert [(other / "files" / file["name"]).read_bytes() for file in kept] == [
        (Path(settings.MEDIA_ROOT) / file["name"]).read_bytes() for file in kept
    ]


@pytest.mark.django_db(transaction=True)
def test_nothing_is_restored_over_data_or_from_a_damaged_or_forged_backup(backup, tmp_path):
    name = json.loads((backup / "manifest.json").read_text())["files"][0]["name"]
    (backup / "files" / name).write_bytes(b"%PDF-other")
    with pytest.raises(CommandError) as refusal:
        call_command("restore", str(backup))
    assert str(refusal.value) == (
        "数据库不是空的：请先新建一个空的数据库；VAR_DIR 下已有附件文件：请换一个空的目录；"
        f"备份中的 files/{name} 已损坏。没有写入任何内容。"
    )
    manifest = (backup / "manifest.json").read_text()
    (backup / "manifest.json").write_text(manifest.replace('"format": 1', '"format": 2'))
    with pytest.raises(CommandError, match="清单被改动过"):
        call_command("restore", str(backup))
    (backup / "manifest.json").unlink()
    with pytest.raises(CommandError, match="不是完整的备份"):
        call_command("restore", str(backup))


def test_only_whole_backups_are_counted_when_old_ones_are_removed(tmp_path):
    for day in "123":
        (tmp_path / f"party-platform-2027010{day}-013000").mkdir()
        (tmp_path / f"party-platform-2027010{day}-013000" / "manifest.json").touch()
    (tmp_path / ".party-platform-20270104-013000.17").mkdir()
    assert [path.name for path in clear_old(tmp_path, keep=2)] == ["party-platform-20270101-013000"]
    assert len(list(tmp_path.iterdir())) == 3
