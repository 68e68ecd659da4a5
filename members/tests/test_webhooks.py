"""变动推送 over a real line with TLS: who is told what, by whom it is proved, and what follows silence."""

import base64
import datetime
import json
import ssl
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Webhook
from accounts.services import api_tokens
from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory
from accounts.tests.pki import Issuer, pem
from members.tests.factories import MemberFactory
from members.webhooks import tell_of_changes
from orgs.tests.factories import OrganizationFactory
from partyplatform import audit, signatures
from partyplatform.ui.form_keys import fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def listener(tmp_path, monkeypatch):
    """A system that listens at localhost; `status` is what it answers, `heard` what it was told."""
    found = SimpleNamespace(heard=[], status=204)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.heard.append((self.path, dict(self.headers), body))
            self.send_response(found.status)
            self.end_headers()

        def log_message(self, *args):
            pass

    issuer, localhost = Issuer(), x509.SubjectAlternativeName([x509.DNSName("localhost")])
    certificate, key = issuer.odd(usages=[ExtendedKeyUsageOID.SERVER_AUTH], extra=localhost)
    authority, chain = tmp_path / "authority.pem", tmp_path / "server.pem"
    authority.write_bytes(pem(issuer.certificate))
    chain.write_bytes(pem(certificate) + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    server = HTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    found.address = f"https://localhost:{server.server_port}/party/changes"
    yield found
    server.shutdown()
    server.server_close()


@pytest.fixture
def by(college, settings):
    settings.WEBHOOK_HOSTS = ["localhost"]
    return RoleGrantFactory(organization=college.root)


def hook_of(by, address, scopes=("changes",)):
    ends_on = timezone.localdate() + datetime.timedelta(days=30)
    issued = api_tokens.issue(by.organization, name="数据中心", scopes=scopes, ends_on=ends_on, by=by, webhook=address)
    return issued[0].webhook


def change(member, by):
    with transaction.atomic():
        return audit.record(by, "members.update", member, organization=member.organization)


def test_a_system_is_told_that_there_are_changes_and_nothing_of_them(listener, college, by, client):
    hook = hook_of(by, listener.address)
    member = MemberFactory(organization=college.staff, name="欧阳示例")
    seq = change(member, by).seq
    tell_of_changes()
    [(path, headers, body)] = listener.heard
    assert path == "/party/changes"
    assert json.loads(body) == {
        "event": "changes",
        "token": str(hook.token.uid),
        "after": hook.told_seq,
        "latest": seq,
    }
    keys = {key["id"]: key["pem"] for key in client.get(reverse("api:keys")).json()["keys"]}
    [key] = signatures.read_public_keys(keys[headers["X-Platform-Key"]].encode())
    told, signature = f"{headers['X-Platform-Timestamp']}.".encode() + body, headers["X-Platform-Signature"]
    assert signatures.is_signed_by(key, told, base64.b64decode(signature))
    assert not signatures.is_signed_by(key, told + b" ", base64.b64decode(signature))
    tell_of_changes()
    assert len(listener.heard) == 1  # once is enough


def test_changes_elsewhere_are_not_told(listener, college, by):
    hook_of(by, listener.address)
    change(MemberFactory(organization=OrganizationFactory(parent=OrganizationFactory())), by)
    tell_of_changes()
    assert listener.heard == []


def test_whoever_does_not_listen_is_told_later_and_then_of_everything(listener, college, by, client):
    hook, listener.status = hook_of(by, listener.address), 500
    first = change(MemberFactory(organization=college.staff), by).seq
    tell_of_changes()
    hook.refresh_from_db()
    assert (hook.failures, hook.fault, hook.next_at > timezone.now()) == (1, "对方服务器答复 500", True)
    assert "推送失败 1 次：对方服务器答复 500" in act_as(client, by).get(reverse("accounts:api_tokens")).text
    tell_of_changes()
    assert len(listener.heard) == 1  # not before its time
    listener.status = 200
    last = change(MemberFactory(organization=college.staff), by).seq
    Webhook.objects.update(next_at=timezone.now())
    tell_of_changes()
    hook.refresh_from_db()
    told = json.loads(listener.heard[-1][2])
    assert (hook.failures, hook.told_seq, told["after"] < first, told["latest"]) == (0, last, True, last)


def test_a_server_nobody_vouches_for_is_told_nothing(listener, college, by, monkeypatch):
    hook = hook_of(by, listener.address)
    monkeypatch.delenv("SSL_CERT_FILE")
    change(MemberFactory(organization=college.staff), by)
    tell_of_changes()
    hook.refresh_from_db()
    assert (listener.heard, hook.fault) == ([], "对方服务器的证书不受信任")


def test_nothing_is_told_once_the_token_has_ended(listener, college, by):
    hook = hook_of(by, listener.address)
    change(MemberFactory(organization=college.staff), by)
    api_tokens.revoke(hook.token, by=by, reason="停用")
    tell_of_changes()
    assert listener.heard == []


@pytest.mark.parametrize(
    ("address", "scopes", "sentence"),
    (
        ("http://localhost/a", ["changes"], "https://主机名/路径"),
        ("https://user@localhost/a", ["changes"], "https://主机名/路径"),
        ("https://localhost:99999/a", ["changes"], "https://主机名/路径"),
        ("https://169.254.169.254/a", ["changes"], "尚未开放向该主机推送"),
        ("https://localhost/a", ["members"], "须同时开放“变动”"),
    ),
)
def test_an_address_nobody_opened_is_refused_at_its_field(client, by, address, scopes, sentence):
    with pytest.raises(ValidationError, match=sentence):
        hook_of(by, address, scopes)
    ends_on = timezone.localdate() + datetime.timedelta(days=30)
    sent = {"name": "甲", "scopes": scopes, "ends_on": f"{ends_on:%Y-%m-%d}", "webhook": address, "form_key": fresh()}
    page = act_as(client, by).post(reverse("accounts:issue_api_token"), sent)
    assert (page.status_code, sentence in str(page.context["form"].errors["webhook"])) == (422, True)
    assert address in page.text
    assert not Webhook.objects.exists()


def test_a_silence_of_days_asks_four_times_a_day(by, listener):
    hook, now = hook_of(by, listener.address), timezone.now()
    waits = []
    for _ in range(12):
        hook.wait("连接失败", now=now)
        waits.append(int((hook.next_at - now).total_seconds() / 60))
    assert waits[:4] == [2, 4, 8, 16]
    assert waits[-1] == 360
