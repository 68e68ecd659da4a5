import datetime
import json
import re
import shutil
import subprocess

import pytest
import time_machine
from django.test import Client

from accounts.codes import RoleKind
from accounts.models import HandOver
from accounts.models.hand_overs import SLIPS
from accounts.services import handovers
from accounts.services.activations import issue
from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory, UserFactory, id_number
from orgs.models import Organization
from orgs.tests.factories import OrganizationFactory
from partyplatform import pdf
from partyplatform.audit.models import Record
from partyplatform.chores import run_chores

pytestmark = [pytest.mark.django_db, pytest.mark.urls("accounts.tests.urls")]

BRANCH = "中国共产党示范大学信息学院教工支部委员会"
NOW = datetime.datetime(2026, 11, 27, 1, tzinfo=datetime.UTC)


def asked(program, *arguments):
    """Return what a program of poppler-utils says."""
    return subprocess.run([shutil.which(program), *arguments], capture_output=True, check=True, text=True).stdout


@pytest.fixture
def grantor(client):
    role = RoleGrantFactory()
    act_as(client, role)
    role.user.refresh_from_db()
    return role


def newcomer(name, **fields):
    branch = Organization.objects.filter(full_name=BRANCH).first()
    branch = branch or OrganizationFactory(parent=OrganizationFactory(), full_name=BRANCH)
    user = UserFactory(name=name, **fields)
    RoleGrantFactory(user=user, organization=branch, kind=RoleKind.MEMBER, is_default=True)
    RoleGrantFactory(user=user, organization=branch)
    return user


def handed_over(grantor, *names):
    people = [newcomer(name) for name in names]
    codes = [issue(user, by=grantor) for user in people]
    return handovers.hand_over(zip(people, codes, strict=True), by=grantor), codes


def test_the_page_shows_all_that_is_needed_to_begin(client, grantor):
    made, [code] = handed_over(grantor, "欧阳·娜")
    answer = client.get(f"/handover/{made.uid}/")
    for text in (code, "欧阳·娜", "支部管理员", "中国共产党示范大学信息学院教工支部委员会", "http://testserver/login/"):
        assert text in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_login_name_is_masked(client, grantor):
    user = newcomer("周敏", id_number=id_number(7))
    made = handovers.hand_over([(user, "CODE")], by=grantor)
    page = client.get(f"/handover/{made.uid}/").text
    assert id_number(7) not in page
    assert f"**************{id_number(7)[-4:]}" in page


def test_codes_are_sealed_and_not_in_the_record(grantor):
    _, [code] = handed_over(grantor, "周敏")
    stored = HandOver.objects.values_list("slips_sealed", flat=True).get()
    assert code.encode() not in bytes(stored)
    assert "周敏".encode() not in bytes(stored)
    record = Record.objects.get(action="accounts.hand_over")
    assert record.changes == [["领取单", "", "1 份"]]


def test_slips_keep_their_order(grantor):
    made, codes = handed_over(grantor, "李思远", "王𠮷", "周敏")
    slips = handovers.slips_of(made)
    assert [(slip.name, slip.code) for slip in slips] == list(zip(("李思远", "王𠮷", "周敏"), codes, strict=True))


def test_the_number_of_queries_does_not_grow(grantor, django_assert_num_queries):
    handed_over(grantor, "零")  # the first record of all costs more
    for names in (["一"], ["二", "三", "四"]):
        people = [(newcomer(name), "CODE") for name in names]
        with django_assert_num_queries(7):
            handovers.hand_over(people, by=grantor)


def test_nobody_else_can_read_them(grantor):
    made, _ = handed_over(grantor, "周敏")
    other = act_as(Client(), RoleGrantFactory(organization=grantor.organization))
    for address in (f"/handover/{made.uid}/", f"/handover/{made.uid}/pdf/"):
        assert other.get(address).status_code == 404
        assert Client().get(address).status_code == 302
    assert other.post(f"/handover/{made.uid}/wipe/").status_code == 404
    assert handovers.slips_of(HandOver.objects.get())


def test_another_session_of_the_same_person_cannot_read_them(client, grantor):
    made, _ = handed_over(grantor, "周敏")
    later = act_as(Client(), grantor)
    assert later.get(f"/handover/{made.uid}/").status_code == 404


def test_after_their_time_they_are_gone_from_page_and_database(client, grantor):
    with time_machine.travel(NOW, tick=False) as clock:
        act_as(client, grantor)
        grantor.user.refresh_from_db()
        made, [code] = handed_over(grantor, "周敏")
        for _ in range(3):
            clock.shift(10 * 60)
            page = client.get(f"/handover/{made.uid}/")
        assert (code in page.text, "启用码已清除" in page.text) == (False, True)
        assert client.get(f"/handover/{made.uid}/pdf/").url == f"/handover/{made.uid}/"
        assert run_chores() == []
        assert bytes(HandOver.objects.get().slips_sealed) == b""
        clock.shift(3 * 86400)
        run_chores()
        assert not HandOver.objects.exists()


def test_chores_leave_what_is_still_needed(grantor):
    handed_over(grantor, "周敏")
    run_chores()
    assert len(handovers.slips_of(HandOver.objects.get())) == 1


def test_they_can_be_wiped_at_once(client, grantor):
    made, [code] = handed_over(grantor, "周敏")
    answer = client.post(f"/handover/{made.uid}/wipe/", follow=True)
    assert "启用码已从屏幕和服务器上清除" in answer.text
    assert code not in answer.text
    assert bytes(HandOver.objects.get().slips_sealed) == b""


def test_the_work_goes_on_where_it_came_from(client, grantor):
    made, _ = handed_over(grantor, "周敏")
    shown = client.get(f"/handover/{made.uid}/", {"next": "/info/?org=3"}).text
    assert 'href="/info/?org=3">返回</a>' in shown
    wiped = client.post(f"/handover/{made.uid}/wipe/", {"next": "/info/?org=3"}, follow=True)
    assert 'href="/info/?org=3">返回</a>' in wiped.text.replace("\n", "")
    for target in ("", "https://example.org/", "//example.org"):
        assert "返回</a>" not in client.get(f"/handover/{made.uid}/", {"next": target}).text


def test_the_pdf_is_tagged_and_carries_its_fonts_and_every_code(client, grantor, tmp_path):
    made, codes = handed_over(grantor, "欧阳·娜", "王𠮷", "周敏")
    answer = client.get(f"/handover/{made.uid}/pdf/")
    data = b"".join(answer.streaming_content)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    path = tmp_path / "slips.pdf"
    path.write_bytes(data)
    facts, fonts, text = asked("pdfinfo", path), asked("pdffonts", path), asked("pdftotext", path, "-")
    assert re.search(r"Tagged: +yes", facts)
    assert {line.split()[-5] for line in fonts.splitlines()[2:]} == {"yes"}  # the column emb
    assert [code in text for code in codes] == [True] * 3
    assert text.count("\f") == 2


def test_without_pango_the_page_says_so_and_offers_to_print(client, grantor, monkeypatch):
    made, [code] = handed_over(grantor, "周敏")
    monkeypatch.setattr(pdf.finders, "find", lambda style: None)
    answer = client.get(f"/handover/{made.uid}/pdf/")
    assert answer.status_code == 503
    assert "暂不能生成 PDF" in answer.text
    assert code in answer.text


def test_what_hung_or_failed_is_no_pdf(monkeypatch):
    monkeypatch.setattr(pdf, "PATIENCE", 0.001)
    with pytest.raises(pdf.PdfUnavailable):
        pdf.pdf_from("<p>示例</p>", style="css/slips.css")


def test_a_document_fetches_nothing(tmp_path):
    picture = tmp_path / "picture.svg"
    picture.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="50"><text y="20">elsewhere</text></svg>'
    )
    path = tmp_path / "document.pdf"
    html = f'<html lang="zh"><title>t</title><p>here</p><img alt="" src="{picture.as_uri()}"></html>'
    path.write_bytes(pdf.pdf_from(html, style="css/slips.css"))
    text = asked("pdftotext", path, "-")
    assert ("here" in text, "elsewhere" in text) == (True, False)


def test_the_payload_is_json(grantor):
    made, _ = handed_over(grantor, "周敏")
    assert {"name", "login_name", "organization", "role", "code"} == set(json.loads(SLIPS.text(made))[0])
