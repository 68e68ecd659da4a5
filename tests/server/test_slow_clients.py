"""Three hundred requests that are never finished, behind nginx as deploy/ ships it. Source: security.md 29."""

import contextlib
import socket
import ssl
import time

import pytest

from tests.certificates.serving import portal
from tests.server.processes import ask

HALF = b"POST /login/ HTTP/1.1\r\nHost: dj.example.edu.cn\r\nContent-Length: 1000\r\n"


@pytest.fixture
def proxy(production, tmp_path):
    """The port of nginx in front of the platform; it reads a request to its end before it hands it on."""
    with portal(tmp_path, production) as port:
        yield port


def test_half_sent_requests_hold_up_nobody(proxy, tmp_path):
    tls = ssl.create_default_context(cafile=tmp_path / "server.pem")
    with contextlib.ExitStack() as open_lines:
        for number in range(300):
            raw = socket.create_connection(("127.0.0.1", proxy), timeout=10)
            line = open_lines.enter_context(tls.wrap_socket(raw, server_hostname="localhost"))
            line.sendall(HALF if number % 2 else HALF + b"\r\nhalf of the body")
        time.sleep(1)
        times = []
        for _ in range(10):
            status, _, seconds = ask(proxy, "/login/", tls=tls, Host="dj.example.edu.cn")
            times.append(seconds)
            assert status == 200
        assert sorted(times)[len(times) // 2] < 1
