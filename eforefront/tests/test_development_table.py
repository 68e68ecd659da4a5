"""The table of 25 steps as a table, and every history that random people may make of it."""

import datetime
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eforefront.codes import DEVELOPMENT_STEPS
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


class Walker:
    """A history as random people make it: good days and facts mostly, bad ones now and then."""

    def __init__(self, random: Random):
        self.random = random
        self.born_on = datetime.date(2004, 1, 1) - DAY * random.randrange(3000)
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
        outcome = self.random.choice(STEPS[self.step].outcomes[:2]) if self.random.random() < 0.2 else None
        return Entry(on, (outcome or STEPS[self.step].outcomes[0]).code, facts)

    def move(self):
        if self.random.random() < 0.06 and not may_return(self.step):
            return self.go(preceding(self.step), State.ACTIVE)
        step, case, entry = STEPS[self.step], self.case(), self.entry()
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


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32))
def test_no_path_reaches_membership_without_every_bar(seed):
    walker = Walker(Random(seed))
    for _ in range(90):
        before = walker.step
        walker.move()
        if walker.step == "18" and before == "17":
            assert all(bars(walker).values()), bars(walker)
        if walker.step == LAST or walker.state is State.DONE:
            assert walker.done["23"].on >= walker.end  # no early 转正
        if walker.state is not State.ACTIVE:
            break
    assert walker.step in STEPS


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
