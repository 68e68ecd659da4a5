"""The table as a table: every state reachable, every state with an exit, every code with a label."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings

from transfers import workflow
from transfers.chart import transfers_page
from transfers.codes import (
    LETTER_STATES,
    TRANSFER_STATES,
    TRANSFER_TYPES,
    UNFINISHED,
    LetterState,
    Stage,
    TransferState,
    TransferType,
)
from transfers.services.effects import EFFECTS
from transfers.workflow import TABLE, Actor, Effect

STAGES = {
    TransferType.INTERNAL: {Stage.REVIEW_OUT, Stage.COMMON, Stage.REVIEW_IN, Stage.TAKE_IN},
    TransferType.CITY: {Stage.REVIEW_OUT, Stage.APPROVE, Stage.RECEIVE, Stage.REVIEW_IN, Stage.TAKE_IN},
    TransferType.OUT: {Stage.REVIEW_OUT, Stage.APPROVE, Stage.RECEIPT},
    TransferType.IN: {Stage.REVIEW_IN, Stage.ADMIT},
}


def reachable(kind):
    """Every (state, stage) a transfer of a type can come to, walking the table; stages go on in any order."""
    found, ahead = set(), {(TransferState.SUBMITTED, stage) for stage in STAGES[kind] - {Stage.RECEIPT}}
    while ahead:
        place = ahead.pop()
        found.add(place)
        here = SimpleNamespace(type=kind, state=place[0], stage=place[1])
        for step in workflow.open_steps(here):
            stages = {place[1]} if step.next in UNFINISHED else {""}
            stages |= {Stage.RECEIPT} if step.next == TransferState.LETTER else set()
            stages -= {Stage.APPROVE} if step.next == TransferState.LETTER else set()
            ahead |= {(step.next, stage) for stage in stages} - found
    return found


@pytest.mark.parametrize("kind", TransferType)
def test_every_state_has_an_exit_that_a_person_can_take(kind):
    for state, stage in reachable(kind):
        steps = workflow.open_steps(SimpleNamespace(type=kind, state=state, stage=stage))
        if state in UNFINISHED:
            assert [step for step in steps if step.actor is not Actor.SYSTEM], (kind, state, stage)
            assert any(step.next not in UNFINISHED for step in steps), (kind, state, stage)
        else:
            assert steps == []


def test_every_state_and_every_row_is_reached():
    places = {(kind, *place) for kind in TransferType for place in reachable(kind)}
    assert {state for _, state, _ in places} == set(TransferState)
    unused = [
        step
        for step in TABLE[1:]
        if not any(step.fits(SimpleNamespace(type=k, state=s, stage=g)) for k, s, g in places)
    ]
    assert unused == []


def test_no_two_rows_speak_of_the_same_place():
    for kind in TransferType:
        for state, stage in reachable(kind):
            verbs = [step.verb for step in workflow.open_steps(SimpleNamespace(type=kind, state=state, stage=stage))]
            assert len(verbs) == len(set(verbs))


def test_nothing_is_approved_by_the_platform_itself():
    for step in TABLE:
        if step.actor is Actor.SYSTEM:
            assert (step.verb, step.next) == ("expire", TransferState.EXPIRED)


def test_every_type_and_state_is_one_of_the_published_codes():
    for choices, table in (
        (TransferType, TRANSFER_TYPES),
        (TransferState, TRANSFER_STATES),
        (LetterState, LETTER_STATES),
    ):
        assert {value: table.label(value) for value in choices.values} == dict(choices.choices)


def test_every_effect_has_a_function_and_every_function_an_effect():
    assert set(EFFECTS) == set(Effect)


def test_the_chart_is_that_of_the_table():
    assert Path(settings.BASE_DIR, "docs", "transfers.md").read_text(encoding="utf-8") == transfers_page()
