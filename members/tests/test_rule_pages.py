"""The page of the rules, its preview, and what it says while records are scored anew."""

import pytest
from django.urls import reverse

from accounts.codes import RoleKind
from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory
from members import effects
from members.completeness import DEFAULTS, Rules
from members.jobs import rescoring_job
from members.models import Member, RuleVersion
from members.services import rescoring
from members.tests.factories import MemberFactory
from members.tests.test_rules import changed
from partyplatform.jobs import run_waiting

pytestmark = [pytest.mark.django_db, pytest.mark.looks]
PAGE, CHANGE = "/info/completeness/rules/", "/info/completeness/rules/change/"


@pytest.fixture
def operator(client, college):
    """The administrator at the top of the platform."""
    return act_as(client, RoleGrantFactory(organization=college.root, kind=RoleKind.CITY))


@pytest.fixture
def members(college):
    return [MemberFactory(organization=college.staff, complete=True, title=title) for title in ("999", "", "")]


def chosen(**conditions):
    return {rule.field: rule.condition for rule in DEFAULTS} | conditions


def confirmed(**conditions):
    version = RuleVersion.objects.in_force().version
    return chosen(**conditions) | {"version": version, "reason": "按上级通知调整", "form_key": "k" * 22}


def text(answer):
    return answer.content.decode()


def test_the_page_shows_for_whom_each_item_counts(operator, members):
    page = text(operator.get(PAGE))
    assert "现行规则为平台的初始规则" in page
    assert page.count("<select") == len(DEFAULTS)
    assert '<option value="worker" selected>工勤技能人员</option>' in page
    assert '<option value="">不计入</option>' in page


def test_others_read_the_rules_and_change_none(client, college, members):
    act_as(client, RoleGrantFactory(organization=college.staff, kind=RoleKind.BRANCH))
    page = text(client.get(PAGE))
    assert "工勤技能人员" in page
    assert "<select" not in page
    assert client.post(CHANGE, confirmed(title="")).status_code == 403


def test_a_committee_below_the_top_is_told_who_may(client, college):
    act_as(client, RoleGrantFactory(organization=college.general, kind=RoleKind.CITY))
    for answer in (client.get(CHANGE, chosen(title="")), client.post(CHANGE, confirmed(title=""))):
        assert answer.status_code == 403
        assert "只有最上级党组织的管理员可以变更" in text(answer)
    assert client.post(reverse("members:stop_rescoring")).status_code == 403
    assert not RuleVersion.objects.exists()


def test_the_preview_says_what_would_come_of_it_and_changes_nothing(operator, members):
    answer = operator.get(CHANGE, chosen(title=""))
    assert answer.context["changes"] == [["职称", "所有党员", "不计入"]]
    effect = answer.context["effect"]
    assert (effect.changed, effect.complete_before, effect.complete_after) == (3, 1, 3)
    assert (effect.percent_before, effect.percent_after, effect.is_exact) == (96, 100, True)
    assert "1 → 3" in text(answer)
    assert not RuleVersion.objects.exists()


def test_without_a_change_one_is_led_back(operator, members):
    assert operator.get(CHANGE, chosen(title="nonsense")).url == PAGE


def test_new_rules_hold_at_once_and_the_page_follows_the_records(operator, members, college):
    answer = operator.post(CHANGE, confirmed(title=""), follow=True)
    assert "完整度规则第" in text(answer)
    assert "正在重新计算 0%" in text(answer)
    assert operator.post(CHANGE, confirmed(title="")).url == PAGE  # pressed twice
    assert RuleVersion.objects.count() == 1
    assert run_waiting() == 1
    assert "全部党员已按第" in text(operator.get(PAGE))
    assert [member.completeness for member in Member.objects.all()] == [100, 100, 100]
    assert "100%" in text(operator.get(reverse("orgs:list")))


@pytest.mark.parametrize(
    ("conditions", "sentence"),
    (
        ({"confirmed_on": "always"}, "转正日期"),
        (dict.fromkeys(chosen(), ""), "至少要有一项对所有党员计入"),
    ),
)
def test_rules_nobody_can_meet_are_refused(operator, members, conditions, sentence):
    answer = operator.post(CHANGE, confirmed(**conditions))
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert 'value="按上级通知调整"' in text(answer)
    assert not RuleVersion.objects.exists()


def test_a_reason_is_asked_for(operator, members):
    answer = operator.post(CHANGE, confirmed(title="") | {"reason": ""})
    assert answer.status_code == 422
    assert answer.context["changes"] == [["职称", "所有党员", "不计入"]]


def test_whoever_was_slower_gets_a_conflict(operator, members):
    sent = confirmed(title="")
    operator.post(CHANGE, confirmed(phone="in_touch") | {"form_key": ""})
    assert operator.post(CHANGE, sent).status_code == 409


def test_it_is_stopped_and_taken_up_again(operator, members):
    operator.post(CHANGE, confirmed(title=""))
    assert 'id="rescoring-verb"' in text(operator.get(PAGE))  # htmx gives the focus back by it every two seconds
    operator.post(reverse("members:stop_rescoring"))
    assert rescoring_job(RuleVersion.objects.get()) is None
    assert "重新计算停在 0%" in text(operator.get(PAGE))
    operator.post(reverse("members:go_on_rescoring"))
    assert "正在重新计算 0%" in text(operator.get(reverse("members:rescoring")))
    assert run_waiting() == 1
    assert RuleVersion.objects.get().scored_at is not None
    operator.post(reverse("members:go_on_rescoring"))
    assert run_waiting() == 0


@pytest.mark.parametrize("count", (1, 3))
def test_the_page_costs_the_same_whatever_happened(operator, members, django_assert_num_queries, count):
    for number in range(count):
        operator.post(CHANGE, confirmed(title="" if number % 2 == 0 else "full") | {"form_key": ""})
        run_waiting()
    operator.get(PAGE)
    with django_assert_num_queries(6):
        operator.get(PAGE)


def test_among_many_some_drawn_by_chance_speak_for_all(members, monkeypatch):
    monkeypatch.setattr(effects, "FEW", 0)
    monkeypatch.setattr(effects, "DRAWN", 1)
    found = effects.effect(Rules(1, changed(title="")))
    assert (found.is_exact, found.looked_at <= 1) == (False, True)
    few = effects.Effect(40, 10, 0, 0, 1, 2, is_exact=False)
    assert few.of(few.changed, members=2_345_678) == 590_000


def test_a_score_still_to_be_counted_is_not_shown_on_the_record(operator, members, college):
    """The panel of a person always speaks of the rules in force."""
    operator.post(CHANGE, confirmed(title=""))
    page = text(operator.get(reverse("members:detail", args=[members[1].pk])))
    assert "已完整" in page
    assert rescoring.percent(RuleVersion.objects.in_force()) == 0
