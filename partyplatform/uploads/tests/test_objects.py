"""Files in object storage are there whenever their row is, as on a disk. Source: security.md 53, 62."""

import hashlib
import logging
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
import time_machine
from botocore.exceptions import ClientError
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory
from orgs.models import Attachment
from orgs.tests.factories import OrganizationFactory
from partyplatform.backups import files as backup
from partyplatform.jobs import results, run_waiting
from partyplatform.jobs.invariants import results_are_there
from partyplatform.jobs.models import Job
from partyplatform.jobs.tests.factories import make_job
from partyplatform.uploads import (
    InsufficientStorage,
    StorageAway,
    attachment_response,
    discard,
    open_stored,
    owns_files,
    store,
    stored_size,
    storing,
    sweep,
)
from partyplatform.uploads.invariants import files_are_there
from partyplatform.uploads.objects import Bucket, Objects
from partyplatform.uploads.places import place
from partyplatform.uploads.secrets import OVERHEAD, FileKey

from .pictures import PDF
from .s3 import NOBODY, SECRET, ObjectStorage

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def service():
    running = ObjectStorage()
    yield running
    running.close()


@pytest.fixture(autouse=True)
def bucket(service, settings, tmp_path):
    """The empty bucket of this test."""
    service.use(settings, tmp_path)
    found = storages["default"].bucket
    found.create()
    return found


@pytest.fixture
def owned(monkeypatch):
    """The stored names some record uses."""
    names = set()
    monkeypatch.setattr(storing, "_owners", [])
    owns_files(lambda asked: names & set(asked))
    return names


def pdf(content=PDF):
    return SimpleUploadedFile("批复.pdf", content)


def names(bucket):
    return sorted(found.key.removeprefix("platform/") for found in bucket.objects.all())


def mark_of(stored):
    return f"incoming/{stored.name[3:]}.part"


def sweep_a_day_later():
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1)):
        sweep()


@pytest.fixture
def away(settings, monkeypatch):
    """Let nobody answer any more, or again; the second try does not wait."""
    monkeypatch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=lambda _: None))

    def go(is_away=True, before=settings.FILES_S3_ENDPOINT):
        settings.FILES_S3_ENDPOINT = NOBODY if is_away else before
        settings.STORAGES = dict(settings.STORAGES)

    return go


def test_a_file_is_kept_with_what_a_record_needs(bucket):
    stored = store(pdf())
    assert (stored.size, stored.sha256) == (len(PDF), hashlib.sha256(PDF).hexdigest())
    assert names(bucket) == [stored.name]
    assert (open_stored(stored.name).read(), stored_size(stored.name)) == (PDF, len(PDF))
    answer = attachment_response(stored, "批复.pdf")
    assert (b"".join(answer.streaming_content), answer.headers["Content-Length"]) == (PDF, str(len(PDF)))


def test_a_file_is_fetched_whole_when_it_is_opened(bucket):
    """What breaks off breaks off before an answer begins."""
    stored = store(pdf())
    opened = open_stored(stored.name)
    bucket.Object(f"platform/{stored.name}").delete()
    assert opened.read() == PDF


def test_a_secret_file_lies_there_encrypted(bucket):
    key = FileKey.fresh()
    stored = store(pdf(), key=key)
    content = open_stored(stored.name).read()
    assert (len(content), PDF in content) == (len(PDF) + OVERHEAD, False)
    assert key.open(content, name=stored.name) == PDF


def test_before_the_commit_the_file_is_where_its_row_will_look_for_it(bucket):
    with transaction.atomic():
        stored = store(pdf())
        assert names(bucket) == sorted([stored.name, mark_of(stored)])
    assert names(bucket) == [stored.name]


def test_what_a_rollback_or_a_killed_process_left_is_cleared_away_when_no_transaction_can_be_so_old(bucket, owned):
    with transaction.atomic():
        stored = store(pdf())
        transaction.set_rollback(True)
    sweep()
    assert names(bucket) == sorted([stored.name, mark_of(stored)])
    sweep_a_day_later()
    assert names(bucket) == []


def test_the_pieces_of_a_result_whose_process_was_killed_are_cleared_away_too(bucket, owned, monkeypatch):
    bucket.Object("platform/jobs/large").initiate_multipart_upload()
    sweep_a_day_later()
    assert list(bucket.multipart_uploads.all()) == []
    young = SimpleNamespace(initiated=timezone.now() - timedelta(hours=23), abort=lambda: pytest.fail("still in use"))
    monkeypatch.setattr(Bucket, "unfinished", lambda _: [young])
    sweep()


def test_a_file_some_record_names_is_never_cleared_away(bucket, owned, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(Objects, "_settle", lambda *_, **__: None)  # killed between the commit and its end
        stored = store(pdf())
    owned.add(stored.name)
    sweep_a_day_later()
    assert names(bucket) == [stored.name]


def test_a_file_that_was_kept_is_not_cleared_away_by_whoever_does_not_know_its_row(bucket, owned):
    """As an installation restored for a drill would, given the bucket of the real one."""
    stored = store(pdf())
    sweep_a_day_later()
    assert names(bucket) == [stored.name]


def test_discarding_waits_for_the_commit(bucket, owned):
    stored = store(pdf())
    owned.add(stored.name)
    with transaction.atomic():
        discard(stored.name)
        transaction.set_rollback(True)
    sweep_a_day_later()
    assert names(bucket) == [stored.name]
    with transaction.atomic():
        discard(stored.name)
        assert stored.name in names(bucket)
    assert names(bucket) == []
    discard(stored.name)


def test_what_could_not_be_removed_after_the_commit_is_removed_later(bucket, owned, away):
    stored = store(pdf())
    with transaction.atomic():
        discard(stored.name)
        away()
    away(False)
    assert names(bucket) == sorted([stored.name, mark_of(stored)])
    sweep_a_day_later()
    assert names(bucket) == []


def test_a_store_that_does_not_answer_is_told_apart_from_a_missing_file_and_tells_no_key(bucket, away, caplog):
    stored = store(pdf())
    with pytest.raises(FileNotFoundError):
        open_stored("00/" + "0" * 32 + ".pdf")
    caplog.set_level(logging.DEBUG)
    away()
    for act in (lambda: store(pdf()), lambda: open_stored(stored.name), lambda: discard(stored.name), sweep):
        with pytest.raises(StorageAway):
            act()
    assert "object storage: EndpointConnectionError" in caplog.text
    assert [word for word in (SECRET, "key-of-the-bucket") if word in caplog.text] == []


def test_a_full_store_is_no_room(bucket, monkeypatch):
    full = ClientError({"ResponseMetadata": {"HTTPStatusCode": 507}, "Error": {"Code": "Full"}}, "PutObject")
    monkeypatch.setattr(Bucket, "_save", lambda *_: (_ for _ in ()).throw(full))
    with pytest.raises(InsufficientStorage):
        store(pdf())


def test_a_page_says_that_it_is_not_possible_now_and_nothing_is_half_done(bucket, away):
    organization = OrganizationFactory()
    client, address = (
        act_as(Client(), RoleGrantFactory(organization=organization)),
        reverse("orgs:attach", args=[organization.pk]),
    )
    away()
    answer = client.post(address, {"purpose": "other", "file": pdf()})
    assert (answer.status_code, Attachment.objects.count()) == (503, 0)
    assert "暂时无法处理您的请求，数据没有改变。请稍后再试。" in answer.content.decode()
    away(False)
    assert client.post(address, {"purpose": "other", "file": pdf()}).status_code == 302
    assert names(bucket) == [Attachment.objects.get().stored_name]


def test_the_result_of_a_job_appears_whole_or_not_at_all(bucket, away):
    job = make_job()
    run_waiting()
    job.refresh_from_db()
    assert names(bucket) == [f"jobs/{job.result_path}"]
    assert (list(results_are_there()), len(results.opened(job).read())) == ([], job.result_size)
    with pytest.raises(LookupError), results.writing(job, "x.xlsx") as (_, file):
        file.write(b"half")
        raise LookupError
    assert len(names(bucket)) == 1
    place().remove(f"jobs/{job.result_path}")
    assert list(results_are_there()) == [f"任务编号 {job.pk} 的结果文件缺失"]


def test_a_large_result_goes_in_pieces_and_comes_back_as_it_was(bucket):
    content = bytes(range(256)) * (17 * 4096)
    with place().writing("jobs/large") as file:
        file.write(content)
    assert place().open("jobs/large").read() == content
    assert "-2" in bucket.Object("platform/jobs/large").e_tag  # of two pieces


def test_results_nobody_waits_for_are_deleted_and_a_store_that_is_away_puts_a_job_off(bucket, away):
    make_job()
    run_waiting()
    job = Job.objects.get()
    with place().writing(f"jobs/{job.pk}-9-{'0' * 32}") as file:
        file.write(b"x")
    assert results.remove_orphans() == 1
    assert names(bucket) == [f"jobs/{job.result_path}"]
    make_job()
    away()
    run_waiting()
    assert Job.objects.latest("pk").state == "queued"


def test_integrity_asks_for_lists_not_for_each_file(bucket, monkeypatch):
    organization = OrganizationFactory()
    for _ in range(3):
        record = Attachment(organization=organization, purpose="other", uploaded_by="示例")
        record.hold(pdf())
        record.save()
    asked, size = [], Objects.size
    monkeypatch.setattr(Objects, "size", lambda self, name: asked.append(name) or size(self, name))
    assert (list(files_are_there()), asked) == ([], [])
    short, gone, _ = Attachment.objects.order_by("pk")
    bucket.put_object(Key=f"platform/{short.stored_name}", Body=b"%PDF")
    bucket.Object(f"platform/{gone.stored_name}").delete()
    assert sorted(files_are_there()) == sorted(
        [f"附件 {short.uid}：文件长度为 4，应为 {len(PDF)}", f"附件 {gone.uid}：文件缺失"]
    )


def test_a_backup_takes_the_files_along_and_puts_them_back_elsewhere(bucket, settings, tmp_path, owned):
    stored = store(pdf())
    with transaction.atomic():
        half_done = store(pdf())
        transaction.set_rollback(True)
    assert [kept["name"] for kept in backup.copy_all(tmp_path / "backup")] == sorted([stored.name, half_done.name])
    settings.FILES_S3_PREFIX, settings.STORAGES = "elsewhere", dict(settings.STORAGES)
    assert backup.is_empty()
    backup.put_back(tmp_path / "backup", [stored.name])
    assert (backup.is_empty(), open_stored(stored.name).read()) == (False, PDF)


def test_a_backup_of_a_disk_is_put_into_a_bucket_and_the_other_way_round(bucket, settings, tmp_path, owned):
    in_objects, settings.FILES_PLACE = settings.FILES_PLACE, "partyplatform.uploads.disk.Disk"
    settings.MEDIA_ROOT = tmp_path / "files"
    stored = store(pdf())
    half_done = Path(settings.MEDIA_ROOT, "incoming", "ab" + "0" * 30 + ".pdf.part")
    half_done.write_bytes(PDF)
    kept = [one["name"] for one in backup.copy_all(tmp_path / "backup")]
    settings.FILES_PLACE = in_objects
    backup.put_back(tmp_path / "backup", kept)
    owned.add(stored.name)
    sweep_a_day_later()
    assert names(bucket) == [stored.name]
    backup.copy_all(tmp_path / "second")
    settings.FILES_PLACE, settings.MEDIA_ROOT = "partyplatform.uploads.disk.Disk", tmp_path / "other"
    backup.put_back(tmp_path / "second", [stored.name])
    assert open_stored(stored.name).read() == PDF


def test_the_commands_say_that_nobody_answers(bucket, away, tmp_path, capsys):
    call_command("backup", str(tmp_path / "backups"))
    [folder] = (tmp_path / "backups").iterdir()
    away()
    with pytest.raises(CommandError, match="对象存储没有应答，或不允许访问"):
        call_command("backup", str(tmp_path / "backups"))
    with pytest.raises(CommandError, match="恢复没有完成，请用空的数据库和存储桶重来"):
        call_command("restore", str(folder))
    assert list((tmp_path / "backups").iterdir()) == [folder]
    make_job()
    Job.objects.update(result_path="1-1-x")
    with pytest.raises(CommandError, match="共 1 处问题"):
        call_command("check_integrity")
    assert "没有核对：对象存储没有应答，或不允许访问" in capsys.readouterr().out


def test_machines_that_share_no_folder_share_the_files(bucket, settings, tmp_path):
    stored = store(pdf())
    settings.VAR_DIR, settings.STORAGES = tmp_path / "another-machine", dict(settings.STORAGES)
    assert open_stored(stored.name).read() == PDF
