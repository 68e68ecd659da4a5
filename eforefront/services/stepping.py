"""What every step of a gathering shares: the lock, the question to the table, the next state, history and audit.

Only `finish` gives a gathering another state, by a row of `eforefront.gatherings.STEPS`.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.powers import Power
from eforefront.gatherings import GROUP_MEETING, STEPS, Actor, Audience, State, Step, phase
from eforefront.models import Gathering, GatheringEvent, PartyGroup
from eforefront.signals import gathering_advanced
from orgs.models import Organization
from orgs.services.parents import signature
from orgs.services.reach import hold_in_reach
from partyplatform import audit
from partyplatform.ui.stale import Stale


def begin(
    gathering: Gathering, verb: str, *, by: audit.ActingRole, version: int, reason: str | None = None
) -> tuple[Gathering, Step]:
    """Return the gathering as stored, locked, and the row of the table that lets `by` do `verb` with it now."""
    step = STEPS[verb]
    hold_in_reach(gathering.organization_id, by=by)
    refuse_strangers(step, gathering.organization_id, by, group=led_group(gathering))
    rows = Gathering.objects.select_for_update(of=("self",), no_key=True).select_related("organization", "group")
    stored = rows.get(pk=gathering.pk)
    if stored.version != version or phase(stored, timezone.now()) not in step.phases:
        raise Stale([["状态", step.label, stored.status.label]])
    if step.reason and not reason:
        raise ValidationError({"reason": f"请填写{step.label}原因"})
    return stored, step


def led_group(gathering: Gathering) -> PartyGroup | None:
    """Return the group whose leader keeps a gathering beside the branch: that of a 党小组会."""
    is_of_group = gathering.type == GROUP_MEETING and gathering.audience == Audience.GROUP
    return gathering.group if is_of_group else None


def leads(by: audit.ActingRole, group: PartyGroup) -> bool:
    """Say whether the acting person is the leader of a group, in the branch that is acted in; workflows.md 7.2."""
    if not by.user_uid or group.organization_id != by.organization_id:  # nobody's act leads nothing
        return False
    if not by.can(Power.LEAD_GROUP):  # type: ignore[attr-defined]
        return False
    return PartyGroup.objects.living().led_by(by).filter(pk=group.pk).exists()


def refuse_strangers(
    step: Step, organization_id: int, by: audit.ActingRole, *, group: PartyGroup | None = None
) -> None:
    """Keepers act for their own organisation, reviewers from above it; at the top of a tree the own one does both.

    What a `group` holds is kept by its leader as well.
    """
    if step.actor is Actor.KEEPER and group is not None and leads(by, group):
        return
    if not by.can(step.needs):  # type: ignore[attr-defined]
        raise PermissionDenied
    own = organization_id == by.organization_id
    if step.actor is Actor.KEEPER and not own:
        raise PermissionDenied("组织生活、支部活动由本组织的管理员办理。")
    if (
        step.actor is Actor.REVIEWER
        and own
        and Organization.objects.filter(pk=organization_id, parent=None).first() is None
    ):
        raise PermissionDenied("记录由上级党组织审阅。")


def refuse_phase(gathering: Gathering, step: Step) -> None:
    shown = phase(gathering, timezone.now())
    if shown not in step.phases:
        raise ValidationError(f"现为“{shown.label}”，不能{step.label}")


def finish(
    gathering: Gathering,
    verb: str,
    label: str,
    *,
    by: audit.ActingRole,
    to: State | None = None,
    note: str = "",
    changes: list[list[str]] | None = None,
    quiet: bool = False,
) -> Gathering:
    """Give the gathering its next state, save it, write history and audit; `quiet` where nothing changed."""
    if quiet:
        return gathering
    if to is not None:
        gathering.state = to
    gathering.version += 1
    gathering.save()
    text = "；".join(
        filter(None, (note, *(f"{name}：{old or '—'} → {new or '—'}" for name, old, new in changes or ())))
    )
    if to is not None:
        gathering_advanced.send(sender=Gathering, gathering=gathering, by=by)
    GatheringEvent.objects.create(gathering=gathering, label=label, note=cut(text, 500), by_name=signature(by))
    record(gathering, verb, by=by, changes=changes or [], reason=note[:200])
    return gathering


def record(
    gathering: Gathering, verb: str, *, by: audit.ActingRole, changes: list[list[str]], reason: str = ""
) -> None:
    audit.record(
        by,
        f"eforefront.{verb}_gathering",
        gathering,
        organization=gathering.organization_id,
        changes=changes,
        reason=reason,
    )


def cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
