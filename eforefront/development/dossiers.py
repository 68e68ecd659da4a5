"""The complete file of one person: what was recorded, which papers are there, which are missing, where it is kept."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from eforefront.development.steps import LAST, STEPS
from eforefront.development.timeline import Stage, events, timeline
from eforefront.models import Applicant, DevelopmentFile, DevelopmentRecord, Sponsorship

PLACE = "place"


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the checklist: a paper of a step, the files that are it, or why none is."""

    number: int
    step: str
    paper: str
    files: list[DevelopmentFile]
    is_due: bool

    @property
    def state(self) -> str:
        if self.files:
            return "齐"
        return "缺" if self.is_due else "未到步骤"


@dataclass(frozen=True, slots=True)
class Dossier:
    """What stands in the document."""

    applicant: Applicant
    stages: list[Stage]
    sponsors: list[Sponsorship]
    checks: list[Check]
    others: list[DevelopmentFile]
    events: list[tuple[DevelopmentRecord, str, str]]
    kept_at: str

    @property
    def missing(self) -> int:
        return sum(check.state == "缺" for check in self.checks)

    @property
    def there(self) -> int:
        return sum(bool(check.files) for check in self.checks)


def dossier(applicant: Applicant) -> Dossier:
    """Return the complete file, in three statements."""
    records = list(DevelopmentRecord.objects.of(applicant))
    files = list(papers(applicant))
    stages = timeline(applicant, records, files)
    sponsors = list(Sponsorship.objects.of(applicant).select_related("member"))
    lines = [line for stage in stages for line in stage.lines]
    checks = [
        Check(
            line.number,
            line.step.label,
            paper,
            [file for file in line.files if file.paper == paper],
            line.state != "later",
        )
        for line in lines
        for paper in line.step.papers
    ]
    others = [file for line in lines for file in line.files if file.paper not in line.step.papers]
    return Dossier(applicant, stages, sponsors, checks, others, events(records, stages), _kept_at(lines))


def papers(applicant: Applicant) -> QuerySet:
    """Return the papers that were not taken off, by step."""
    return DevelopmentFile.objects.of(applicant).kept()


def entry_name(file: Any, place: int) -> str:
    """Return what a paper is called in the archive: by step, paper and its ending; nothing of its own name."""
    ending = file.stored_name.rpartition(".")[2]
    return f"材料/{file.step}_{STEPS[file.step].label}/{place:02d}_{file.paper}.{ending}"


def _kept_at(lines: Any) -> str:
    """Return where the papers are kept, as step 25 says."""
    record = next((line.record for line in lines if line.step.number == LAST), None)
    return str(record.shown_facts.get(PLACE) or "") if record else ""
