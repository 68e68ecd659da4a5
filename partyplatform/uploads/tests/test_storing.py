"""Files are kept exactly when their transaction is. Source: security.md 53, 62."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from partyplatform.uploads import (
    InsufficientStorage,
    discard,
    open_stored,
    owns_files,
    store,
    storing,
    sweep,
)

from .pictures import PDF, png

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


@pytest.fixture
def owned(monkeypatch):
    """The stored names some record uses."""
    names = set()
    monkeypatch.setattr(storing, "_owners", [])
    owns_files(lambda asked: names & set(asked))
    return names


def pdf(name="批复.pdf", content=PDF):
    return SimpleUploadedFile(name, content)


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def refusal(upload, **options):
    with pytest.raises(ValidationError) as caught:
        store(upload, **options)
    return caught.value.messages[0]


def test_a_file_is_kept_with_what_a_record_needs(folder):
    stored = store(pdf("../x/批复\u202e.PDF"))
    assert (stored.size, stored.sha256) == (len(PDF), hashlib.sha256(PDF).hexdigest())
    assert (stored.content_type, stored.original_name) == ("application/pdf", "批复.PDF")
    assert files(folder) == [stored.name]
    assert open_stored(stored.name).read() == PDF
    modes = [(folder / part).stat().st_mode & 0o777 for part in (stored.name, stored.name[:2])]
    assert modes == [0o600, 0o700]


def test_two_uploads_of_one_name_are_two_files(folder):
    assert len({store(pdf()).name, store(pdf()).name}) == len(files(folder)) == 2


def test_a_commit_keeps_the_file_and_until_then_it_is_readable(folder):
    with transaction.atomic():
        stored = store(pdf())
        assert [name.partition("/")[0] for name in files(folder)] == ["incoming"]
        assert open_stored(stored.name).read() == PDF
    assert files(folder) == [stored.name]


def test_a_rollback_leaves_nothing_at_once(folder):
    with transaction.atomic():
        store(pdf())
        transaction.set_rollback(True)
    assert files(folder) == []
    with pytest.raises(LookupError), transaction.atomic():
        store(pdf())
        raise LookupError
    assert files(folder) == []


def test_the_rollback_of_a_part_leaves_the_rest(folder):
    with transaction.atomic():
        kept = store(pdf())
        with pytest.raises(LookupError), transaction.atomic():
            store(pdf())
            raise LookupError
    assert files(folder) == [kept.name]


def test_refused_uploads_leave_nothing(folder):
    assert refusal(pdf("a.exe")) == "只能上传 pdf、jpg、png 文件"
    assert refusal(pdf(".htaccess")) == "只能上传 pdf、jpg、png 文件"
    assert refusal(pdf(content=b"")) == "文件是空的。请重新选择文件。"
    assert refusal(pdf(content=b"<html>")) == "文件内容不是 pdf，与扩展名不符。请检查文件后再上传。"
    assert (
        refusal(pdf(content=PDF + b" " * 1024 * 1024), max_bytes=1024 * 1024) == "文件超过 1 MB。请压缩或拆分后再上传。"
    )
    assert refusal(SimpleUploadedFile("a.png", png(9000, 9000))).startswith("图片为 9000×9000 像素")
    assert files(folder) == []


def test_a_broken_upload_leaves_nothing(folder):
    upload = pdf()
    upload.chunks = lambda: (piece for piece in (b"%PDF-", [][0]))
    with pytest.raises(IndexError):
        store(upload)
    assert files(folder) == []


def test_a_full_disk_is_noticed_before_and_while_writing(folder, monkeypatch, settings):
    settings.UPLOAD_FREE_FLOOR = shutil.disk_usage("/").total * 1000
    with pytest.raises(InsufficientStorage):
        store(pdf())
    settings.UPLOAD_FREE_FLOOR = 0
    upload = pdf()
    upload.chunks = lambda: (_ for _ in ()).throw(OSError(28, "No space left on device"))
    with pytest.raises(InsufficientStorage):
        store(upload)
    assert files(folder) == []


def test_discarding_waits_for_the_commit(folder):
    stored = store(pdf())
    with transaction.atomic():
        discard(stored.name)
        transaction.set_rollback(True)
    assert files(folder) == [stored.name]
    with transaction.atomic():
        discard(stored.name)
        assert files(folder) == [stored.name]
    assert files(folder) == []
    discard(stored.name)


@pytest.mark.parametrize(
    "name", ("", "../settings.py", "/etc/passwd", "ab/../../x.pdf", "incoming/x.pdf", "ab/" + "0" * 32 + ".PDF")
)
def test_names_that_were_never_given_out(name):
    with pytest.raises(FileNotFoundError):
        open_stored(name)
    discard(name)


CRASH = """
import os, signal
from partyplatform import testing; testing.prepare()
import django; django.setup()
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from partyplatform.uploads import store
settings.MEDIA_ROOT = {root!r}
with transaction.atomic():
    print(store(SimpleUploadedFile("a.pdf", {content!r})).name, flush=True)
    signal.pause()
"""


@pytest.fixture
def crashed(folder):
    """Kill a process between writing its file and committing; return the stored name and where the file lies."""
    program = CRASH.format(root=str(folder), content=PDF)
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as process:
        name = process.stdout.readline().strip()
        part = folder / "incoming" / f"{name.partition('/')[2]}.part"
        long_ago = time.time() - 120
        os.utime(part, (long_ago, long_ago))
        sweep()
        assert part.exists(), "a process that lives keeps its file, however long it takes"
        process.send_signal(signal.SIGKILL)
    return name, part


def test_what_a_killed_process_left_is_cleared_away_after_a_minute(crashed, owned, folder):
    _, part = crashed
    now = time.time()
    os.utime(part, (now, now))
    sweep()
    assert part.exists()
    os.utime(part, (now - 61, now - 61))
    kept = store(pdf())  # any later upload sweeps
    assert files(folder) == [kept.name]


def test_a_file_some_record_names_is_put_in_place(crashed, owned, folder):
    name, _ = crashed
    owned.add(name)
    sweep()
    assert files(folder) == [name]
    assert open_stored(name).read() == PDF


def test_sweeping_nothing(folder):
    sweep()
    assert not Path(folder).exists()
