"""介绍信: numbered, sealed and signed when the workflow asks for one; ended when the workflow goes on."""

import base64
import datetime
import json
import secrets
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.dispatch import receiver
from django.utils import timezone

from orgs.services.organizations import profile_of
from orgs.services.parents import signature
from partyplatform import audit, signatures
from partyplatform.ui.refusals import Refusal
from transfers import letter_facts
from transfers.codes import LetterState, TransferState, TransferType
from transfers.models import Letter, LetterSeries, Transfer
from transfers.models.letters import CHECKS, FACTS
from transfers.signals import transfer_advanced

_PRINTED = (("address", "通讯地址"), ("postcode", "邮编"), ("fax", "传真"))
_ENDS = {  # what becomes of the letter in force when its transfer comes to this state
    TransferState.DONE: LetterState.RECEIPTED,
    TransferState.EXPIRED: LetterState.EXPIRED,
    TransferState.REFUSED: LetterState.VOIDED,
    TransferState.WITHDRAWN: LetterState.VOIDED,
}
CODE_LENGTH, GROUPS = 10, (4, 8)
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that is read as something else: 32 signs, 50 bits


def issue(transfer: Transfer, *, by: audit.ActingRole) -> None:
    """Give the transfer a letter of its 转出基层党委, valid from today for its number of days; saving is the caller's.

    Letters before it are void. Raises `Refusal` while the committee's own data, which the paper prints, are
    incomplete (screens.md 3.6).
    """
    committee: Any = transfer.source_committee
    profile = profile_of(committee)
    if transfer.type == TransferType.OUT:
        _refuse_incomplete(committee, profile)
    today = timezone.localdate()
    transfer.released_on = transfer.released_on or today
    transfer.valid_until = today + datetime.timedelta(days=transfer.valid_days)
    Letter.objects.of(transfer).exclude(state=LetterState.VOIDED).update(state=LetterState.VOIDED, ended_on=today)
    letter = Letter(
        transfer=transfer,
        committee=committee,
        year=today.year,
        number=_next_number(committee, today.year),
        issued_on=today,
        valid_until=transfer.valid_until,
        issued_by=signature(by),
    )
    facts = letter_facts.facts_of(letter, transfer, committee, profile)
    letter.key_id, signed = signatures.sign(letter_facts.spelled(facts), purpose=letter_facts.PURPOSE)
    letter.signature = base64.b64encode(signed).decode("ascii")
    FACTS.put(letter, letter_facts.spelled(facts).decode())
    CHECKS.put(letter, "".join(secrets.choice(_ALPHABET) for _ in range(CODE_LENGTH)))
    letter.save(force_insert=True)


@receiver(transfer_advanced)
def settle(transfer: Transfer, **_: Any) -> None:
    """End the letter in force once the transfer it belongs to is over or too late."""
    if state := _ENDS.get(TransferState(transfer.state)):
        letters = Letter.objects.of(transfer)
        alive = letters.filter(state__in=[LetterState.VALID, LetterState.EXPIRED])
        alive.exclude(state=state).update(state=state, ended_on=timezone.localdate())


@transaction.atomic
def printed(letter: Letter, *, by: audit.ActingRole, way: str) -> dict[str, Any]:
    """Return what the paper says, and keep who had it printed: it shows the whole 身份证号.

    `way` says how: 打印, PDF, 签名文件. Raises `Undecipherable`.
    """
    return printed_many([letter], by=by, way=way)[0][1]


@transaction.atomic
def printed_many(letters: Sequence[Letter], *, by: audit.ActingRole, way: str) -> list[tuple[Letter, dict[str, Any]]]:
    """Do the same for many letters: each with its facts, a record for each of them."""
    papers = [(letter, facts_of(letter)) for letter in letters]
    audit.record_many(
        audit.Act(
            by,
            "transfers.print_letter",
            letter.transfer,
            organization=letter.transfer.source_id,
            changes=[["介绍信", "", letter.label], ["方式", "", way]],
        )
        for letter in letters
    )
    return papers


def facts_of(letter: Letter) -> dict[str, Any]:
    """Return the facts of a letter in clear; raises `Undecipherable`."""
    return json.loads(FACTS.text(letter))


def check_code(letter: Letter) -> str:
    """Return the check code as it is printed: 8F2K-71QD-M4."""
    code = CHECKS.text(letter)
    return "-".join((code[: GROUPS[0]], code[GROUPS[0] : GROUPS[1]], code[GROUPS[1] :]))


def is_genuine(letter: Letter) -> bool:
    """Say whether what is stored is what was signed; raises `Undecipherable`."""
    content = FACTS.text(letter).encode()
    signed = base64.b64decode(letter.signature)
    return signatures.is_signed(content, signed, key_id=letter.key_id, purpose=letter_facts.PURPOSE)


def find(number: str, code: str) -> Letter | None:
    """Return the letter with this number and check code, None for any other pair. Case, blanks and hyphens of the
    code do not matter."""
    typed = "".join(code.upper().split()).replace("-", "")
    if len(typed) != CODE_LENGTH or set(typed) - set(_ALPHABET):
        return None
    found = Letter.objects.to_print().filter(check_index__in=CHECKS.search_keys(typed)).first()
    return found if found is not None and secrets.compare_digest(found.label, _number(number)) else None


def _number(typed: str) -> str:
    """Return a typed number in its one spelling; "" for what is none."""
    year, _, number = typed.strip().strip("第号 ").partition("-")
    return f"{year}-{int(number):06d}" if number.isascii() and number.isdigit() and year.isascii() else ""


def _next_number(committee: Any, year: int) -> int:
    """Take the next number of a committee: it goes back by itself when the transaction fails."""
    LetterSeries.objects.get_or_create(committee=committee, year=year)
    series = LetterSeries.objects.select_for_update().get(committee=committee, year=year)
    series.last += 1
    series.save(update_fields=["last"])
    return series.last


def _refuse_incomplete(committee: Any, profile: Any) -> None:
    missing = [label for field, label in _PRINTED if not getattr(profile, field)]
    if not committee.contact_phone:
        missing.insert(0, "联系电话")
    if missing:
        text = f"“{committee.short_name}”没有登记{'、'.join(missing)}，不能开具介绍信，请先补全扩展信息集"
        raise Refusal(text, links=[("补全扩展信息集", "orgs:profile", {"pk": committee.pk})])
