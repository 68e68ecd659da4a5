"""What must be true of transfers; `manage.py check_integrity` proves it."""

from collections.abc import Iterator

from django.db.models import Count, F, Q

from members.codes import MembershipStatus
from partyplatform.integrity import invariant
from transfers import workflow
from transfers.codes import Outcome, TransferState, TransferType
from transfers.models import Transfer, TransferStep

_CHUNK = 2000


@invariant("组织关系转接：每名党员至多一件未办结")
def one_open_transfer_each() -> Iterator[str]:
    """Nobody is on two ways at once."""
    rows = Transfer.objects.unfinished().filter(member__isnull=False).values("member").annotate(n=Count("pk"))
    for row in rows.filter(n__gt=1).order_by("member"):
        yield f"党员 {row['member']}：有 {row['n']} 件未办结的组织关系转接"


@invariant("组织关系转接：没有无法继续办理的转接")
def nothing_is_stuck() -> Iterator[str]:
    """Every unfinished transfer has a holder that can act, living branches, and a member who is still there."""
    for transfer in Transfer.objects.stuck().iterator(chunk_size=_CHUNK):
        yield f"转接 {transfer.number}：{transfer.get_state_display()}，但已没有党组织能够办理"
    for transfer in Transfer.objects.unfinished().order_by("pk").iterator(chunk_size=_CHUNK):
        if not workflow.open_steps(transfer):
            yield f"转接 {transfer.number}：{transfer.get_state_display()}，没有后续办理事项"


@invariant("组织关系转接：环节与状态一致")
def steps_agree_with_states() -> Iterator[str]:
    """One step is open while a transfer is, and it is the one the transfer names; afterwards none waits."""
    named = Q(transfer__stage=F("stage"))
    held = Q(transfer__holder=F("organization")) | Q(transfer__state=TransferState.EXPIRED)
    steps = TransferStep.objects.filter(outcome__in=[Outcome.WAITING, Outcome.OPEN])
    ended = steps.exclude(transfer__in=Transfer.objects.unfinished().values("pk"))
    wrong = steps.open().exclude(named & held)
    for step in (ended | wrong).select_related("transfer").order_by("pk").iterator(chunk_size=_CHUNK):
        yield f"转接 {step.transfer.number}：环节 {step.position} 与转接状态不一致"
    opened = TransferStep.objects.open().values("transfer")
    for transfer in Transfer.objects.unfinished().exclude(pk__in=opened).order_by("pk").iterator(chunk_size=_CHUNK):
        yield f"转接 {transfer.number}：没有办理中的环节"


@invariant("组织关系转接：已转出党员不在册")
def those_who_left_are_gone() -> Iterator[str]:
    """Whoever left for a place outside the platform is on no roll, until a new record is made."""
    rows = Transfer.objects.filter(type=TransferType.OUT, state=TransferState.DONE)
    for transfer in rows.exclude(member__status=MembershipStatus.TRANSFERRED).order_by("pk").iterator(_CHUNK):
        yield f"转接 {transfer.number}：已办结转往市外，但党员仍为{transfer.member.get_status_display()}"
