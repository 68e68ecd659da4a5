"""Three hundred requests that are never finished, behind the proxy of an installation. Source: security.md 29."""

import contextlib
import shutil
import socket
import subprocess
import time

import pytest

from tests.server.processes import ask, free_port

HALF = b"POST /login/ HTTP/1.1\r\nHost: dj.example.edu.cn\r\nContent-Length: 1000\r\n"
CONFIGURATION = """
daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log; worker_processes 1;
events {{ worker_connections 1024; }}
http {{
    access_log off; client_header_timeout 10s; client_body_timeout 10s;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://127.0.0.1:{behind}; proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-Proto https; proxy_set_header X-Forwarded-For $remote_addr;
        }}
    }}
}}
"""


@pytest.fixture
def proxy(production, tmp_path):
    """The port of nginx in front of the platform; it reads a request to its end before it hands it on."""
    port = free_port()
    file = tmp_path / "nginx.conf"
    file.write_text(CONFIGURATION.format(folder=tmp_path, port=port, behind=production))
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    server = subprocess.Popen([program, "-p", str(tmp_path), "-e", str(tmp_path / "error.log"), "-c", str(file)])
    try:
        ends = time.monotonic() + 20
        while time.monotonic() < ends:
            with contextlib.suppress(OSError):
                ask(port, "/health/live", Host="dj.example.edu.cn")
                break
            time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait(10)


def test_half_sent_requests_hold_up_nobody(proxy):
    with contextlib.ExitStack() as open_lines:
        for number in range(300):
            line = open_lines.enter_context(socket.create_connection(("127.0.0.1", proxy), timeout=10))
            line.sendall(HALF if number % 2 else HALF + b"\r\nhalf of the body")
        time.sleep(1)
        times = []
        for _ in range(10):
            status, _, seconds = ask(proxy, "/login/", Host="dj.example.edu.cn")
            times.append(seconds)
            assert status == 200
        assert sorted(times)[len(times) // 2] < 1
