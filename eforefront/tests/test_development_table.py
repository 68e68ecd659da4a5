"""The table of 25 steps as a table, and every history that random people may make of it."""

import datetime
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eforefront.codes import DEVELOPMENT_STEPS
from eforefront.development import guards
from eforefront.development.cases import Case, Done, Entry
from eforefront.development.checks import development_limits
from eforefront.development.facts import Fact, Kind
from eforefront.development.limits import LIMITS, limit, unknown
from eforefront.development.states import FINAL, State
from eforefront.development.steps import (
    FIRST,
    LAST,
    MILESTONES,
    STEPS,
    TABLE,
    following,
    may_return,
    next_after,
    preceding,
)
from orgs.dates import add_months

TODAY = datetime.date(2026, 11, 27)
DAY = datetime.timedelta(days=1)


def test_the_table_has_the_25_steps_of_the_code_table_in_its_order():
    assert [step.number for step in TABLE] == list(DEVELOPMENT_STEPS.rows)
    assert [step.stage for step in TABLE] == [row.note[-1] for row in DEVELOPMENT_STEPS.rows.values()]


def test_every_step_has_a_way_on_and_dates_only_look_back():
    for step in TABLE:
        assert step.outcomes, step.number
        ends = [next_after(step, outcome, decision="confirm") for outcome in step.outcomes]
        assert any(state is not State.ACTIVE or to > step.number for to, state in ends), step.number
        assert all(earlier < step.number for earlier in step.after)
        assert step.after or step.number == FIRST
        assert {outcome.code for outcome in step.outcomes} >= {code for fact in step.facts for code in fact.outcomes}


def test_what_changed_the_roll_is_never_sent_back():
    assert [number for number in STEPS if may_return(number)] == ["01", "18", "25"]


def test_every_final_state_is_reached_and_none_by_a_step_that_goes_on():
    reached = {next_after(step, outcome, d)[1] for step in TABLE for outcome in step.outcomes for d in ("", "annul")}
    by_hand = {State.WITHDRAWN, State.STOPPED, State.HANDED_OUT, State.LEFT}  # services/development/leaving, following
    assert reached | by_hand == {State.ACTIVE, *FINAL}


def test_every_fact_is_named_once_in_its_step_and_every_choice_has_its_words():
    for step in TABLE:
        names = [fact.name for fact in step.facts]
        assert len(names) == len(set(names)), step.number
        assert all(bool(fact.choices) == (fact.kind is Kind.CHOICE) for fact in step.facts)


@pytest.mark.parametrize(
    ("fact", "value", "shown"),
    [
        (Fact("way", "方式", Kind.CHOICE, choices=(("league", "群团组织推优"),)), "league", "群团组织推优"),
        (Fact("secret", "无记名", Kind.YES), False, "否"),
        (Fact("days", "天数", Kind.COUNT), 3, "3"),
        (Fact("days", "天数", Kind.COUNT), None, ""),
    ],
)
def test_a_fact_is_shown_in_words(fact, value, shown):
    assert fact.shown(value) == shown


def test_limits_are_settings_with_defaults(settings):
    assert limit("talk") == 1
    settings.DEVELOPMENT_LIMITS = {"talk": "2"}
    assert (limit("talk"), limit("notice")) == (2, 5)
    assert development_limits(None) == []
    assert unknown({"talk": "2", "speed": "1", "notice": "five", "age": "0"}) == ["speed", "notice", "age"]
    assert {window.limit for step in TABLE for window in step.within} <= LIMITS.keys()


def day(year, month=1, number=1):
    return datetime.date(year, month, number)


def done(**steps):
    """{step: what it came to}; `_15=…` for step 15."""
    return {number[1:]: each for number, each in steps.items()}


VOTE = {"due": 10, "present": 9, "written": 0, "agree": 8, "against": 1, "abstain": 0}
HELD = Case(
    born_on=day(2000),
    activist_on=day(2023),
    mentors=1,
    introducers=2,
    done=done(
        _10=Done(day(2024)),
        _11=Done(day(2024), facts={"days": 3}),
        _13=Done(day(2024), facts={"booklet": "甲1"}),
        _15=Done(day(2024)),
        _16=Done(day(2024)),
        _23=Done(day(2024), "confirm"),
    ),
    probation_ends_on=day(2025),
)
GOOD = {**VOTE, "days": 3, "hours": 24, "booklet": "甲1", "months": 6}
BARRED = {  # {guard: (what is wrong about the case, about what is entered, the sentence)}
    guards.of_age: ({"born_on": day(2020)}, {}, "年满 18 周岁才能申请入党，申请之日尚未年满"),
    guards.mentors_named: ({"mentors": 3}, {}, "请指定 1 至 2 名本支部正式党员作培养联系人"),
    guards.cultivated: ({"activist_on": day(2026, 1, 2)}, {}, "培养教育考察应满 12 个月（2027-01-02 期满）"),
    guards.introduced: ({"introducers": 1}, {}, "入党介绍人应为 2 名正式党员，受留党察看处分尚未恢复权利的不能担任"),
    guards.reviewed: (
        {"done": HELD.done | {"10": Done(day(2024), "stop")}},
        {},
        "未经政治审查或政治审查不合格的，不能发展入党",
    ),
    guards.training_recorded: (
        {},
        {"days": 2, "hours": 23},
        "培训应不少于 3 天或 24 学时；特殊情况请填写说明",
    ),
    guards.trained: (
        {"done": HELD.done | {"11": Done(day(2024), facts={"days": 1})}},
        {},
        "集中培训不足规定时间，又没有说明特殊情况，不能发展入党",
    ),
    guards.competent: ({"may_approve": False}, {}, "本组织没有批准预备党员的权限，只能审议后报上级党委"),
    guards.same_booklet: ({}, {"booklet": "甲2"}, "志愿书编号与预审时发放的（甲1）不一致"),
    guards.record_complete: ({"missing": ("民族",)}, {}, "请先补全申请人资料：民族"),
    guards.counted: (
        {},
        {"present": 5, "written": 1, "agree": 6, "against": 0},
        "应到有表决权 10 人，实到 5 人，未超过半数，表决无效",
    ),
    guards.voted: ({}, {"agree": 5, "against": 4}, "赞成 5 票，未超过应到有表决权人数 10 人的半数，未通过"),
    guards.resolved: ({"done": HELD.done | {"15": Done(day(2024), "again")}}, {}, "支部大会没有通过，不能审批"),
    guards.talked: (
        {"done": {number: each for number, each in HELD.done.items() if number != "16"}},
        {},
        "审批前应派人谈话",
    ),
    guards.probation_over: ({"probation_ends_on": day(2026, 7)}, {}, "预备期到 2026-07-01 届满，不能提前讨论"),
    guards.extended_once: ({"is_extended": True}, {}, "预备期已延长过一次，只能按期转正或取消预备党员资格"),
    guards.decided: (
        {"done": {number: each for number, each in HELD.done.items() if number != "23"}},
        {},
        "支部大会尚未讨论",
    ),
}


@pytest.mark.parametrize(
    ("number", "guard"),
    [pytest.param(step.number, guard, id=f"{step.number}-{guard.__name__}") for step in TABLE for guard in step.guards],
)
def test_every_bar_of_every_step_bars_what_no_other_one_does(number, guard):
    """With it the step is refused, in its words; with it taken out of the table the same step would be recorded."""
    step, (wrong, entered, sentence) = STEPS[number], BARRED[guard]
    outcome = "extend" if guard is guards.extended_once else step.outcomes[0].code
    good, bad = (Entry(day(2026, 6), outcome, GOOD | more) for more in ({}, entered))
    case = replace(HELD, **wrong)
    assert step.problem(HELD, good, TODAY) == ""
    assert step.problem(case, bad, TODAY).startswith(sentence)
    left = replace(step, guards=tuple(each for each in step.guards if each is not guard))
    assert left.problem(case, bad, TODAY) == ""


def test_the_bars_stand_where_the_regulation_has_them():
    """Taking a line out of the table would take its example out of the test above: the lines are named here."""
    found = {number: [guard.__name__ for guard in step.guards] for number, step in STEPS.items() if step.guards}
    votes = ["counted", "voted"]
    assert found == {
        "01": ["of_age"],
        "05": ["mentors_named"],
        "06": ["cultivated"],
        "07": ["cultivated"],
        "09": ["introduced"],
        "11": ["training_recorded"],
        "12": ["introduced", "reviewed", "trained"],
        "13": ["competent"],
        "14": ["same_booklet", "record_complete"],
        "15": ["introduced", *votes],
        "17": ["competent", "resolved", "talked"],
        "23": ["probation_over", "extended_once", *votes],
        "24": ["competent", "decided"],
    }


@pytest.mark.parametrize(
    ("number", "entered", "told"),
    [
        ("01", {}, ("on", "日期不能晚于今天")),
        ("03", {"recommended_on": day(2026, 6, 2)}, ("recommended_on", "推荐日期不能晚于决定日期（2026-06-01）")),
        ("07", {"notice_from": day(2026, 12, 30)}, ("notice_from", "公示开始日期不能晚于今天")),
        (
            "23",
            {"notice_from": day(2026, 6, 2), "notice_to": day(2026, 6, 1)},
            ("notice_to", "公示结束日期不能早于开始日期（2026-06-02）"),
        ),
    ],
)
def test_days_that_lie_ahead_or_contradict_each_other_are_told_at_their_place(number, entered, told):
    on = day(2026, 6) if entered else TODAY + DAY
    assert STEPS[number].fault(HELD, Entry(on, STEPS[number].outcomes[0].code, GOOD | entered), TODAY) == told


@pytest.mark.parametrize(
    ("begins", "short", "enough"),
    [
        (day(2025, 12, 29), day(2026, 1, 4), day(2026, 1, 5)),  # 元旦 with a Sunday worked for it
        (day(2026, 12, 30), day(2027, 1, 5), day(2027, 1, 6)),  # into a year without a notice yet
        (day(2026, 2, 13), day(2026, 2, 25), day(2026, 2, 26)),  # 春节 with a Saturday worked before it
    ],
)
def test_a_notice_is_counted_in_working_days_over_the_turn_of_a_year(begins, short, enough):
    step = STEPS["07"]
    told = [
        step.marked(HELD, Entry(enough, facts={"notice_from": begins, "notice_to": end})) for end in (short, enough)
    ]
    assert told == [[f"公示不足 5 个工作日（应至 {enough:%Y-%m-%d}）"], []]


class Walker:
    """A history as random people make it: good days and facts mostly, bad ones now and then."""

    def __init__(self, random: Random, steps=STEPS):
        self.random, self.steps = random, steps
        self.born_on = self.good(datetime.date(2002, 1, 1), datetime.date(2003, 12, 1)) - DAY * random.randrange(150)
        self.step, self.state, self.done = FIRST, State.ACTIVE, {}
        self.introducers = self.mentors = 0
        self.joined_on = self.end = None
        self.is_extended = False

    def good(self, right, *wrong):
        return right if self.random.random() < 0.93 else self.random.choice(wrong)

    def case(self):
        activist = self.done.get("03")
        return Case(
            born_on=self.born_on,
            done=self.done,
            mentors=self.mentors,
            introducers=self.introducers,
            activist_on=activist.on if activist else None,
            joined_on=self.joined_on,
            probation_ends_on=self.end,
            is_extended=self.is_extended,
            may_approve=self.good(True, False),
        )

    def entry(self):
        latest = max((done.on for done in self.done.values()), default=datetime.date(2021, 6, 1))
        weeks = {"06": 52, "23": 54}.get(self.step, 2)
        on = latest + DAY * self.good(7 * weeks + self.random.randrange(20), -40, 0, 3)
        agree = self.good(8, 5, 3)
        facts = {
            "days": self.good(3, 1),
            "hours": self.good(24, 0),
            "booklet": self.good("甲1", "甲2"),
            "due": 10,
            "present": self.good(9, 5),
            "written": 0,
            "agree": agree,
            "against": 0,
            "abstain": 0,
            "months": self.good(6, 3, 13),
        }
        outcome = self.random.choice(self.steps[self.step].outcomes[:2]) if self.random.random() < 0.2 else None
        return Entry(on, (outcome or self.steps[self.step].outcomes[0]).code, facts)

    def move(self):
        if self.random.random() < 0.06 and not may_return(self.step):
            return self.go(preceding(self.step), State.ACTIVE)
        step, case, entry = self.steps[self.step], self.case(), self.entry()
        if step.number == "05":
            self.mentors = self.good(1, 0, 3)
        if step.number == "09":
            self.introducers = self.good(2, 0, 1, 3)
        if step.problem(self.case() if step.number in ("05", "09") else case, entry, TODAY):
            return None
        outcome = step.outcome(entry.outcome)
        self.approved = case.may_approve
        self.done[step.number] = Done(entry.on, entry.outcome, entry.facts)
        decision = self.done["23"].outcome if step.number == "24" else ""
        return self.go(*next_after(step, outcome, decision), extended=decision == "extend")

    def go(self, step, state, *, extended=False):
        if state is State.ACTIVE:
            self.done = {number: done for number, done in self.done.items() if number < step}
        meeting = self.done.get("15")
        self.joined_on = meeting.on if meeting else None
        if extended:
            self.is_extended = True
        self.end = add_months(self.joined_on, 18 if self.is_extended else 12) if meeting else None
        self.step, self.state = step, state


def bars(walker):
    """What must be so of anybody who was approved, said without the table."""
    done = walker.done
    figures, training = done["15"].facts, done["11"].facts
    days = [done[f"{number:02d}"].on for number in range(1, 18)]
    order = [*days[:9], days[11], *days[12:]]  # 政治审查 and 培训 run beside what stands around them
    return {
        "age": done["01"].on >= add_months(walker.born_on, 18 * 12),
        "year": done["07"].on >= add_months(done["03"].on, 12),
        "review": done["10"].outcome == "pass",
        "training": training["days"] >= 3 or training["hours"] >= 24,
        "introducers": walker.introducers == 2,
        "vote": 2 * figures["agree"] > figures["due"] and 2 * figures["present"] > figures["due"],
        "committee": walker.approved,
        "order": order == sorted(order) and days[9] <= days[11] and days[10] <= days[11],
    }


def broken(walker, *, moves=90):
    """Let a random walk happen and return which bars somebody passed who should not have."""
    for _ in range(moves):
        before = walker.step
        walker.move()
        passed = bars(walker) if (before, walker.step) == ("17", "18") else {}
        if wrong := [name for name, holds in passed.items() if not holds]:
            return wrong
        if (walker.step == LAST or walker.state is State.DONE) and walker.done["23"].on < walker.end:
            return ["probation"]  # early 转正
        if walker.state is not State.ACTIVE:
            break
    assert walker.step in STEPS
    return []


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32))
def test_no_path_reaches_membership_without_every_bar(seed):
    assert broken(Walker(Random(seed))) == []


def without(*gone):
    """The table with some bars taken out, wherever they stand."""
    found = {}
    for number, step in STEPS.items():
        left = tuple(guard for guard in step.guards if guard not in gone)
        outcomes = step.outcomes
        if guards.reviewed in gone:  # a bad 政治审查 ends the development before that guard is asked
            outcomes = tuple(replace(each, ends=None) if number == "10" else each for each in outcomes)
        after = () if guards.in_order in gone else step.after
        found[number] = replace(step, guards=left, outcomes=outcomes, after=after)
    return found


@pytest.mark.parametrize(
    ("bar", "gone"),
    [
        ("age", (guards.of_age,)),
        ("year", (guards.cultivated,)),
        ("review", (guards.reviewed,)),
        ("training", (guards.trained, guards.training_recorded)),
        ("introducers", (guards.introduced,)),
        ("vote", (guards.counted, guards.voted)),
        ("committee", (guards.competent,)),
        ("probation", (guards.probation_over,)),
        ("order", (guards.in_order,)),
    ],
)
def test_random_walks_find_each_bar_that_is_taken_away(bar, gone):
    """What the property above is worth: with any one bar out of the table some walk gets past it."""
    steps = without(*gone)
    assert any(bar in broken(Walker(Random(seed), steps)) for seed in range(400))


def test_random_walks_do_arrive():
    """The property above is about something: of some dozens of walks some become 正式党员, some are refused."""
    found = set()
    for seed in range(60):
        walker = Walker(Random(seed))
        for _ in range(90):
            walker.move()
            found |= {walker.step}
            if walker.state is not State.ACTIVE:
                found |= {walker.state}
                break
    assert {State.DONE, State.FAILED, "18", LAST} <= found


def test_numbers_follow_each_other():
    assert [following(number) for number in ("01", "09", "25")] == ["02", "10", ""]
    assert [preceding(number) for number in ("01", "10", "25")] == ["", "09", "24"]
    assert set(MILESTONES.values()) == {"01", "03", "08", "15", "17", "24"}
