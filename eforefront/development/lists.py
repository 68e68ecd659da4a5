"""The list 申请人管理 as page and workbook, the queues of a 党委 and the board of stages. Source: screens.md 3.5."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from eforefront.development.chains import is_last
from eforefront.development.states import STAGES
from eforefront.development.steps import TABLE, Actor, Queue
from eforefront.development.timeline import missing_papers
from eforefront.models import Applicant, DevelopmentFile
from partyplatform.ui.columns import Column

KIND = "eforefront.export_applicants"
COLUMNS = (
    Column("姓名", "name", width=12, link="get_absolute_url"),
    Column("性别", "get_gender_display", width=8),
    Column("出生日期", "born_on", width=12, sort="born_on", fold=True),
    Column("所在支部", "organization.short_name", width=36),
    Column("当前阶段", "stage_label", width=26, sort="stage", fold=True),
    Column("当前步骤", "step_label", width=24, sort="step"),
    Column("到期提醒", "reminder", width=14, kind="tag", sort="due_on"),
    Column("操作", "pk", cell="eforefront/development/_edit_cell.html", acts=True, book=False),
    Column("办理期限", "due_on", width=12, screen=False),
    Column("办理组织", "holder.short_name", width=24, screen=False),
    Column("身份", "standing", width=14, screen=False),
    Column("申请入党日期", "applied_on", width=14, screen=False),
    Column("确定为积极分子日期", "activist_on", width=14, screen=False),
    Column("确定为发展对象日期", "candidate_on", width=14, screen=False),
    Column("入党日期", "joined_on", width=12, screen=False),
    Column("预备期满日期", "probation_ends_on", width=14, screen=False),
    Column("转正日期", "confirmed_on", width=12, screen=False),
    Column("状态", "status", width=14, kind="tag", screen=False),
)
QUEUED = (
    Column("姓名", "name", width=12, link="get_absolute_url"),
    Column("所在支部", "organization.short_name", width=36),
    Column("当前步骤", "step_label", width=24),
    Column("办理期限", "due_on", width=12, fold=True),
    Column("到期提醒", "reminder", width=14, kind="tag"),
)
SHOWN = 50  # of one stage, those due first
REVIEWS = "review"
SLUGS = {Queue.FILING: "filing", Queue.PREVIEW: "preview", Queue.TALK: "talk", Queue.APPROVAL: "approval"}


@dataclass(frozen=True, slots=True)
class Tab:
    """One queue of an organisation: the steps in it, and how many people wait there."""

    slug: str
    label: str
    steps: tuple[str, ...]
    waiting: int = 0

    @property
    def url(self) -> str:
        return reverse("eforefront:development_queue", args=[self.slug])


def queues(organization: Any, held: dict[str, int]) -> list[Tab]:
    """Return the queues of an organisation; `held` counts what it holds by step. What it may not decide it reviews."""
    above = [step for step in TABLE if step.actor is not Actor.BRANCH]
    decided = [step for step in above if is_last(step, organization)]
    tabs = [
        Tab(slug, queue.value, steps, sum(held.get(step, 0) for step in steps))
        for queue, slug in SLUGS.items()
        if (steps := tuple(step.number for step in decided if step.queue is queue))
    ]
    reviewed = tuple(step.number for step in above if step not in decided)
    if reviewed:
        tabs.append(Tab(REVIEWS, "审议", reviewed, sum(held.get(step, 0) for step in reviewed)))
    return tabs


@dataclass(slots=True)
class StageBoard:
    """One stage of the board: how many are in it, and those due first with what their file lacks."""

    code: str
    label: str
    count: int
    people: list["Standing"] = field(default_factory=list)

    @property
    def more(self) -> int:
        return self.count - len(self.people)


@dataclass(frozen=True, slots=True)
class Standing:
    """One person on the board."""

    applicant: Applicant
    missing: list[str]

    @property
    def lacking(self) -> str:
        named = "、".join(self.missing[:3])
        return f"{named}等 {len(self.missing)} 份" if len(self.missing) > 3 else named


def board(rows: Any) -> list[StageBoard]:
    """Return the five stages of these applicants, in seven statements at most."""
    counted = rows.by_stage()
    found = [StageBoard(code, label, counted.get(code, 0)) for code, label in STAGES]
    chosen: list[Applicant] = []
    for stage in found:
        if stage.count:
            first = rows.open().filter(stage=stage.code).listed().due_first()
            chosen += first[:SHOWN]
    papers = papers_of(chosen)
    for applicant in chosen:
        lacking = missing_papers(applicant.step, papers[applicant.pk])
        found[int(applicant.stage) - 1].people.append(Standing(applicant, lacking))
    return found


def papers_of(applicants: Iterable[Applicant]) -> dict[int, list[tuple[str, str]]]:
    """Return {applicant: (step, paper) of what is there} in one statement."""
    papers: dict[int, list[tuple[str, str]]] = defaultdict(list)
    kept = DevelopmentFile.objects.kept().filter(applicant__in=[applicant.pk for applicant in applicants])
    for pk, step, paper in kept.values_list("applicant", "step", "paper"):
        papers[pk].append((step, paper))
    return papers
