"""The installations this one exchanges with: registered by their file, renewed, switched on and off."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from orgs.services.parents import signature
from partyplatform import audit
from partyplatform.ui.stale import Stale
from transfers.exchange import identity, wire
from transfers.models import Peer


@transaction.atomic
def register(data: bytes, *, by: audit.ActingRole, is_inside: bool = False, fingerprint: str = "") -> Peer:
    """Register the installation a file speaks of, or give a registered one its new keys, address and date.

    `fingerprint` is what its operator said by telephone; raises ValidationError for another one and for a file that
    cannot be used.
    """
    card = _read(data)
    found = identity.fingerprint(card)
    if fingerprint and _bare(fingerprint) != _bare(found):
        raise ValidationError(f"密钥指纹不符：文件的指纹为 {found}，请与对方重新核对，不要登记")
    peer = Peer.objects.select_for_update(of=("self",), no_key=True).filter(platform=card["platform"]).first()
    before = [
        ["密钥指纹", peer.fingerprint if peer else "", found],
        ["地址", peer.address if peer else "", card["address"]],
    ]
    before.append(["登记有效期至", str(peer.valid_until) if peer else "", card["valid_until"]])
    peer = peer or Peer(platform=card["platform"], version=0)
    for field in ("name", "address", "certificates", "signing_keys", "sealing_keys"):
        setattr(peer, field, card[field])
    peer.fingerprint, peer.is_inside, peer.is_on = found, is_inside, True
    peer.valid_until = datetime.date.fromisoformat(card["valid_until"])
    peer.registered_by, peer.version = signature(by), peer.version + 1
    peer.save()
    audit.record(by, "transfers.register_peer", peer, changes=[["平台", "", str(peer)], *before])
    return peer


@transaction.atomic
def switch(peer: Peer, *, on: bool, by: audit.ActingRole, version: int) -> Peer:
    """Let the exchange with an installation go on, or stop it: what waits for it waits, what comes is refused."""
    held = Peer.objects.select_for_update(of=("self",), no_key=True).get(pk=peer.pk)
    if held.version != version:
        raise Stale([("状态", "启用" if on else "停用", held.status.label)])
    before, held.is_on = held.status.label, on
    held.version += 1
    held.save(update_fields=["is_on", "version"])
    changes = [["平台", "", str(held)], ["状态", before, held.status.label]]
    audit.record(by, "transfers.switch_peer", held, changes=changes)
    return held


def _read(data: bytes) -> dict:
    try:
        card = identity.read_card(data)
    except ValueError as refusal:
        raise ValidationError(str(refusal)) from None
    if card["platform"] == identity.own_id():
        raise ValidationError("这是本平台自己的登记文件")
    if card["address"] and (fault := wire.address_fault(card["address"])):
        raise ValidationError(fault)
    if card["address"] and (fault := wire.certificate_fault(card["certificates"])):
        raise ValidationError(fault)
    return card


def _bare(fingerprint: str) -> str:
    return "".join(fingerprint.split()).upper()
