"""The table of security.md 13 line by line, with real certificates, by curl: against gunicorn and against nginx."""

import contextlib
import socket
import ssl
import subprocess
import time
from types import SimpleNamespace

import pytest
from django.core.cache import cache

from accounts.models import Certificate
from accounts.services import certificates
from accounts.tests.factories import PASSWORD, RoleGrantFactory, UserFactory
from accounts.tests.pki import SECRET, Issuer, forwarded, pem, rsa_key
from orgs.tests.factories import OrganizationFactory
from partyplatform import audit
from tests.certificates.serving import HOST, Curl, behind_nginx, gunicorn_with_tls, nginx_alone, write_pair

pytestmark = [pytest.mark.looks, pytest.mark.django_db(transaction=True), pytest.mark.real_hasher]

NAME, OTHER_NAME = "99000019900101005X", "990000199001010076"
NEEDED, PLAIN, IN = "该账号须使用数字证书登录", "出示的证书不能用于登录本平台。", "location: /info/"
ALERT = "(no connection)"

# fmt: off
TABLE = (
    # presented            behind nginx                         gunicorn itself
    ("good",               (302, IN),                           (302, IN)),
    ("good, RSA-2048",     (302, IN),                           (302, IN)),
    ("none",               (422, NEEDED),                       (422, NEEDED)),
    ("expired",            (403, "证书已过期。"),               (0,   ALERT)),
    ("not yet valid",      (403, "证书尚未生效。"),             (0,   ALERT)),
    ("foreign, same name", (403, PLAIN),                        (0,   ALERT)),
    ("server certificate", (403, "证书的用途不含客户端身份验证。"), (0, ALERT)),
    ("an authority's",     (403, "这是发证机构的证书，不能用于登录。"), (403, "这是发证机构的证书，不能用于登录。")),
    ("revoked",            (403, "该证书已被吊销。"),           (403, "该证书已被吊销。")),
    ("unregistered",       (403, "该证书尚未登记"),             (403, "该证书尚未登记")),
    ("another person's",   (422, "该证书登记在其他账号名下"),   (422, "该证书登记在其他账号名下")),
)
# fmt: on


@pytest.fixture
def people(tmp_path):
    """Two administrators of committees, and a certificate of every kind, as files."""
    cache.clear()
    issuer, organization = Issuer(), OrganizationFactory()
    user, other = (
        UserFactory(name=n, id_number=i, password=PASSWORD) for n, i in (("周敏", NAME), ("李思远", OTHER_NAME))
    )
    for one in (user, other):
        RoleGrantFactory(user=one, organization=organization)
    revoked, revoked_certificate, revoked_key = issuer.register(user)
    certificates.revoke(revoked, by=audit.SYSTEM, reason="遗失")
    good = issuer.register(user)
    pairs = {
        "good": good[1:],
        "good, RSA-2048": issuer.register(user, key=rsa_key())[1:],
        "expired": issuer.expired(),
        "not yet valid": issuer.not_yet_valid(),
        "foreign, same name": Issuer(issuer.name).client(),
        "server certificate": issuer.server(),
        "an authority's": issuer.intermediate(),
        "revoked": (revoked_certificate, revoked_key),
        "unregistered": issuer.client(),
        "another person's": issuer.register(other)[1:],
    }
    files = {kind: write_pair(tmp_path, f"client-{n}", *pair) for n, (kind, pair) in enumerate(pairs.items())}
    (tmp_path / "clients.pem").write_bytes(pem(issuer.certificate))
    (tmp_path / "revoked.pem").write_bytes(issuer.revocations(revoked_certificate))
    return SimpleNamespace(files={**files, "none": None}, good=good, folder=tmp_path)


def outcome(people, address, kind, expected):
    """Log in with a certificate; return the status, and the expected words when the answer holds them."""
    status, page = Curl(people.folder, address, people.files[kind]).log_in(NAME, PASSWORD)
    if status == 0:
        return 0, ALERT
    is_there = expected in page or expected in page.lower()
    return status, expected if is_there else page


def test_each_certificate_behind_nginx(people):
    with behind_nginx(people.folder, people.folder / "clients.pem", people.folder / "revoked.pem") as (outside, inside):
        got = {kind: outcome(people, outside, kind, wanted[1]) for kind, wanted, _ in TABLE}
        assert got == {kind: wanted for kind, wanted, _ in TABLE}
        _headers_of_the_client_change_nothing(people, outside, inside)
        _revoking_ends_the_session_at_once(people, outside)


def test_each_certificate_at_gunicorn(people):
    with gunicorn_with_tls(people.folder, people.folder / "clients.pem") as address:
        got = {kind: outcome(people, address, kind, wanted[1]) for kind, _, wanted in TABLE}
        assert got == {kind: wanted for kind, _, wanted in TABLE}
        _cookies_are_those_of_an_installation(people, address)
        _forwarded_certificates_are_not_read(people, address)
        _revoking_ends_the_session_at_once(people, address)


def test_connections_opened_in_advance_hold_up_nobody_and_are_given_up(people):
    with gunicorn_with_tls(people.folder, people.folder / "clients.pem") as address, contextlib.ExitStack() as lines:
        port = int(address.rpartition(":")[2])
        trust = ssl.create_default_context(cafile=people.folder / "server.pem")
        for _ in range(6):  # as many as a browser opens
            line = lines.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30))
            silent = lines.enter_context(trust.wrap_socket(line, server_hostname=HOST))
        begun = time.monotonic()
        assert Curl(people.folder, address).fetch("/login/")[0] == 200
        assert time.monotonic() - begun < 2
        with contextlib.suppress(ConnectionResetError):
            assert silent.recv(1) == b""  # closed by the server; the timeout of the line would raise


def _headers_of_the_client_change_nothing(people, outside, inside):
    """Neither through nginx, which overwrites them, nor past it, without the secret."""
    sent = forwarded(people.good[1], secret="a guess")
    alike = [f"{name}: {value}" for name, value in sent.items()]
    alike += [line.replace("-", "_", 2).lower() for line in alike] + alike + ["X-SSL-Client-Verify: SUCCESS"]
    for address in (outside, inside):
        headers = [*alike, "X-Forwarded-Proto: https", "Host: localhost"] if address == inside else alike
        status, page = Curl(people.folder, address, headers=headers).log_in(NAME, PASSWORD)
        assert (status, IN in page.lower()) != (302, True)
    true = [f"{name}: {value}" for name, value in forwarded(people.good[1], SECRET).items()]
    status, page = Curl(people.folder, outside, headers=true).log_in(NAME, PASSWORD)
    assert (status, NEEDED in page) == (422, True)


def _forwarded_certificates_are_not_read(people, address):
    headers = [f"{name}: {value}" for name, value in forwarded(people.good[1], SECRET).items()]
    status, page = Curl(people.folder, address, headers=headers).log_in(NAME, PASSWORD)
    assert (status, NEEDED in page) == (422, True)


def _revoking_ends_the_session_at_once(people, address):
    visitor = Curl(people.folder, address, people.files["good"])
    assert visitor.log_in(NAME, PASSWORD)[0] == 302
    assert visitor.fetch("/info/")[0] == 200
    bare = Curl(people.folder, address)
    bare.jar = people.folder / "stolen"
    bare.jar.write_bytes(visitor.jar.read_bytes())
    certificates.revoke(Certificate.objects.get(pk=people.good[0].pk), by=audit.SYSTEM, reason="USBKey 遗失")
    assert visitor.fetch("/info/")[0] == 302
    status, page = visitor.fetch("/")
    assert (status, "该证书已被吊销。" in page) == (403, True)
    assert bare.fetch("/info/")[0] == 302


def _cookies_are_those_of_an_installation(people, address):
    visitor = Curl(people.folder, address, people.files["good"])
    _, page = visitor.log_in(NAME, PASSWORD)
    cookies = [line.lower() for line in page.splitlines() if line.lower().startswith("set-cookie: __host-session=")]
    assert len(cookies) == 1
    assert {"secure", "httponly", "samesite=lax", "path=/"} <= {part.strip() for part in cookies[0].split(";")}
    assert "domain" not in cookies[0]
    assert all(
        line.lower().startswith("set-cookie: __host-")
        for line in page.splitlines()
        if line.lower().startswith("set-cookie")
    )
    assert "strict-transport-security: max-age=31536000" in page.lower()


def test_sslscan_finds_nothing_to_complain_about(people):
    with nginx_alone(people.folder, people.folder / "clients.pem", people.folder / "revoked.pem") as address:
        scan = ["sslscan", "--no-colour", "--no-heartbleed", address]
        found = subprocess.run(scan, capture_output=True, text=True, check=True).stdout
    enabled = [
        line.split()[0] for line in found.splitlines() if line.endswith("enabled") and line.startswith(("SSL", "TLSv"))
    ]
    accepted = [line.split()[4] for line in found.splitlines() if line.startswith(("Accepted", "Preferred"))]
    assert enabled == ["TLSv1.2", "TLSv1.3"]
    assert accepted
    assert [name for name in accepted if not name.startswith(("TLS_AES", "TLS_CHACHA20", "ECDHE-"))] == []
    assert [name for name in accepted if "CBC" in name or name.endswith("-SHA")] == []
