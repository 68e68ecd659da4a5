"""The columns a person chose, on the page and in its workbook. Source: issue 4."""

from io import BytesIO

import pytest
from django.urls import reverse

from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory
from members.tests.factories import MemberFactory
from partyplatform.excel import read_book

pytestmark = pytest.mark.django_db
CHOOSE = reverse("members:columns")


@pytest.fixture
def role(college):
    return RoleGrantFactory(organization=college.general)


def heads(client, college):
    page = client.get(reverse("members:list", args=[college.general.pk]))
    book = client.get(reverse("members:export", args=[college.general.pk]))
    lines = read_book(BytesIO(b"".join(book.streaming_content))).first.lines
    shown = [column.label for column in page.context["columns"] if column.screen]
    return shown, [cell.text for cell in lines[0].cells], [cell.text for cell in lines[1].cells], page.text


def test_chosen_columns_are_on_the_page_and_in_the_book(client, role, college):
    MemberFactory(organization=college.staff, name="王安", complete=True)
    act_as(client, role)
    list_url = reverse("members:list", args=[college.general.pk])
    answer = client.post(f"{CHOOSE}?next={list_url}", {"columns": ["education", "shown_phone", "organization.code"]})
    assert answer.url == list_url
    shown, head, line, page = heads(client, college)
    assert "page--chosen" in page  # whose table scrolls by itself
    assert shown == head == ["姓名", "党组织编码", "最高学历", "联系方式"]
    assert line == ["王安", college.staff.code, "硕士研究生 12", "180****0000"]
    assert "硕士研究生 12" in page
    assert client.get(CHOOSE).text.count("checked") == 3


def test_the_choice_is_ones_own_and_can_be_taken_back(client, role, college):
    MemberFactory(organization=college.staff)
    act_as(client, role).post(CHOOSE, {"columns": ["title"]})
    other = act_as(client, RoleGrantFactory(organization=college.general))
    assert heads(other, college)[0][:3] == ["姓名", "身份证号", "性别"]
    act_as(client, role)
    assert heads(client, college)[0] == ["姓名", "职称"]
    client.post(CHOOSE, {"reset": "1"})
    assert heads(client, college)[1][-1] == "党组织编码"


def test_a_column_that_does_not_exist_is_refused(client, role, college):
    answer = act_as(client, role).post(CHOOSE, {"columns": ["id_number_sealed"]})
    assert (answer.status_code, "请从列表中选择" in answer.text) == (422, True)


def test_the_choice_costs_no_statement(client, role, college, django_assert_num_queries):
    MemberFactory(organization=college.staff, complete=True)
    act_as(client, role).post(CHOOSE, {"columns": ["title", "shown_address"]}, follow=True)
    with django_assert_num_queries(10):
        client.get(reverse("members:list", args=[college.general.pk]))
