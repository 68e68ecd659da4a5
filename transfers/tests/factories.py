"""Dull transfers: withdrawn ones, which stand in nobody's way; their letters and batches; messages of no effect."""

import datetime
import uuid

import factory
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.tests.factories import id_number
from members.tests.factories import MemberFactory
from partyplatform.audit import SYSTEM
from transfers.exchange import identity, schemas
from transfers.exchange.envelope import PROTOCOL
from transfers.models import (
    Arrival,
    InMessage,
    Letter,
    OutMessage,
    Peer,
    Transfer,
    TransferBatch,
    TransferBatchRow,
    TransferFile,
    TransferStep,
)
from transfers.services import letters

DAY = datetime.date(2026, 11, 1)


class TransferFactory(factory.django.DjangoModelFactory):
    """A withdrawn transfer from `source` to a place outside the platform."""

    class Meta:
        model = Transfer

    type = "out"
    state = "withdrawn"
    member = factory.LazyAttribute(lambda transfer: MemberFactory(organization=transfer.source))
    name = factory.LazyAttribute(lambda transfer: transfer.member.name)
    source_committee = factory.LazyAttribute(lambda transfer: transfer.source)
    heading = "中共邻市委组织部"
    destination = "邻市某单位"
    cause = "work"
    dues_paid_to = DAY
    starter = factory.LazyAttribute(lambda transfer: transfer.source)
    started_by = last_by = "周敏（支部管理员）"
    finished_on = DAY


class PeerFactory(factory.django.DjangoModelFactory):
    """An installation whose keys nobody has."""

    class Meta:
        model = Peer
        django_get_or_create = ("platform",)

    platform = "peer.example.org"
    name = "邻市党建平台"
    signing_keys = sealing_keys = factory.LazyFunction(lambda: [{"id": "k1", "key": "A" * 43 + "="}])
    fingerprint = factory.LazyAttribute(
        lambda peer: identity.fingerprint(
            {name: getattr(peer, name) for name in ("platform", "signing_keys", "sealing_keys")}
        )
    )
    valid_until = datetime.date(2099, 12, 31)
    registered_by = "系统"


class InMessageFactory(factory.django.DjangoModelFactory):
    """A transfer that came and waits."""

    class Meta:
        model = InMessage

    peer = factory.SubFactory(PeerFactory)
    uid = reference = factory.LazyFunction(uuid.uuid4)
    kind, way, state = "transfer", "file", "new"
    digest = "0" * 64
    name, letter_number, sender = "示例人员", "2026-000001", "中共邻市委组织部"
    content_sealed = b""
    received_by = "系统"


class OutMessageFactory(factory.django.DjangoModelFactory):
    """A refusal that was made as a file, of a transfer that came and was sent back."""

    class Meta:
        model = OutMessage

    peer = factory.SubFactory(PeerFactory)
    kind, way, state = "refusal", "file", "file"
    answers = factory.LazyAttribute(lambda message: InMessageFactory(place=message.place, state="refused"))
    name, letter_number = "示例人员", "2026-000001"
    uid = factory.LazyFunction(uuid.uuid4)
    envelope = factory.LazyAttribute(lambda message: _envelope(message))
    created_by = "系统"
    expires_at = datetime.datetime(2099, 12, 31, tzinfo=datetime.UTC)


def _envelope(message):
    """Return a message in form that opens for nobody."""
    header = {"protocol": PROTOCOL, "id": str(message.uid), "type": message.kind, "sender": "own.example.edu.cn"}
    header |= {"addressee": message.peer.platform, "sender_key": "k1", "addressee_key": "k1"}
    header |= {"created_at": "2026-11-01T00:00:00Z", "expires_at": "2099-12-31T00:00:00Z"}
    return schemas.spelled({"header": header, "sealed": "A" * 64, "signature": "A" * 86 + "=="})


@transaction.atomic
def letter_of(transfer):
    """Return a letter that was given for a transfer of this factory, and taken back."""
    transfer.valid_days = 30
    transfer.type = "city"  # whose committees need no address
    letters.issue(transfer, by=SYSTEM)
    letters.settle(transfer)
    return Letter.objects.get(transfer=transfer)


def batch_of(transfer):
    """Return a batch of somebody at the organisation the transfer left, which began it."""
    batch = TransferBatch.objects.create(
        kind="ticks",
        state="done",
        organization=transfer.source,
        owner_uid=uuid.uuid4(),
        owner_name="周敏",
        done_at=timezone.now(),
    )
    TransferBatchRow.objects.create(
        batch=batch, number=1, state="done", member=transfer.member, source=transfer.source, transfer=transfer
    )
    return batch


def file_of(transfer):
    """Return a scan kept with a transfer."""
    file = TransferFile(transfer=transfer, purpose="receipt", uploaded_by="周敏")
    file.hold(SimpleUploadedFile("回执.pdf", b"%PDF-1.4\n%%EOF\n", "application/pdf"))
    file.save()
    return file


def arrival_at(organization, *, state="submitted", member=None):
    """Return the transfer of somebody who comes to an organisation with a letter from outside, or has come."""
    is_open = state == "submitted"
    held = {"holder": organization, "due_on": DAY, "finished_on": None, "stage": "admit", "lacking": "籍贯"}
    transfer = TransferFactory(
        type="in",
        state=state,
        member=member,
        name="王浩然",
        source=None,
        target=organization,
        source_committee=None,
        target_committee=organization,
        starter=organization,
        **(held if is_open else {}),
    )
    outcome = "open" if is_open else "passed"
    step = {"stage": "admit", "organization": organization, "outcome": outcome, "due_on": DAY}
    TransferStep.objects.create(transfer=transfer, position=1, **step)
    arrival = Arrival(transfer=transfer, category="1", ethnicity="01", joined_on="2012-06-01", letter_on=DAY)
    arrival.letter_number, arrival.letter_days, arrival.confirmed_on = "邻组转〔2026〕118号", 90, "2013-06-01"
    arrival.seal_id_number(id_number(organization.pk % 400 + (100 if is_open else 500), born="19900101"))
    arrival.save()
    return transfer
