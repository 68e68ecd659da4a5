"""The 25 steps of one person as a page shows them: what was recorded, what was late, which papers are there."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from eforefront.development.facts import VOTES
from eforefront.development.guards import PASSING
from eforefront.development.states import STAGES, Deed
from eforefront.development.steps import STEPS, Step
from eforefront.models import Applicant, DevelopmentFile, DevelopmentRecord
from partyplatform.ui.status import Status


@dataclass(slots=True)
class Line:
    """One step; `state` is done, now or later, `entries` are 考察 and 思想汇报 written down while it was open."""

    step: Step
    state: str
    record: DevelopmentRecord | None = None
    facts: list[tuple[str, str]] = field(default_factory=list)
    files: list[DevelopmentFile] = field(default_factory=list)
    entries: list[tuple[DevelopmentRecord, str]] = field(default_factory=list)

    @property
    def number(self) -> int:
        return int(self.step.number)

    @property
    def missing(self) -> list[str]:
        """Names of papers a step that was reached should have and has not."""
        there = {file.paper for file in self.files}
        return [] if self.state == "later" else [paper for paper in self.step.papers if paper not in there]

    @property
    def outcome(self) -> Status | str:
        if self.record is None:
            return Status("办理中", "blue") if self.state == "now" else ""
        bad = self.record.outcome in ("again", "stop", "annul")
        return Status(self.record.label or "已办理", "red" if bad else "green")

    @property
    def vote(self) -> str:
        return votes(self.record) if self.record else ""


@dataclass(frozen=True, slots=True)
class Stage:
    """One of the five stages with its steps; `state` is done, now or later."""

    code: str
    label: str
    state: str
    lines: list[Line]

    @property
    def note(self) -> str:
        done = sum(line.state == "done" for line in self.lines)
        return f"{done} / {len(self.lines)} 步"

    @property
    def is_open(self) -> bool:
        return self.state == "now"


def timeline(
    applicant: Applicant, records: Sequence[DevelopmentRecord], files: Iterable[DevelopmentFile]
) -> list[Stage]:
    """Return the five stages with their steps, as they stand."""
    recorded = {row.step: row for row in records if row.deed == Deed.STEP}
    lines = {number: Line(step, _state(applicant, number, recorded)) for number, step in STEPS.items()}
    for number, line in lines.items():
        if number in recorded and line.state == "done":
            line.record = recorded[number]
            line.facts = shown_facts(line.step, line.record)
    for file in files:
        lines[file.step].files.append(file)
    for row in records:
        if row.deed in (Deed.OBSERVATION, Deed.REPORT):
            lines[row.step].entries.append((row, told(row)))
    return [_stage(code, label, lines) for code, label in STAGES]


def shown_facts(step: Step, record: DevelopmentRecord) -> list[tuple[str, str]]:
    """Return (label, text) of what a step recorded, its vote apart."""
    given = record.shown_facts
    shown = [(fact.label, fact.shown(given.get(fact.name))) for fact in step.facts if fact.name not in VOTES]
    return [(label, text) for label, text in shown if text] or (
        [("内容", "无法解密")] if "无法解密" in given.values() else []
    )


def told(record: DevelopmentRecord) -> str:
    """Return what a line of the history says beside its label: a reason, a text, an opinion."""
    given = record.shown_facts
    parts = [
        str(given[name])
        for name in ("verdict", "text", "opinion", "sponsors", "why", "reason", "minutes")
        if given.get(name)
    ]
    return "；".join(parts)


def events(records: Sequence[DevelopmentRecord], stages: Iterable[Stage]) -> list[tuple[DevelopmentRecord, str, str]]:
    """Return (line, heading, text) of what the steps do not show: returns, reviews, changes, and steps recorded once
    that count no longer, for they were not passed or were done anew."""
    shown = {line.record.pk for stage in stages for line in stage.lines if line.record}
    return [
        (row, _heading(row), "；".join(filter(None, (votes(row), told(row)))))
        for row in records
        if row.deed not in (Deed.OBSERVATION, Deed.REPORT) and row.pk not in shown
    ]


def votes(record: DevelopmentRecord) -> str:
    """Return the figures of a vote in words, "" where none was taken."""
    return "，".join(f"{label} {record.figures[name]}" for name, label in _FIGURES) if record.figures else ""


_FIGURES = (
    ("due", "应到"),
    ("present", "实到"),
    ("written", "书面意见"),
    ("agree", "赞成"),
    ("against", "反对"),
    ("abstain", "弃权"),
)


def _heading(record: DevelopmentRecord) -> str:
    label = record.label or record.get_deed_display()
    if record.deed == Deed.STEP and record.outcome in PASSING:
        label = f"{label}，其后重新办理"
    step = f"{int(record.step)}. {STEPS[record.step].label}" if record.deed in (Deed.STEP, Deed.REVIEW) else ""
    return f"{step}（{record.on:%Y-%m-%d}）：{label}" if step else label


def missing_papers(step: str, kept: Iterable[tuple[str, str]]) -> list[str]:
    """Return the names of papers that the steps reached so far should have; `kept` holds (step, paper)."""
    there = set(kept)
    reached = [each for each in STEPS.values() if each.number <= step]
    return [paper for each in reached for paper in each.papers if (each.number, paper) not in there]


def _state(applicant: Applicant, number: str, recorded: Mapping[str, Any]) -> str:
    if number == applicant.step and applicant.is_open:
        return "now"
    if number < applicant.step or not applicant.is_open:
        return "done" if number in recorded and number <= applicant.step else "later"
    return "later"


def _stage(code: str, label: str, lines: Mapping[str, Line]) -> Stage:
    own = [line for line in lines.values() if line.step.stage == code]
    states = {line.state for line in own}
    state = "now" if "now" in states or states == {"done", "later"} else states.pop()
    return Stage(code, label, state, own)
