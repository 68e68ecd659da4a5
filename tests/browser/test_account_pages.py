"""Pages about accounts, certificates, duties and alarms that no link of a quiet day leads to, and error pages."""

import pytest
from django.urls import reverse

from accounts.tests.factories import PASSWORD
from partyplatform.jobs import enqueue, run_waiting
from tests import world as worlds
from tests.browser.people import login
from tests.objects import Objects

pytestmark = pytest.mark.looks

OBJECTS = (
    # address                           object of tests.objects
    ("accounts:certificate", "certificate"),
    ("accounts:register_certificate", "keyholder"),
    ("accounts:revoke_certificate", "certificate"),
    ("accounts:one_account", "account"),
    ("audit:alarm", "alarm"),
    ("audit:record", "record"),
    ("eforefront:duties", "holder"),
    ("eforefront:edit_duty", "duty"),
    ("eforefront:divide_work", "duty"),
    ("eforefront:end_duty", "duty"),
)
VERBS = ("reset", "close", "unlock", "disable", "enable")
REFUSING = ("accounts:register_certificate", "accounts:revoke_certificate", "audit:alarm", "disable")


@pytest.fixture
def world(transactional_db):
    return worlds.build()


@pytest.fixture
def pages(world):
    """{name: address}; the lists have rows because the objects are made first."""
    objects = Objects(world, "college")
    found = {name: reverse(name, args=objects.arguments(kind)[0]) for name, kind in OBJECTS}
    account = objects.account()
    found |= {verb: reverse("accounts:act", args=[account.uid, verb]) for verb in VERBS}
    found["issue"] = reverse("accounts:issue_codes", query={"ids": account.pk})
    found["keep"] = reverse("accounts:keep_grants", query={"ids": objects.grant().pk})
    found["end"] = reverse("accounts:end_grants", query={"ids": objects.grant().pk})
    found |= {name: reverse(name) for name in ("accounts:certificates", "audit:alarms", "accounts:resources")}
    job = enqueue("orgs.export", by=world.roles["top", "info"], title="导出党组织：示范大学党委", params={})
    run_waiting()
    return found | {"job": reverse("jobs:detail", args=[job.uid]), "jobs": reverse("jobs:list")}


def test_every_page_is_sound(page_1440, world, pages, judge):
    page, seen = page_1440, 0
    for system in ("info", "portal"):
        login(page, world.roles["top", system])
        for name, address in pages.items():
            if name.startswith("eforefront:") == (system == "portal"):
                assert page.goto(address).status == 200, name
                judge.look(page, name, framed=seen > 0, path=address)
                seen += 1
    assert judge.verdict() == []


def test_every_refused_form_is_sound(page_1440, world, pages, judge):
    page = page_1440
    login(page, world.roles["top", "info"])
    for name in REFUSING:
        page.goto(pages[name])
        page.locator("main form[method=post] .formbar button").first.click()
        page.locator("[data-error-summary]").wait_for()
        judge.look(page, name, framed=True)
    assert judge.verdict() == []


def test_the_proof_asks_soundly_and_an_alarm_is_dealt_with(page_1440, world, pages, settings, judge):
    page = page_1440
    login(page, world.roles["top", "info"])
    page.goto(pages["audit:alarm"])
    page.get_by_label("处置说明").fill("已电话核实，系本人操作")
    page.get_by_role("button", name="已处置").click()
    page.get_by_text("处置情况已记录").wait_for()
    judge.look(page, "alarm")
    settings.PROOF_MINUTES = 0
    page.goto(pages["accounts:revoke_certificate"])
    page.get_by_role("heading", name="身份验证").wait_for()
    page.get_by_label("登录密码").fill("不是这个密码")
    page.get_by_role("button", name="验证", exact=True).click()
    page.get_by_text("密码不正确").wait_for()
    judge.look(page, "prove")
    assert judge.verdict() == []


def test_error_pages_are_sound(page_1440, world, judge):
    page = page_1440
    login(page, world.roles["own", "info"])
    for status, address in ((404, "/info/orgs/4711/"), (403, "/info/grants/"), (403, "/certificate/refused/")):
        assert page.goto(address).status == status, address
        judge.look(page, address)
    assert judge.verdict() == []


def test_the_way_in_by_signature_is_sound(page_1440, world, settings, judge):
    page = page_1440
    person = world.roles["top", "info"].user
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    settings.CERTIFICATES_REQUIRED = True
    page.goto("/login/?next=/info/")
    page.get_by_label("登录名").fill(person.unsealed_id_number())
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.get_by_text("该账号须使用数字证书登录").wait_for()
    judge.look(page, "needed")
    page.get_by_role("link", name="用证书签名登录").click()
    judge.look(page, "sign")
    page.get_by_role("button", name="获取待签名的内容").click()
    page.get_by_label("签名（base64）").fill("bm9uc2Vuc2U=")
    judge.look(page, "challenge")
    page.get_by_role("button", name="提交签名").click()
    page.get_by_text("签名未通过验证").wait_for()
    judge.look(page, "refused")
    assert judge.verdict() == []
