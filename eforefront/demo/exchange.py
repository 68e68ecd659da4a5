"""平台间交换: an invented installation, what came from it, and what went to it as files. Nothing goes over a network.

Its keys are thrown away, so nobody can read what is sealed for it; what "came" is put in as if it had been opened.
"""

import datetime
import hashlib
import uuid
from base64 import b64encode
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.utils import timezone

from accounts.id_numbers import check_digit
from accounts.models import RoleGrant
from eforefront.demo.cast import Cast
from eforefront.demo.clock import days_ago
from eforefront.demo.numbers import REGION
from eforefront.demo.roles import portal_role
from orgs.models import Organization
from partyplatform import audit
from transfers.codes import MessageKind, TransferState, TransferType, Way
from transfers.exchange import identity
from transfers.exchange.envelope import Opened
from transfers.models import InMessage, OutMessage, Peer, Transfer
from transfers.services import receiving, sending

PLATFORM, NAME, COMMITTEE = "dj.linshi.example", "邻市党建平台（演示）", "中共邻市高新区工作委员会"
_LIFE = datetime.timedelta(days=90)
# name, birth, days ago
_COMERS = (("顾清和", "19880921", 4), ("欧阳·雪", "19940507", 2), ("段思齐", "19900313", 1))
_WHOLE = {"native_place": "110101", "education": "21", "title": "999", "social_class": "0", "job_post": "0212"}


def tell(cast: Cast) -> int:
    """Let messages come and go, while this installation has a name towards others; return how many there are."""
    if not identity.own_id():
        return 0
    peer, top = _peer(), cast.top.organization
    branch = next(actor.branch for actor in cast.others if actor.title == "支部管理员")
    came = [_come(peer, top, number, *comer) for number, comer in enumerate(_COMERS)]
    by: Any = portal_role(cast.top)
    with days_ago(1):
        receiving.assign(came[0], branch, by=by, version=came[0].version)
        receiving.refuse(came[1], reason="该同志已在其他单位落实组织关系，请核对去向。", by=by, version=came[1].version)
    _send(peer, by)
    return InMessage.objects.count() + OutMessage.objects.count()


def _peer() -> Peer:
    signing = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    sealing = X25519PrivateKey.generate().public_key().public_bytes_raw()
    keys = {
        "platform": PLATFORM,
        "signing_keys": [{"id": "k1", "key": b64encode(signing).decode()}],
        "sealing_keys": [{"id": "k1", "key": b64encode(sealing).decode()}],
    }
    return Peer.objects.create(
        name=NAME,
        fingerprint=identity.fingerprint(keys),
        valid_until=timezone.localdate() + datetime.timedelta(days=365),
        registered_by="运维人员",
        **keys,
    )


def _come(peer: Peer, to: Organization, number: int, name: str, born: str, days: int) -> InMessage:
    first, joined_on = f"{REGION}{born}{979 + number:03d}", datetime.date(int(born[:4]) + 21, 5, 12)
    with days_ago(days):
        today = timezone.localdate()
        letter = {
            "number": f"{today.year}-{311 + number:06d}",
            "check": "7K2M-9QWD-H4",
            "issued_on": today.isoformat(),
            "days": 90,
            "committee": COMMITTEE,
            "committee_code": "019900000001",
            "phone": "010-00001234",
            "heading": to.full_name,
            "source": "中共邻市高新区第三支部委员会",
            "destination": to.short_name,
        }
        person = {
            "name": name,
            "id_number": first + check_digit(first),
            "category": "1",
            "ethnicity": "01",
            "phone": f"1000000{3100 + number}",
            "joined_on": joined_on.isoformat(),
            "confirmed_on": joined_on.replace(year=joined_on.year + 1).isoformat(),
        }
        record = _WHOLE | {"address": f"示范市学院路{number + 9}号院1号楼502室"}
        content = {"reference": str(uuid.uuid4()), "letter": letter, "person": person, "record": record}
        return _kept(peer, "transfer", content | {"cause": "work", "dues_paid_to": f"{today:%Y-%m}"})


def _send(peer: Peer, by: RoleGrant) -> None:
    """Send those whose letters are out: one waits as a file, one comes back, one is answered with a receipt."""
    rows = Transfer.objects.filter(type=TransferType.OUT, state=TransferState.LETTER, source_committee=by.organization)
    known = rows.exclude(member__joined_on=None).exclude(member__ethnicity="").order_by("pk")
    for number, transfer in enumerate(known[:3]):
        message = sending.send(transfer, to=peer, way=Way.FILE, by=by, version=transfer.version)
        answer = {"reference": str(transfer.uid), "answers": str(message.uid), "phone": "010-00001234"}
        answer |= {"letter_number": message.letter_number, "committee": COMMITTEE}
        if number == 1:
            _kept(peer, "refusal", answer | {"reason": "接收单位名称有误，请核对后重新开具介绍信。"})
        elif number == 2:
            _kept(peer, "receipt", answer | {"received_on": timezone.localdate().isoformat()})


def _kept(peer: Peer, kind: str, content: dict[str, Any]) -> InMessage:
    now, uid = timezone.now(), uuid.uuid4()
    opened = Opened(uid, MessageKind(kind), peer, now, now + _LIFE, content)
    digest = hashlib.sha256(uid.bytes).hexdigest()
    message = receiving.keep(opened, digest, way=Way.FILE, by=audit.SYSTEM).message
    InMessage.objects.filter(pk=message.pk).update(received_at=now)  # whose default is the clock of the machine
    return message
