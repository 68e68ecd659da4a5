"""Sending one message to another installation over HTTPS, and nothing else.

One connection to the registered address, TLS proved by the registered certificates alone, no redirects, no proxy, no
cookie, an answer of a few bytes, half a minute at most. Source: security.md 77; docs/exchange.md.
"""

import contextlib
import http.client
import ipaddress
import json
import re
import socket
import ssl
import threading
from dataclasses import dataclass
from urllib.parse import urlsplit

PATH = "/exchange/"
SECONDS, ALTOGETHER = 10, 30
LARGEST_ANSWER = 4096
_ADDRESS = re.compile(r"https://([a-z0-9.-]+)(?::(\d{1,5}))?", re.ASCII)


class Unreachable(Exception):
    """The other side did not take the message and did not refuse it either: try again. The text is for people."""


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


def certificate_fault(certificates: str) -> str:
    """Return what is wrong with the certificates a connection is proved by, "" for one or more in PEM."""
    try:
        _trusting(certificates)
    except (ssl.SSLError, ValueError):
        return "服务器证书无法识别，应为 PEM 格式"
    return ""


def deliver(message: bytes, *, address: str, certificates: str, inside: bool) -> Answer:
    """Send a message; raises `Unreachable`. `inside` allows an address that is not public (an inner network)."""
    if fault := address_fault(address):
        raise Unreachable(fault)
    parts = urlsplit(address)
    host, port = parts.hostname or "", parts.port or 443
    try:
        with contextlib.closing(_connected(host, port, certificates, inside)) as line:
            return _asked(line, message)
    except ssl.SSLCertVerificationError:
        raise Unreachable("对方服务器的证书与登记的不符") from None
    except (OSError, http.client.HTTPException, ValueError) as fault:
        raise Unreachable(f"连接失败（{type(fault).__name__}）") from None


def _connected(host: str, port: int, certificates: str, inside: bool) -> http.client.HTTPSConnection:
    context = _trusting(certificates)
    line = http.client.HTTPSConnection(host, port, timeout=SECONDS)
    raw = socket.create_connection((_chosen(host, port, inside), port), timeout=SECONDS)
    try:
        line.sock = context.wrap_socket(raw, server_hostname=host)
    except BaseException:
        raw.close()
        raise
    return line


def _chosen(host: str, port: int, inside: bool) -> str:
    """Return the one address to connect to: looked up once, and public unless the peer is registered as inside."""
    found = [str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    allowed = [address for address in found if inside or ipaddress.ip_address(address.partition("%")[0]).is_global]
    if not allowed or len(allowed) < len(found):
        raise Unreachable("对方域名指向内部网络的地址，未连接")
    return allowed[0]


def _asked(line: http.client.HTTPSConnection, message: bytes) -> Answer:
    """Send and read; a timer ends the connection however slowly the other side speaks."""
    timer = threading.Timer(ALTOGETHER, _shut, [line.sock])
    timer.start()
    try:
        line.request("POST", PATH, body=message, headers={"Content-Type": "application/json"})
        response = line.getresponse()
        body = response.read(LARGEST_ANSWER + 1)
    finally:
        timer.cancel()
    if response.status not in (200, 422) or len(body) > LARGEST_ANSWER:
        raise Unreachable(f"对方服务器答复 {response.status}")
    said = json.loads(body)
    status, reason = (said.get("status"), said.get("reason", "")) if isinstance(said, dict) else ("", "")
    if (response.status, status) == (200, "taken"):
        return Answer(True)
    if (response.status, status) == (422, "refused") and isinstance(reason, str):
        return Answer(False, reason[:200])
    raise Unreachable("对方服务器的答复无法识别")


def _shut(sock: socket.socket) -> None:
    with contextlib.suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


def _trusting(certificates: str) -> ssl.SSLContext:
    """Return a context that trusts these certificates and no others: the server's own, or its issuer's."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.load_verify_locations(cadata=certificates)
    return context
