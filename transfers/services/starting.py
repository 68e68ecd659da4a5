"""Beginning a transfer: what stands against it, who will decide, and the first step."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from members.codes import MembershipStatus
from members.models import Member, Post
from members.services.locking import refuse_unless_receiving, taken
from members.services.members import has_posts, posts_of
from orgs.dates import add_months
from orgs.models import Organization
from orgs.services.parents import signature
from partyplatform import audit
from partyplatform.locks import still_tree_lock
from partyplatform.ui.refusals import Refusal
from partyplatform.ui.stale import OutOfReach
from transfers import chains, paid_months, workflow
from transfers.chains import Chain
from transfers.codes import Outcome, TransferState
from transfers.models import Transfer, TransferStep
from transfers.services import holding, releasing
from transfers.services.history import tell

DUES_AHEAD = 12  # months that may be paid in advance


@dataclass(frozen=True)
class Outline:
    """What a transfer would be: shown before it is sent."""

    chain: Chain
    skipped: frozenset[int]

    @classmethod
    def of(cls, chain: Chain, *, by: audit.ActingRole) -> "Outline":
        return cls(chain, frozenset(chain.skipped_by(by.organization_id)))

    @property
    def days(self) -> int:
        """介绍信有效期 offered for the type, 0 where there is no letter."""
        return workflow.DAYS.get(self.chain.type, 0)


def outline(member: Member, *, target: Organization | None, by: audit.ActingRole) -> Outline:
    """Return type and chain for a target, None meaning a place outside the platform.

    Raises ValidationError for a target that cannot be one. Nothing is locked and nothing kept.
    """
    if target is not None:
        refuse_target(member, target)
    chain = chains.between(member.organization, target) if target else chains.leaving(member.organization)
    return Outline.of(chain, by=by)


def refuse_target(member: Member, target: Organization) -> None:
    """Raise ValidationError for a branch that cannot take the member in. Source: screens.md 3.6."""
    refuse_unless_receiving(target)
    if target.pk == member.organization_id:
        raise ValidationError(f"{member.name}的组织关系已在“{target.short_name}”，转入组织应是另一个党支部")


def refuse_leaving(member: Member, posts: Sequence[Post] = ()) -> None:
    """Raise ValidationError, with the way on, for a member who cannot move now; `posts` are those in the way.

    Source: workflows.md 3.3.
    """
    if problem := leaving_problem(member, Transfer.objects.open_of(member).first(), posts):
        raise problem


def leaving_problem(member: Member, running: Transfer | None, posts: Sequence[Post]) -> ValidationError | None:
    """Return what stands against a transfer of a member, whose unfinished transfer and posts the caller has read."""
    if member.status != MembershipStatus.NORMAL:
        return ValidationError(f"{member.name}的党籍状态为{member.get_status_display()}，不能转接组织关系")
    if running is not None:
        text = f"{member.name}有未办结的组织关系转接（{running.number}），办结后才能再次发起"
        return Refusal(text, links=[("查看转接", "transfers:detail", {"pk": running.pk})])
    return ValidationError(has_posts(member, posts)) if posts else None


@transaction.atomic
def start(
    member: Member,
    *,
    by: audit.ActingRole,
    target: Organization | None = None,
    cause: str,
    dues_paid_to: datetime.date,
    valid_days: int | None = None,
    release_reason: str = "",
    **words: str,
) -> Transfer:
    """Begin the transfer of a member to a branch, or, without `target`, to a place outside the platform.

    With a `release_reason` the posts that stand in the way end with it (`services.releasing`). `words` are `heading`
    and `destination` of a 转往市外, and `note` and `batch`. Type and chain are worked out from the tree, which is kept
    still meanwhile. Raises `OutOfReach`, and ValidationError for whatever stands against it.
    """
    still_tree_lock()
    member, places = taken(member, also=[target.pk] if target else [])
    if by.organization_id is not None and not Member.objects.visible_to(by).filter(pk=member.pk).exists():
        raise OutOfReach
    member.organization = places[member.organization_id]
    target = places[target.pk] if target else None
    released = releasing.to_release(member, target, reason=release_reason, by=by)
    refuse_leaving(member, () if released else releasing.in_the_way(posts_of(member), target))
    plan = outline(member, target=target, by=by)
    check_dues(dues_paid_to)
    paid_months.refuse_earlier(member, dues_paid_to)
    transfer = Transfer(
        type=plan.chain.type,
        member=member,
        name=member.name,
        source=member.organization,
        target=target,
        source_committee=plan.chain.source_committee,
        target_committee=plan.chain.target_committee,
        cause=cause,
        dues_paid_to=dues_paid_to,
        valid_days=_days(plan, valid_days),
        earlier=_earlier(member),
        release_reason=release_reason if released else "",
        **words,
    )
    _check_outside(transfer)
    return begin(transfer, plan, by=by, keep=lambda begun: releasing.keep(begun, released))


def begin(
    transfer: Transfer,
    plan: Outline,
    *,
    by: audit.ActingRole,
    keep: Callable[[Transfer], None] = lambda transfer: None,
) -> Transfer:
    """Keep a transfer that was found right, lay out its steps and open the first one; `keep` saves what hangs on it."""
    side = transfer.source or transfer.target
    transfer.starter_id = by.organization_id or side.pk
    transfer.started_by = transfer.last_by = signature(by)
    transfer.started_at = transfer.last_at = timezone.now()
    transfer.stage, first = plan.chain.links[0]
    holding.hold(transfer, first, due_on=holding.due_on(transfer.stage, timezone.localdate()))
    transfer.save(force_insert=True)
    keep(transfer)
    TransferStep.objects.bulk_create(
        TransferStep(
            transfer=transfer,
            position=position,
            stage=stage,
            organization=organization,
            outcome=Outcome.SKIPPED if organization.pk in plan.skipped else Outcome.WAITING,
        )
        for position, (stage, organization) in enumerate(plan.chain.links, 1)
    )
    holding.open_next(transfer)
    transfer.save()
    tell(transfer, workflow.START, by=by, organization=transfer.starter, remark=transfer.note)
    changes = [["转接类型", "", transfer.get_type_display()], ["转出组织", "", transfer.source_name]]
    changes += [["转入组织", "", transfer.target_name], ["当前环节", "", transfer.stage_label]]
    if transfer.release_reason:
        posts = "、".join(row.label for row in transfer.releases.whole())
        changes.append(["同时免去", "", f"{posts}（{transfer.release_reason}）"])
    audit.record(by, "transfers.start", transfer, organization=side.pk, changes=changes, reason=transfer.note)
    return transfer


def _days(plan: Outline, typed: int | None) -> int:
    if not plan.days:
        return 0
    days = plan.days if typed is None else typed
    if not 1 <= days <= workflow.MOST_DAYS:
        raise ValidationError({"valid_days": f"介绍信有效期应为 1 至 {workflow.MOST_DAYS} 天"})
    return days


def check_dues(month: datetime.date) -> None:
    """Raise ValidationError for a month that lies too far ahead."""
    last = add_months(timezone.localdate().replace(day=1), DUES_AHEAD)
    if month > last:
        raise ValidationError({"dues_paid_to": f"党费交至的月份不能晚于 {last:%Y-%m}"})


def _check_outside(transfer: Transfer) -> None:
    asked: dict[str, Any] = {}
    if transfer.target is None:
        asked = {"heading": "请填写抬头（接收党组织名称）", "destination": "请填写转往何单位"}
    if faults := {field: text for field, text in asked.items() if not getattr(transfer, field)}:
        raise ValidationError(faults)


def _earlier(member: Member) -> Transfer | None:
    """Return the last try of the same departure, which the new one names."""
    last = Transfer.objects.of(member).newest_first().first()
    again = (TransferState.REFUSED, TransferState.WITHDRAWN)
    return last if last is not None and last.state in again and last.source_id == member.organization_id else None
