"""Another installation for tests of the exchange: a name and keys of its own, in the same process."""

import datetime
import uuid
from contextlib import contextmanager
from types import SimpleNamespace
from unittest.mock import patch

from django.conf import settings
from django.test import override_settings
from django.utils import timezone

from accounts.tests.factories import id_number
from partyplatform import audit
from transfers.exchange import envelope, identity, schemas
from transfers.services import peers

WHOLE = {
    "native_place": "110101",
    "education": "21",
    "title": "999",
    "social_class": "0",
    "job_post": "0212",
    "address": "示范市学院路1号院8号楼101室",
}
OWN, OTHER = "own.example.edu.cn", "other.example.org"
UNTIL = datetime.date(2099, 12, 31)


@contextmanager
def other_platform(name=OTHER, letter=b"o"):
    """Be another installation inside the block."""
    keys = dict.fromkeys(settings.AUDIT_KEYS, letter * 32)  # of the same name: names of keys say nothing
    with override_settings(EXCHANGE_ID=name, AUDIT_KEYS=keys, PLATFORM_NAME="邻市党建平台"):
        yield


def card(*, address="", certificates="", valid_until=UNTIL):
    return schemas.spelled(identity.card(address=address, certificates=certificates, valid_until=valid_until))


def register(**words):
    """Register the other installation here."""
    with other_platform():
        data = card(**words)
    return peers.register(data, by=audit.SYSTEM)


def own_as_peer():
    """This installation as the other one knows it."""
    read = identity.read_card(card())
    newest = read["sealing_keys"][-1]
    signing = {row["id"]: row["key"] for row in read["signing_keys"]}
    return SimpleNamespace(
        platform=read["platform"],
        refusal=lambda: "",
        signing_key=lambda key_id: signing.get(key_id, ""),
        newest_sealing_key=lambda: (newest["id"], newest["key"]),
    )


def written(content, kind="transfer", *, uid=None, at=None, days=30, name=OTHER, letter=b"o"):
    """Return a message of the other installation to this one, which minds no schema."""
    own, now = own_as_peer(), at or timezone.now()
    with other_platform(name, letter), patch.object(schemas, "fault", lambda value, name: ""):
        until = now + datetime.timedelta(days=days)
        return envelope.close(content, kind=kind, to=own, uid=uid or uuid.uuid4(), now=now, until=until)


def somebody(**changes):
    """Return the content of a 转接 of somebody nobody here knows."""
    content = {
        "reference": str(uuid.uuid4()),
        "letter": {
            "number": "2026-000187",
            "check": "8F2K-73QD-M4",
            "issued_on": timezone.localdate().isoformat(),
            "days": 90,
            "committee": "中共邻市某单位委员会",
            "committee_code": "019900000001",
            "phone": "010-00000001",
            "heading": "中共示范大学委员会组织部",
            "source": "中共邻市某单位第一支部委员会",
            "destination": "示范大学信息学院",
        },
        "person": {
            "name": "欧阳·𠮷",
            "id_number": id_number(77, born="19900101"),
            "category": "1",
            "ethnicity": "01",
            "phone": "18000000077",
            "joined_on": "2012-05-04",
            "confirmed_on": "2013-05-04",
        },
        "record": dict(WHOLE),
        "cause": "work",
        "dues_paid_to": "2026-11",
    }
    for path, value in changes.items():
        part, _, name = path.partition("__")
        if name:
            content[part][name] = value
        else:
            content[part] = value
    return content
