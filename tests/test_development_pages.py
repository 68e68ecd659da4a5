"""权限配置 → 发展党员权限 in the browser's words. Source: screens.md 2.9."""

import pytest
from django.urls import reverse

from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory
from orgs.models import Organization
from orgs.tests.factories import OrganizationFactory
from partyplatform.audit.models import Record
from partyplatform.tests.kept import kept
from tests.world import build

pytestmark = [pytest.mark.django_db, pytest.mark.looks]
LIST, CHANGE = reverse("orgs:development_rights"), reverse("orgs:change_development_rights")


@kept
def world():
    return build()


@pytest.fixture
def top(client, world):
    return act_as(client, world.roles["top", "info"])


def listed(answer):
    return [row.short_name for row in answer.context["rows"]]


def sent(*organizations, **values):
    rows = Organization.objects.filter(pk__in=[org.pk for org in organizations])
    versions = ",".join(f"{pk}:{version}" for pk, version in rows.values_list("pk", "version"))
    return {"ids": [org.pk for org in organizations], "versions": versions, "reason": "试点", "list": "", **values}


def test_the_list_shows_everything_living_in_reach_in_tree_order(top, world):
    assert listed(top.get(LIST)) == [
        "示范大学党委",
        "信息学院党总支",
        "教工支部",
        "学生支部",
        "艺术学院党总支",
        "表演支部",
    ]


def test_the_list_is_filtered(top, world):
    top.post(CHANGE, sent(world.root, may_approve="1"))
    top.post(CHANGE, sent(world.staff, may_develop="1"))
    assert listed(top.get(LIST, {"short_name": "学生"})) == ["学生支部"]
    assert listed(top.get(LIST, {"org_type": "621"})) == ["信息学院党总支", "艺术学院党总支"]
    assert listed(top.get(LIST, {"develops": "1"})) == ["教工支部"]
    assert listed(top.get(LIST, {"approves": "1"})) == ["示范大学党委"]
    assert len(listed(top.get(LIST, {"approves": "0", "develops": "0"}))) == 4
    page = top.get(LIST, {"short_name": "没有"}).content.decode()
    assert "没有符合条件的党组织，可放宽筛选条件。" in page


def test_the_own_organisation_is_not_ticked_by_whoever_has_one_above(client, world):
    page = act_as(client, world.roles["upper", "info"]).get(LIST).content.decode()
    assert (f'value="{world.staff.pk}"' in page, f'value="{world.college.pk}"' in page) == (True, False)


def test_rights_are_changed_for_several_with_their_trace(top, world):
    page = top.get(CHANGE, {"ids": [world.staff.pk, world.students.pk], "list": "short_name=支部"}).content.decode()
    assert "共 2 个党组织" in page
    assert "教工支部" in page
    answer = top.post(CHANGE, sent(world.staff, world.students, may_develop="1", list="short_name=支部"), follow=True)
    assert answer.redirect_chain == [(f"{LIST}?short_name=%E6%94%AF%E9%83%A8", 302)]
    assert "已变更 2 个党组织的发展党员权限：教工支部、学生支部" in answer.content.decode()
    changes = top.get(reverse("orgs:changes", args=[world.staff.pk])).content.decode()
    assert "发展党员权限" in changes
    assert "使用发展党员模块" in changes
    assert "试点" in changes


def test_a_refusal_says_why_and_keeps_what_was_typed(top, world):
    answer = top.post(CHANGE, sent(world.root, world.college, may_approve="1", reason="学院党委"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "信息学院党总支：只有党委可以批准预备党员，党总支部只能审议" in page
    assert "学院党委" in page
    assert not Organization.objects.approving().exists()


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({}, "请选择要变更的权限"),
        ({"may_develop": "1", "reason": ""}, "请填写原因"),
        ({"may_develop": "1", "versions": "昨天"}, "页面已过期，请从列表重新勾选"),
        ({"may_develop": "maybe"}, "请从列表中选择"),
    ],
)
def test_bad_input_is_answered_at_its_place(top, world, values, sentence):
    answer = top.post(CHANGE, sent(world.staff, **values))
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)


def test_nothing_ticked_leads_back(top, world):
    for answer in (top.get(CHANGE, follow=True), top.post(CHANGE, {}, follow=True)):
        assert "请先勾选要变更权限的党组织" in answer.content.decode()


def test_one_foreign_organisation_spoils_the_whole_choice(client, world):
    reader = act_as(client, world.roles["upper", "info"])
    assert reader.post(CHANGE, sent(world.staff, world.artists, may_develop="1")).status_code == 404
    assert reader.post(CHANGE, sent(world.staff, world.college, may_develop="1")).status_code == 403
    assert reader.post(CHANGE, {**sent(world.staff, may_develop="1"), "ids": [world.staff.pk, "²"]}).status_code == 404
    assert not Organization.objects.filter(may_develop=True).exists()


def test_whoever_was_slower_gets_both_versions(top, world):
    seen = sent(world.staff, may_develop="0")
    top.post(CHANGE, sent(world.staff, may_develop="1"))
    answer = top.post(CHANGE, seen)
    assert (answer.status_code, "已开通" in answer.content.decode()) == (409, True)


def test_a_form_sent_twice_changes_once(top, world):
    form = sent(world.staff, may_develop="1", form_key="k" * 22)
    first, second = top.post(CHANGE, form), top.post(CHANGE, form)
    assert (first.status_code, first.url) == (second.status_code, second.url)
    assert Record.objects.filter(action="orgs.set_development").count() == 1


@pytest.mark.parametrize("size", (1, 3))
def test_the_list_costs_the_same_with_one_row_and_with_three(client, django_assert_num_queries, size):
    root = OrganizationFactory()
    for _ in range(size):
        OrganizationFactory(parent=root)
    reader = act_as(client, RoleGrantFactory(organization=root))
    reader.get(LIST)
    with django_assert_num_queries(6):
        reader.get(LIST)
