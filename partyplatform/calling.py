"""Calling another system over HTTPS, and nothing else: one connection, one POST, one short answer.

TLS proved by the given certificates alone, or by those the machine trusts; no redirects, no proxy, no cookie, an answer
of a few bytes, half a minute at most. Source: security.md 77.
"""

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from urllib.parse import urlsplit

SECONDS, ALTOGETHER = 10, 30
LARGEST_ANSWER = 4096
_FAULTS: dict[type[Exception], str] = {
    ConnectionRefusedError: "对方服务器没有运行，或端口不对",
    TimeoutError: "对方服务器没有在规定时间内答复",
    socket.gaierror: "查不到对方的域名",
    ssl.SSLError: "未能建立加密连接",
}


class Unreachable(Exception):
    """The other side gave no answer worth reading: try again. The text is for people."""


def certificate_fault(certificates: str) -> str:
    """Return what is wrong with the certificates a connection is proved by, "" for one or more in PEM."""
    try:
        _trusting(certificates)
    except (ssl.SSLError, ValueError):
        return "服务器证书无法识别，应为 PEM 格式"
    return ""


def post(
    address: str, body: bytes, *, path: str, headers: Mapping[str, str], certificates: str = "", inside: bool = False
) -> tuple[int, bytes]:
    """Send `body` to https://host[:port] and return status and answer; raises `Unreachable`.

    `inside` allows a host whose address is not public (an inner network). Without `certificates` the server is proved
    by those the machine trusts.
    """
    parts = urlsplit(address)
    host, port = parts.hostname or "", parts.port or 443
    try:
        with contextlib.closing(_connected(host, port, certificates, inside)) as line:
            return _asked(line, path, body, headers)
    except ssl.SSLCertVerificationError:
        raise Unreachable("对方服务器的证书与登记的不符" if certificates else "对方服务器的证书不受信任") from None
    except (OSError, http.client.HTTPException, ValueError) as fault:
        raise Unreachable(f"连接失败：{_said(fault)}") from None


def _said(fault: Exception) -> str:
    """Return for people why a connection failed."""
    return next((text for kind, text in _FAULTS.items() if isinstance(fault, kind)), "连接中断，或对方的答复无法识别")


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


def _asked(line: http.client.HTTPSConnection, path: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
    """Send and read; a timer ends the connection however slowly the other side speaks."""
    timer = threading.Timer(ALTOGETHER, _shut, [line.sock])
    timer.start()
    try:
        line.request("POST", path, body=body, headers={"Content-Type": "application/json", **headers})
        response = line.getresponse()
        answer = response.read(LARGEST_ANSWER + 1)
    finally:
        timer.cancel()
    if len(answer) > LARGEST_ANSWER:
        raise Unreachable(f"对方服务器答复 {response.status}")
    return response.status, answer


def _shut(sock: socket.socket) -> None:
    with contextlib.suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


def _trusting(certificates: str) -> ssl.SSLContext:
    """Return a context that trusts these certificates and no others: the server's own, or its issuer's."""
    if not certificates:
        context = ssl.create_default_context()
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.load_verify_locations(cadata=certificates)
    return context
