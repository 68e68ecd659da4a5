"""The record of a gathering: written, handed in, taken back. Source: workflows.md 7.2, 7.3."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from eforefront import voting
from eforefront.gatherings import LATE_ENTRY_DAYS, Excuse, Kind
from eforefront.models import Attendance, Gathering, Vote
from eforefront.services.attending import attend, voters
from eforefront.services.stepping import begin, finish
from orgs.services.parents import signature
from partyplatform import audit

MOST_VOTES = 30
_WORDS = {"content": "会议内容", "resolution": "决议"}


@transaction.atomic
def submit(
    gathering: Gathering,
    *,
    by: audit.ActingRole,
    version: int,
    content: str,
    resolution: str = "",
    rows: Mapping[int, Mapping[str, str]] | None = None,
) -> Gathering:
    """Hand in the record: what was said and decided, and of everybody due whether they came.

    Raises ValidationError by field while something of that is missing.
    """
    gathering, step = begin(gathering, "submit", by=by, version=version)
    changes = attend(gathering, rows) if rows else []
    before = {"content": gathering.content, "resolution": gathering.resolution}
    gathering.content, gathering.resolution = content, resolution
    _refuse_unfinished(gathering)
    now = timezone.now()
    gathering.recorded_at, gathering.recorded_by, gathering.reason = now, signature(by), ""
    gathering.is_late_entry = (now - gathering.ends_at).days > LATE_ENTRY_DAYS
    told = [[label, _length(before[name]), _length(getattr(gathering, name))] for name, label in _WORDS.items()]
    changes += [line for line in told if line[1] != line[2]]
    return finish(gathering, step.verb, step.label, by=by, to=step.to, changes=changes)


@transaction.atomic
def save_record(
    gathering: Gathering,
    *,
    by: audit.ActingRole,
    version: int,
    content: str,
    resolution: str = "",
    rows: Mapping[int, Mapping[str, str]] | None = None,
) -> Gathering:
    """Keep a record that is not finished yet; nothing is asked for."""
    gathering, _step = begin(gathering, "submit", by=by, version=version)
    changes = attend(gathering, rows) if rows else []
    gathering.content, gathering.resolution = content, resolution
    return finish(gathering, "mark", "暂存记录", by=by, changes=changes)


@transaction.atomic
def withdraw(gathering: Gathering, *, by: audit.ActingRole, version: int, reason: str) -> Gathering:
    """Take a record back that nobody has reviewed yet, to correct it."""
    gathering, step = begin(gathering, "withdraw", by=by, version=version, reason=reason)
    reopen(gathering)
    return finish(gathering, step.verb, step.label, by=by, to=step.to, note=reason)


@transaction.atomic
def take_vote(gathering: Gathering, *, by: audit.ActingRole, version: int, **fields: Any) -> Gathering:
    """Put down a vote: subject, admits, written, agree, against, abstain; who was due and there is read from the rows.

    Raises ValidationError for a type of meeting that votes about nothing, and for figures that cannot be.
    """
    gathering, _step = begin(gathering, "submit", by=by, version=version)
    if gathering.voting is None:
        raise ValidationError(f"{gathering.type_label}不登记表决")
    if Vote.objects.of(gathering).count() >= MOST_VOTES:
        raise ValidationError(f"一次会议最多登记 {MOST_VOTES} 项表决")
    if Attendance.objects.filter(gathering=gathering, excuse=Excuse.OLD_OR_SICK, votes=True).exists():
        raise ValidationError("有表决的会议，年老体弱的党员应计入应到，请先修改出席情况")
    due, present = voters(gathering)
    vote = Vote(gathering=gathering, due=due, present=present, **fields)
    if problem := voting.problem(**vote.figures):
        raise ValidationError(problem)
    vote.full_clean(exclude=["gathering"])
    vote.save(force_insert=True)
    return finish(gathering, "vote", "登记表决", by=by, changes=[[vote.subject, "", vote.told]])


@transaction.atomic
def drop_vote(vote: Vote, *, by: audit.ActingRole, version: int) -> Gathering:
    """Take back a vote that was put down wrongly; the history keeps it."""
    gathering, _step = begin(vote.gathering, "submit", by=by, version=version)
    stored = Vote.objects.of(gathering).filter(pk=vote.pk).first()
    if stored is None:
        return gathering
    told = stored.told
    stored.delete()
    return finish(gathering, "vote", "删除表决", by=by, changes=[[vote.subject, told, ""]])


def reopen(gathering: Gathering) -> None:
    gathering.recorded_at, gathering.recorded_by = None, ""


def _refuse_unfinished(gathering: Gathering) -> None:
    faults: dict[str, Any] = {}
    if not gathering.content.strip():
        faults["content"] = "请填写会议内容" if gathering.kind == Kind.MEETING else "请填写活动总结"
    missing = list(Attendance.objects.of(gathering).due().filter(state="").values_list("member__name", flat=True)[:6])
    if missing:
        more = "等" if len(missing) > 5 else ""
        faults["__all__"] = f"请登记每名应到党员的出席情况，尚缺：{'、'.join(missing[:5])}{more}"
    if faults:
        raise ValidationError(faults)


def _length(text: str) -> str:
    return f"{len(text)} 字" if text else ""
