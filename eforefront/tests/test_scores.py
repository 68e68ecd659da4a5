import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from accounts.tests.clients import act_as
from eforefront import score_rules
from eforefront.codes import ScoreSource
from eforefront.models import ScoreEntry, ScoreYear
from eforefront.services import scores as services
from members.models import Member
from partyplatform.integrity import invariants
from partyplatform.ui.stale import OutOfReach

pytestmark = pytest.mark.django_db
DAY = datetime.date(2026, 3, 2)


@pytest.fixture
def person(college):
    return Member.objects.get(name="孙丽")


def enter(person, roles, points="1.5", **more):
    return services.enter(person, by=roles.students, reason="宣讲", points=Decimal(points), **({"on": DAY} | more))


def problems():
    return [text for check in invariants() if check.title.startswith("分数") for text in check.problems()]


def total(person, year=2026):
    return ScoreYear.objects.filter(member=person, year=year).values_list("points", flat=True).first()


def test_the_sum_of_a_year_is_that_of_its_entries(person, roles):
    for points in ("1.5", "-0.2", "0.1"):
        enter(person, roles, points)
    assert (total(person), problems()) == (Decimal("1.4"), [])
    ScoreYear.objects.update(points=9)
    assert problems() == [f"党员 {person.pk}：2026 年度分数登记为 9.0，应为 1.4"]
    ScoreYear.objects.all().delete()
    assert problems() == [f"党员 {person.pk}：2026 年度分数没有登记，应为 1.4"]


@pytest.mark.parametrize(
    ("points", "on", "told"),
    (
        ("0", DAY, "不等于 0"),
        ("1.25", DAY, "保留一位小数"),
        ("10.1", DAY, "每次不超过 10.0 分"),
        ("1", datetime.date(2025, 12, 31), "不能手工登记"),
        ("1", datetime.date(2099, 1, 1), "不能晚于今天"),
    ),
)
def test_entries_by_hand_keep_to_the_rules_of_their_day(person, roles, points, on, told):
    with pytest.raises(ValidationError, match=told):
        enter(person, roles, points, on=on)


def test_a_correction_stands_against_the_entry_once(person, roles):
    entry = enter(person, roles)
    made = services.correct(entry, by=roles.students, reason="记错人")
    assert (made.points, made.on, total(person)) == (Decimal("-1.5"), DAY, 0)
    for wrong in (entry, made):
        with pytest.raises(ValidationError, match="不能再次更正"):
            services.correct(wrong, by=roles.students, reason="再来")
    assert problems() == []


def test_nobody_enters_without_power_reach_or_for_oneself(person, roles, college):
    with pytest.raises(PermissionDenied):
        services.enter(person, by=roles.member, on=DAY, reason="甲", points=Decimal(1))
    stranger = Member.objects.get(name="陈国栋")
    with pytest.raises(OutOfReach):
        services.enter(stranger, by=roles.students, on=DAY, reason="甲", points=Decimal(1))
    Member.objects.filter(pk=person.pk).update(user=roles.students.user)
    with pytest.raises(ValidationError, match="本人"):
        services.enter(person, by=roles.students, on=DAY, reason="甲", points=Decimal(1))


def test_an_event_recorded_anew_adds_the_difference(person, roles):
    other = Member.objects.get(name="李思远")

    def record(points):
        services.bring_many_to(
            points, key="meeting:1", on=DAY, reason="党课", source=ScoreSource.ATTENDANCE, by=roles.general
        )

    record({person.pk: Decimal("1.0"), other.pk: Decimal("0.5")})
    record({person.pk: Decimal("1.0"), other.pk: Decimal("0.5")})
    record({person.pk: Decimal("0.5")})
    found = ScoreEntry.objects.order_by("member__name", "pk").values_list("member__name", "points")
    expected = [("孙丽", "1.0"), ("孙丽", "-0.5"), ("李思远", "0.5"), ("李思远", "-0.5")]
    assert list(found) == [(name, Decimal(points)) for name, points in expected]
    assert (total(person), total(other), problems()) == (Decimal("0.5"), 0, [])


def test_switched_off_no_event_gives_points(person, roles, settings):
    settings.MEMBER_SCORES = False
    services.bring_to(person, Decimal(1), key="a:1", on=DAY, reason="甲", source=ScoreSource.ACTIVITY, by=roles.general)
    assert not ScoreEntry.objects.exists()


def test_rules_are_dated_and_never_overlap():
    assert score_rules.points("service", "hours", on=DAY, amount=Decimal("2.5")) == Decimal("1.3")
    assert score_rules.points("service", "hours", on=DAY, amount=Decimal(20)) == Decimal("4.0")
    assert score_rules.points("attendance", "1", on=datetime.date(2025, 12, 31)) == 0
    for rule in score_rules.rules():
        same = [row for row in score_rules.rules() if (row.source, row.item) == (rule.source, rule.item)]
        assert sum(row.holds(rule.since) for row in same) == 1


def test_the_ledger_is_entered_and_corrected_on_its_pages(client, person, roles):
    reader, ledger = act_as(client, roles.students), reverse("eforefront:scores", args=[person.pk])
    sent = {"on": "2026-03-02", "reason": "宣讲", "points": "abc"}
    assert reader.post(reverse("eforefront:enter_score", args=[person.pk]), sent).status_code == 422
    reader.post(reverse("eforefront:enter_score", args=[person.pk]), sent | {"points": "1.5"})
    entry = ScoreEntry.objects.get()
    correct = reverse("eforefront:correct_score", args=[person.pk, entry.pk])
    assert correct in reader.get(ledger).text
    reader.post(correct, {"reason": "记错人"})
    page = reader.get(ledger).text
    assert (correct in page, "+1.5" in page, "-1.5" in page, "更正：记错人" in page) == (False, True, True, True)


def test_no_list_is_ordered_by_scores(client, person, roles):
    """分数 are nobody's rank: the column has no order, whatever the address asks for."""
    enter(person, roles)
    reader = act_as(client, roles.general)
    asked = [
        reader.get(reverse("eforefront:members"), query) for query in ({}, {"sort": "-points"}, {"sort": "points"})
    ]
    names = [[row.name for row in page.context["rows"]] for page in asked]
    assert names[0] == names[1] == names[2]
    assert "aria-sort" not in asked[1].text
