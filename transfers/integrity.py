"""What must be true of transfers and their letters; `manage.py check_integrity` proves it."""

from collections.abc import Iterator

from django.db.models import Count, F, Max, Q

from members.codes import MembershipStatus
from partyplatform.crypto import Undecipherable
from partyplatform.integrity import invariant
from transfers import workflow
from transfers.codes import LetterState, Outcome, TransferState, TransferType
from transfers.models import (
    Letter,
    LetterSeries,
    Transfer,
    TransferBatch,
    TransferBatchRow,
    TransferEvent,
    TransferRelease,
    TransferStep,
)
from transfers.services.letters import is_genuine

_CHUNK = 2000


@invariant("组织关系转接：每名党员最多一件未办结")
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


@invariant("组织关系转接：审批记录的类型与转接一致")
def records_have_the_type_of_their_transfer() -> Iterator[str]:
    """审批记录查询 narrows by the type kept beside each act."""
    rows = TransferEvent.objects.exclude(type=F("transfer__type")).order_by("pk")
    for event in rows.select_related("transfer").iterator(chunk_size=_CHUNK):
        yield f"转接 {event.transfer.number}：办理记录 {event.pk} 的类型与转接不一致"


@invariant("组织关系转接：已转出党员不在册")
def those_who_left_are_gone() -> Iterator[str]:
    """Whoever left for a place outside the platform is on no roll, until a new record is made."""
    rows = Transfer.objects.filter(type=TransferType.OUT, state=TransferState.DONE)
    for transfer in rows.exclude(member__status=MembershipStatus.TRANSFERRED).order_by("pk").iterator(_CHUNK):
        yield f"转接 {transfer.number}：已办结转往市外，但党员仍为{transfer.member.get_status_display()}"


@invariant("介绍信：编号连续，不重不漏")
def numbers_run_without_gaps() -> Iterator[str]:
    """Each committee gave 1, 2, 3 … in a year, and its series says which was the last."""
    given = Letter.objects.values("committee", "year").annotate(n=Count("pk"), most=Max("number")).order_by()
    last = {(row.committee_id, row.year): row.last for row in LetterSeries.objects.iterator(chunk_size=_CHUNK)}
    for row in given.iterator(chunk_size=_CHUNK):
        place = (row["committee"], row["year"])
        if not row["n"] == row["most"] == last.pop(place, None):
            yield f"党组织 {place[0]}：{place[1]} 年的介绍信编号不连续"
    yield from (f"党组织 {place[0]}：{place[1]} 年的介绍信编号不连续" for place, number in last.items() if number)


@invariant("介绍信：状态与转接一致，内容与签名相符")
def letters_agree_with_transfers() -> Iterator[str]:
    """What is in force belongs to a transfer on its way; what is stored is what was signed."""
    for letter in Letter.objects.select_related("transfer").order_by("pk").iterator(chunk_size=_CHUNK):
        transfer = letter.transfer
        if letter.state == LetterState.VALID and (
            transfer.state not in (TransferState.SUBMITTED, TransferState.LETTER)
            or transfer.valid_until != letter.valid_until
        ):
            yield f"介绍信 {letter.label}（转接 {transfer.number}）：仍为有效，但转接已{transfer.get_state_display()}"
        try:
            if not is_genuine(letter):
                yield f"介绍信 {letter.label}（转接 {transfer.number}）：内容与签名不符"
        except Undecipherable:
            yield f"介绍信 {letter.label}（转接 {transfer.number}）：内容无法解密"


@invariant("介绍信：已开具介绍信的转接有一份有效介绍信")
def released_transfers_have_their_letter() -> Iterator[str]:
    """A transfer that waits for its receipt has the letter it waits for."""
    rows = Transfer.objects.filter(state=TransferState.LETTER)
    for transfer in rows.exclude(letters__state=LetterState.VALID).order_by("pk").iterator(chunk_size=_CHUNK):
        yield f"转接 {transfer.number}：已开具介绍信，但没有有效的介绍信"


@invariant("批量转接：各行结果与办理状态一致")
def finished_batches_left_nobody_out() -> Iterator[str]:
    """Nobody waits in a batch that is done, nothing typed outlasts it; in an unconfirmed one nothing was done."""
    rows = TransferBatchRow.objects.order_by()
    waiting = rows.filter(batch__state=TransferBatch.State.DONE, state=TransferBatchRow.State.READY)
    early = rows.filter(
        batch__state__in=[TransferBatch.State.FAULTY, TransferBatch.State.CHECKED], state=TransferBatchRow.State.DONE
    )
    kept = rows.filter(batch__state=TransferBatch.State.DONE).exclude(content_sealed=b"")
    for pk in (waiting | early | kept).order_by("batch").values_list("batch", flat=True).distinct():
        yield f"批次 {pk}：各行结果与办理状态不符"


@invariant("组织关系转接：同时免去的职务随转出结束")
def released_posts_are_over() -> Iterator[str]:
    """Whoever was released in the act of a transfer that is done holds the post no more."""
    rows = TransferRelease.objects.filter(transfer__state=TransferState.DONE, post__ended_on=None)
    for row in rows.select_related("transfer").order_by("pk").iterator(chunk_size=_CHUNK):
        yield f"转接 {row.transfer.number}：已办结，但同时免去的职务仍在任"
