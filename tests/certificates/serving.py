"""The platform as real processes over real TLS, with the settings of an installation, on the database of the test."""

import atexit
import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.pki import issuing
from accounts.tests.pki import DAY, SECRET, pem

HOST = "localhost"
DEPLOY = Path(settings.BASE_DIR) / "deploy"
PATIENCE = 20  # seconds until a server must answer


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def write_pair(folder, name, certificate, key):
    """Write NAME.pem and NAME.key for programs; return their paths."""
    cert, secret = folder / f"{name}.pem", folder / f"{name}.key"
    cert.write_bytes(pem(certificate))
    secret.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return cert, secret


def write_server_certificate(folder):
    """Write server.pem and server.key, signed by itself, for localhost."""
    key, now = issuing.new_key(), timezone.now()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - DAY).not_valid_after(now + 30 * DAY)
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
    builder = builder.add_extension(x509.BasicConstraints(True, None), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    return write_pair(folder, "server", builder.sign(key, SHA256()), key)


@cache
def _var_dir():
    """A place for the servers of this run, with the static files an installation has."""
    folder = tempfile.mkdtemp(prefix="platform-tls-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    env = {**os.environ, "VAR_DIR": folder, "DEMO": "0", "ALLOWED_HOSTS": HOST}
    command = [sys.executable, "manage.py", "collectstatic", "--no-input", "-v0"]
    subprocess.run(command, check=True, env=env, cwd=settings.BASE_DIR)
    return folder


def environment(**more):
    """The environment of an installation: keys of the test, its database, nothing of the demo."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        address = f"sqlite:///{name}"
    else:
        address = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    given = {"DATABASE_URL": address, "DEMO": "0", "ALLOWED_HOSTS": HOST, "VAR_DIR": _var_dir()}
    return {
        **os.environ,
        **given,
        "CERTIFICATE_PROXY_SECRET": "",
        "DJANGO_SETTINGS_MODULE": "partyplatform.settings",
        **more,
    }


@contextlib.contextmanager
def gunicorn_with_tls(folder, clients):
    """gunicorn ends TLS itself, by deploy/gunicorn/certificates.py; yields its address."""
    port, (certificate, key) = free_port(), write_server_certificate(folder)
    env = environment(TLS_CERTIFICATE=str(certificate), TLS_KEY=str(key), CLIENT_AUTHORITIES=str(clients), WORKERS="1")
    env["CERTIFICATE_BIND"] = f"127.0.0.1:{port}"
    with _running(env, "-c", DEPLOY / "gunicorn" / "certificates.py", port=port):
        yield f"https://{HOST}:{port}"


@contextlib.contextmanager
def behind_nginx(folder, clients, revoked):
    """nginx ends TLS, by deploy/nginx/certificates.conf, gunicorn stands behind it; yields both addresses."""
    port, inner = free_port(), free_port()
    write_server_certificate(folder)
    env = environment(CERTIFICATE_PROXY_SECRET=SECRET, BEHIND_TLS_PROXY="1", TRUSTED_PROXY_COUNT="1")
    arguments = ("--bind", f"127.0.0.1:{inner}", "--worker-class", "gthread", "--threads", "4", "--no-control-socket")
    config = _nginx_config(folder, port, inner, clients, revoked)
    with _running(env, *arguments, port=inner), _nginx(folder, config, port):
        yield f"https://{HOST}:{port}", f"http://127.0.0.1:{inner}"


@contextlib.contextmanager
def nginx_alone(folder, clients, revoked):
    """nginx with nobody behind it, for whoever looks at TLS only; yields host and port."""
    port = free_port()
    write_server_certificate(folder)
    with _nginx(folder, _nginx_config(folder, port, free_port(), clients, revoked), port):
        yield f"{HOST}:{port}"


@contextlib.contextmanager
def portal(folder, inner):
    """nginx as the ordinary entrance, by deploy/nginx/portal.conf, before a running platform; yields its TLS port."""
    port = free_port()
    write_server_certificate(folder)
    places = {
        "127.0.0.1:8000": f"127.0.0.1:{inner}",
        "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
        "    listen [::]:443 ssl;\n": "",
        "listen 80;": f"listen 127.0.0.1:{free_port()};",
        "    listen [::]:80;\n": "",
    }
    with _nginx(folder, _shipped(folder, "portal.conf", places), port):
        yield port


def _nginx_config(folder, port, inner, clients, revoked):
    places = {
        "/etc/party-platform/ca/clients.pem": str(clients),
        "/etc/party-platform/ca/revoked.pem": str(revoked),
        "127.0.0.1:8000": f"127.0.0.1:{inner}",
        "listen 8443 ssl": f"listen 127.0.0.1:{port} ssl",
        "    listen [::]:8443 ssl;\n": "",
    }
    config = _shipped(folder, "certificates.conf", places)
    (folder / "secret.conf").write_text(f'proxy_set_header X-Client-Certificate-Secret "{SECRET}";\n')
    return config


def _shipped(folder, site, places):
    """Write what is shipped with the places of this test; return the file nginx starts with, which includes `site`."""
    ours = {f"/etc/party-platform/{name}/": f"{folder}/" for name in ("tls", "nginx")}
    places = places | ours | {"platform.example": HOST}
    for source in (DEPLOY / "nginx").glob("*.conf"):
        text = source.read_text(encoding="utf-8")
        for shipped, here in places.items():
            text = text.replace(shipped, here)
        (folder / source.name).write_text(text, encoding="utf-8")
    main = folder / "nginx.conf"
    scratch = "".join(
        f"{kind}_temp_path {folder}/{kind}; " for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    main.write_text(
        f"daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;\n"
        f"events {{}}\nhttp {{ access_log off; {scratch} include {folder}/{site}; }}\n"
    )
    return main


@contextlib.contextmanager
def _nginx(folder, config, port):
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    assert program, "没有找到 nginx：请先执行 make test，或安装软件包 nginx-light"
    with _process([program, "-e", str(folder / "error.log"), "-c", str(config)], port):
        yield


@contextlib.contextmanager
def _running(env, *arguments, port):
    command = [sys.executable, "-m", "gunicorn", *map(str, arguments), "partyplatform.wsgi:application"]
    with _process(command, port, env=env):
        yield


@contextlib.contextmanager
def _process(command, port, env=None):
    """Run a server until the block ends; it and its workers form a group of their own."""
    process = subprocess.Popen(command, env=env, cwd=settings.BASE_DIR, start_new_session=True)
    try:
        _wait(process, port)
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)  # nobody is connected any more, nothing is under way
        process.wait(timeout=10)


def _wait(process, port):
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"no answer on port {port}")


class Curl:
    """A visitor with a cookie jar of its own, and perhaps a certificate."""

    def __init__(self, folder, address, pair=None, headers=()):
        self.address, self.jar = address, folder / f"cookies-{time.monotonic_ns()}"
        self.options = ["--silent", "--show-error", "--max-time", "20", "--cacert", str(folder / "server.pem")]
        if pair is not None:
            self.options += ["--cert", str(pair[0]), "--key", str(pair[1])]
        for header in headers:
            self.options += ["--header", header]

    def fetch(self, path, *arguments):
        """Return (status, page with its headers); (0, the reason) when there was no connection."""
        jar = ["--cookie", str(self.jar), "--cookie-jar", str(self.jar), "--include"]
        done = subprocess.run(
            ["curl", *self.options, *jar, *arguments, f"{self.address}{path}"], capture_output=True, text=True
        )
        if done.returncode:
            return 0, done.stderr
        return int(re.match(r"HTTP/\S+ (\d+)", done.stdout)[1]), done.stdout

    def log_in(self, name, password):
        """Send the login form as the page gave it; return the answer to whichever of the two ended it."""
        status, page = self.fetch("/login/?next=/info/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        if token is None:
            return status, page
        fields = {"csrfmiddlewaretoken": token[1], "login_name": name, "password": password, "next": "/info/"}
        data = [part for field, value in fields.items() for part in ("--data-urlencode", f"{field}={value}")]
        return self.fetch("/login/", *data, "--referer", f"{self.address}/login/")
