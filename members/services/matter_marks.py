"""What matters and 党统信息集 say of each other: whoever changes one side changes the other in the same transaction.

是否为流动党员, 外出流向, 是否为失联党员 and 失去联系日期 may be entered in the record itself; a matter is then begun,
put right or closed. Suspending, expelling and bringing back a member is followed by the open matters (decision 0022).
"""

import datetime
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from members.codes import MembershipStatus
from members.items import BY_FIELD
from members.models import Matter, MatterStep, Member
from members.procedures import LOST, MARKED, STOPPED_MONTHS, Procedure, State
from orgs.dates import add_months
from partyplatform.audit import ActingRole

FROM_RECORD = "由党统信息集登记"
FIELDS = tuple(name for procedure in MARKED for name in (procedure.mark, *procedure.mirrors))


def open_matter(member: Member, procedure: Procedure) -> Matter | None:
    """Return the open matter of a member in a procedure."""
    return Matter.objects.open().filter(member=member, procedure=procedure.slug).first()


def write_step(matter: Matter, *, verb: str, label: str, on: datetime.date, by: ActingRole, **words: str) -> MatterStep:
    """Write down what happened; `words` are `note` and `document`."""
    return MatterStep.objects.create(
        matter=matter, verb=verb, label=label, on=on, state=matter.state, by_name=by.user_name, **words
    )


def wind(matter: Matter, *, contact_on: datetime.date | None = None) -> None:
    """Set the clocks of a matter after its dates or its state changed; `contact_on` is the day of the last contact."""
    rules = matter.rules
    if matter.limit_on is None and rules.limit_months and matter.began_on:
        matter.limit_on = add_months(matter.began_on, rules.limit_months)
    runs = matter.is_open and matter.state in (State.WAITING, State.REPORTED, State.KEPT)
    if not (rules.contact_months and runs):
        matter.contact_due_on = None
    elif contact_on or matter.contact_due_on is None:
        since = max(filter(None, (contact_on, matter.began_on)))
        matter.contact_due_on = max(add_months(since, rules.contact_months), matter.contact_due_on or since)


def close(matter: Matter, state: State, *, on: datetime.date) -> None:
    """End a matter on the instance."""
    matter.state, matter.ended_on = state, on
    matter.contact_due_on = None


def mark(member: Member, procedure: Procedure, matter: Matter) -> None:
    """Let the record, on the instance, say what the matter says."""
    if procedure.mark:
        setattr(member, procedure.mark, matter.is_open)
    for field, source in procedure.mirrors.items():
        setattr(member, field, getattr(matter, source) if matter.is_open else _nothing(field))


def marked(member: Member) -> dict[str, Any]:
    return {name: getattr(member, name) for name in FIELDS}


def differences(before: dict[str, Any], member: Member) -> list[list[str]]:
    """Return [label, before, after] of the items a matter has changed."""
    changed = [BY_FIELD[name] for name, value in before.items() if value != getattr(member, name)]
    return [[item.label, item.shown(before[item.field]), item.shown(getattr(member, item.field))] for item in changed]


def follow_record(member: Member, *, by: ActingRole) -> None:
    """After the items of a record were changed and saved: begin, put right or close what they speak of."""
    follow_records([member], by=by)


def follow_records(members: Iterable[Member], *, by: ActingRole) -> None:
    """The same for many records: one statement, and a few more for those that are marked or were."""
    by_id = {member.pk: member for member in members}
    rows = Matter.objects.open().filter(member__in=by_id, procedure__in=[procedure.slug for procedure in MARKED])
    present = {(matter.member_id, matter.procedure): matter for matter in rows}
    for member in by_id.values():
        for procedure in MARKED:
            matter = present.get((member.pk, procedure.slug))
            if getattr(member, procedure.mark):
                _keep(member, procedure, matter, by=by)
            elif matter is not None:
                _unmark(procedure, matter, by=by)


def _keep(member: Member, procedure: Procedure, matter: Matter | None, *, by: ActingRole) -> None:
    said = {source: getattr(member, field) for field, source in procedure.mirrors.items()}
    if matter is None:
        _begin(member, procedure, said, by=by)
    elif any(getattr(matter, source) != value for source, value in said.items()):
        for source, value in said.items():
            setattr(matter, source, value)
        if matter.state != State.STOPPED:
            matter.limit_on = None
        wind(matter)
        _save(matter)


def _begin(member: Member, procedure: Procedure, said: dict[str, Any], *, by: ActingRole) -> None:
    """Begin a matter with what the record says; a search for somebody suspended waits for what follows."""
    start, today = procedure.starts[0], timezone.localdate()
    said = {"began_on": today} | said
    matter = Matter(member=member, procedure=procedure.slug, state=start.leads_to, **said)
    if procedure is LOST and member.status == MembershipStatus.SUSPENDED:
        matter.state, matter.limit_on = State.STOPPED, add_months(today, STOPPED_MONTHS)
    wind(matter)
    matter.save(force_insert=True)
    write_step(matter, verb=start.verb, label=start.label, on=today, by=by, note=FROM_RECORD)


def _unmark(procedure: Procedure, matter: Matter, *, by: ActingRole) -> None:
    today = timezone.localdate()
    close(matter, procedure.unmarked[State(matter.state)], on=today)
    _save(matter)
    write_step(matter, verb="unmark", label=matter.get_state_display(), on=today, by=by, note=FROM_RECORD)


def follow_status(member: Member, *, on: datetime.date, by: ActingRole) -> None:
    """The same as `follow_statuses` for one member."""
    follow_statuses([member], on=on, by=by)


def follow_statuses(members: Iterable[Member], *, on: datetime.date, by: ActingRole) -> None:
    """After 党籍状态 changed on the instance, before it is saved: open matters end, or wait for what follows.

    A 失联 goes on through 停止党籍, since the search does; whoever is back in contact (恢复党籍) is lost no longer.
    """
    by_id = {member.pk: member for member in members}
    for matter in Matter.objects.open().filter(member__in=by_id).order_by("pk"):
        member = by_id[matter.member_id]
        is_lost = matter.procedure == "lost"
        if member.status == MembershipStatus.SUSPENDED and is_lost:
            matter.state, matter.limit_on = State.STOPPED, add_months(on, STOPPED_MONTHS)
        elif member.status == MembershipStatus.NORMAL:
            if matter.state != State.STOPPED:
                continue
            close(matter, State.FOUND, on=on)
        else:
            close(matter, State.ENDED, on=on)
        mark(member, matter.rules, matter)
        _save(matter)
        note = f"党籍状态：{member.get_status_display()}"
        write_step(matter, verb="status", label=matter.get_state_display(), on=on, by=by, note=note)


def end_with_transfer(member: Member, *, on: datetime.date, by: ActingRole) -> None:
    """After a member's 组织关系 went elsewhere: a 流动 became a transfer, a 暂留 is over. Marks go on the instance.

    For `transfers`; saving and scoring the member is the caller's.
    """
    ends = {"flow": State.MOVED, "retention": State.TRANSFERRED}
    for matter in Matter.objects.open().filter(member=member, procedure__in=ends).order_by("pk"):
        close(matter, ends[matter.procedure], on=on)
        mark(member, matter.rules, matter)
        _save(matter)
        write_step(matter, verb="transfer", label=matter.get_state_display(), on=on, by=by, note="组织关系已转接")


def _save(matter: Matter) -> None:
    matter.version += 1
    matter.save()


def _nothing(field: str) -> Any:
    return None if field == "lost_since" else ""
