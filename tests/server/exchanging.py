"""What people do on one installation, told line by line: `python -m tests.server.exchanging` with its environment.

A line is a JSON list [act, arguments…]; the answer is one line of JSON. The acts go through the services.
"""

import base64
import datetime
import json
import sys

import django

django.setup()

from django.utils import timezone  # noqa: E402

from members.models import Member  # noqa: E402
from members.models.members import ADDRESSES  # noqa: E402
from members.tests.factories import MemberFactory  # noqa: E402
from orgs.models import Organization, OrganizationProfile  # noqa: E402
from orgs.tests.acting import Acting  # noqa: E402
from orgs.tests.factories import OrganizationFactory  # noqa: E402
from partyplatform import audit  # noqa: E402
from partyplatform.audit.models import Alarm  # noqa: E402
from transfers.exchange import identity, schemas  # noqa: E402
from transfers.exchange.envelope import Refused  # noqa: E402
from transfers.models import InMessage, OutMessage, Peer, Transfer  # noqa: E402
from transfers.services import delivering, peers, receiving, sending  # noqa: E402
from transfers.services.advancing import advance  # noqa: E402
from transfers.services.starting import start  # noqa: E402
from transfers.tests.exchanging import WHOLE  # noqa: E402


def found(name):
    """Found a committee that exchanges letters, with one branch."""
    root = OrganizationFactory(
        short_name=f"{name}党委", full_name=f"中国共产党{name}委员会", may_approve=True, contact_phone="010-00000000"
    )
    OrganizationProfile.objects.create(organization=root, address="示范市1号", postcode="999000", fax="010-1")
    OrganizationFactory(parent=root, short_name=f"{name}支部", full_name=f"中国共产党{name}支部委员会")


def card(address, certificate):
    read = identity.card(address=address, certificates=certificate, valid_until=datetime.date(2099, 12, 31))
    return schemas.spelled(read).decode(), identity.fingerprint(read)


def register(text, fingerprint):
    peers.register(text.encode(), by=audit.SYSTEM, is_inside=True, fingerprint=fingerprint)


def leave(name, heading):
    """Begin a 转往市外 of somebody new and issue the letter; return its id."""
    branch = Organization.objects.get(org_type="631")
    day = datetime.date(2012, 5, 4)
    facts = {"joined_on": day, "confirmed_on": day.replace(year=2013), "phone": "18000000077", "ethnicity": "01"}
    facts |= {name: value for name, value in WHOLE.items() if name != "address"}
    member = MemberFactory(organization=branch, name=name, category="1", **facts)
    ADDRESSES.put(member, WHOLE["address"])
    member.save()
    month = timezone.localdate().replace(day=1)
    words = {"cause": "work", "dues_paid_to": month, "heading": heading, "destination": "某单位"}
    transfer = start(member, by=Acting(branch), **words)
    return advance(transfer, "pass", by=Acting(branch.parent), version=transfer.version).pk


def send(pk, way):
    transfer = Transfer.objects.get(pk=pk)
    by = Acting(transfer.source_committee)
    message = sending.send(transfer, to=Peer.objects.get(), way=way, by=by, version=transfer.version)
    return base64.b64encode(bytes(message.envelope)).decode()


def deliver():
    OutMessage.objects.filter(state="waiting").update(next_try_at=timezone.now())
    return delivering.deliver_messages()


def out():
    return list(OutMessage.objects.order_by("pk").values_list("kind", "state", "tries", "remark"))


def inbox():
    return list(InMessage.objects.order_by("pk").values_list("kind", "state", "name"))


def accept(name):
    """Assign what came to the branch and take the person in."""
    message = InMessage.objects.get(name=name, kind="transfer")
    branch = Organization.objects.get(org_type="631")
    transfer = receiving.assign(message, branch, by=Acting(branch.parent), version=message.version)
    advance(transfer, "pass", by=Acting(branch.parent), version=transfer.version)


def refuse(name):
    message = InMessage.objects.get(name=name, kind="transfer")
    receiving.refuse(message, reason="单位有误", by=Acting(message.place), version=message.version)


def newest_file():
    return base64.b64encode(bytes(OutMessage.objects.order_by("pk").last().envelope)).decode()


def receive(text):
    try:
        return receiving.receive(base64.b64decode(text), way="file", by=audit.SYSTEM).is_repeated
    except Refused as refused:
        return refused.code


def state(pk):
    transfer = Transfer.objects.get(pk=pk)
    return transfer.state, transfer.member.get_status_display()


def enrolled(name):
    return Member.objects.enrolled().filter(name=name).count()


def alarms():
    return Alarm.objects.count()


if __name__ == "__main__":
    for line in sys.stdin:
        act, *arguments = json.loads(line)
        print(json.dumps(globals()[act](*arguments)), flush=True)
