"""Sending one message to another installation. Source: security.md 77; docs/exchange.md."""

import json
import re
from dataclasses import dataclass

from partyplatform.calling import Unreachable, certificate_fault, post

__all__ = ["Answer", "Unreachable", "address_fault", "certificate_fault", "deliver"]

PATH = "/exchange/"
_ADDRESS = re.compile(r"https://([a-z0-9.-]+)(?::(\d{1,5}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side said: taken (or known already), or refused with a reason."""

    is_taken: bool
    reason: str = ""


def address_fault(address: str) -> str:
    """Return what is wrong with a base address, "" for https://host or https://host:port."""
    found = _ADDRESS.fullmatch(address)
    if found is None or not 0 < int(found[2] or 443) < 65536 or ".." in found[1]:
        return "地址应为 https://主机名 或 https://主机名:端口，不带路径"
    return ""


def deliver(message: bytes, *, address: str, certificates: str, inside: bool) -> Answer:
    """Send a message; raises `Unreachable`. `inside` allows an address that is not public (an inner network)."""
    if fault := address_fault(address):
        raise Unreachable(fault)
    status, body = post(address, message, path=PATH, headers={}, certificates=certificates, inside=inside)
    if status not in (200, 422):
        raise Unreachable(f"对方服务器答复 {status}")
    try:
        said = json.loads(body)
    except ValueError:
        said = None
    word, reason = (said.get("status"), said.get("reason", "")) if isinstance(said, dict) else ("", "")
    if (status, word) == (200, "taken"):
        return Answer(True)
    if (status, word) == (422, "refused") and isinstance(reason, str):
        return Answer(False, reason[:200])
    raise Unreachable("对方服务器的答复无法识别")
