"""The way of the manual in a browser: the certificate from its store, the two entrances, name and password."""

import contextlib
import json
import os
import secrets
import shutil
import subprocess
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection

from accounts.pki import issuing
from accounts.services import certificates
from accounts.tests.factories import PASSWORD, RoleGrantFactory, UserFactory
from accounts.tests.pki import Issuer, pem
from orgs.tests.factories import OrganizationFactory
from partyplatform import audit
from tests.browser.conftest import ARGUMENTS
from tests.certificates.serving import gunicorn_with_tls

# Once in a run: Chromium reads one list of policies for the whole machine.
pytestmark = [pytest.mark.browser, pytest.mark.looks, pytest.mark.django_db(transaction=True), pytest.mark.real_hasher]

NAME = "99000019900101005X"
POLICIES = Path("/etc/chromium/policies/managed")  # the only place Chromium reads them from


@pytest.fixture
def holder():
    cache.clear()
    issuer = Issuer()
    user = UserFactory(name="周敏", id_number=NAME, password=PASSWORD)
    RoleGrantFactory(user=user, organization=OrganizationFactory())
    return issuer, *issuer.register(user)


def fill_store(home, folder, bundle, passphrase):
    """Import the PKCS#12 file, as its holder would, into the store Chromium reads in this home."""
    store = home / ".pki" / "nssdb"
    store.mkdir(parents=True)
    run = {"check": True, "capture_output": True}
    subprocess.run(["certutil", "-N", "--empty-password", "-d", f"sql:{store}"], **run)
    subprocess.run(
        ["certutil", "-A", "-d", f"sql:{store}", "-n", "server", "-t", "C,,", "-i", folder / "server.pem"], **run
    )
    (folder / "a.p12").write_bytes(bundle)
    subprocess.run(["pk12util", "-i", folder / "a.p12", "-d", f"sql:{store}", "-W", passphrase, "-K", ""], **run)


@contextlib.contextmanager
def chosen_by_policy(address):
    """Let Chromium choose the certificate for this address without asking, which nobody could answer."""
    choice = json.dumps({"pattern": address, "filter": {}})
    made = [folder for folder in (POLICIES, *POLICIES.parents) if not folder.exists()]
    POLICIES.mkdir(parents=True, exist_ok=True)
    policy = POLICIES / f"test-{secrets.token_hex(6)}.json"
    policy.write_text(json.dumps({"AutoSelectCertificateForUrls": [choice]}))
    try:
        yield
    finally:
        policy.unlink()
        for folder in made:
            folder.rmdir()


@contextlib.contextmanager
def chromium(playwright, home):
    context = playwright.chromium.launch_persistent_context(
        home / "profile",
        executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium"),
        args=ARGUMENTS,
        env={**os.environ, "HOME": str(home)},
        locale="zh-CN",
    )
    context.set_default_timeout(15_000)
    yield context.pages[0]
    context.close()


def test_from_the_store_to_the_list_of_resources_and_in(holder, tmp_path, playwright_driver):
    issuer, row, certificate, key = holder
    (tmp_path / "clients.pem").write_bytes(pem(issuer.certificate))
    passphrase = issuing.new_passphrase()
    with gunicorn_with_tls(tmp_path, tmp_path / "clients.pem") as address:
        fill_store(tmp_path, tmp_path, issuing.bundle(key, certificate, issuer.certificate, passphrase), passphrase)
        with chosen_by_policy(address), chromium(playwright_driver, tmp_path) as page:
            page.goto(f"{address}/")
            assert page.get_by_role("heading", name="资源组列表").is_visible()
            assert page.get_by_text("类型：HTTP").count() == 2
            page.get_by_role("link", name="党内信息管理系统").click()
            assert "已验证数字证书" in page.content()
            page.get_by_label("登录名").fill(NAME)
            page.get_by_label("密码").fill(PASSWORD)
            page.get_by_role("button", name="登录", exact=True).click()
            page.wait_for_url(f"{address}/info/")
            cookies = {cookie["name"]: cookie for cookie in page.context.cookies()}
            assert {name: (c["secure"], c["httpOnly"]) for name, c in cookies.items()} == {
                "__Host-session": (True, True),
                "__Host-csrf": (True, True),
            }
            certificates.revoke(row, by=audit.SYSTEM, reason="USBKey 遗失")
            connection.close()  # beside an event loop it is one of its own, which nobody else would close
            page.goto(f"{address}/info/")
            assert "该证书已被吊销" in page.content()
