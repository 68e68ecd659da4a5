"""市外转入: somebody comes with a letter from outside the platform. Source: workflows.md 3.2, 3.3; screens.md 3.6."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts import id_numbers
from members.claims import claimed
from members.codes import PersonCategory
from members.models import Member
from members.models.members import NUMBERS as MEMBERS
from members.services.accounts import account_of
from members.services.locking import locked, refuse_unless_receiving
from members.services.members import admit
from orgs.models import Organization
from partyplatform import audit
from partyplatform.locks import still_tree_lock
from partyplatform.ui.stale import OutOfReach
from transfers import arrival_records, chains
from transfers.codes import TransferType
from transfers.models import Arrival, Transfer, TransferFile
from transfers.models.arrivals import NUMBERS, PHONES
from transfers.services import files
from transfers.services.starting import Outline, begin, check_dues

KNOWN = "该党员已在平台内，请使用市内转接"
LONGEST = 200  # of the list of what a record lacks
FROM_OUTSIDE = "33"  # 市外转入, of member_add_kind
LETTER = ("letter_number", "letter_on", "letter_days", "letter_phone")
PERSON = ("category", "ethnicity", "joined_on", "confirmed_on")


@transaction.atomic
def arrive(
    target: Organization,
    *,
    by: audit.ActingRole,
    name: str,
    id_number: str,
    issuer: str,
    cause: str,
    dues_paid_to: datetime.date,
    phone: str = "",
    note: str = "",
    scan: UploadedFile | None = None,
    values: Mapping[str, Any] | None = None,
    **facts: Any,
) -> Transfer:
    """Begin the taking in of somebody from outside; `facts` are the fields of `LETTER` and `PERSON`, `scan` is the
    letter, `values` {field of an Item: value} of what is known of the record already (`arrival_records.ITEMS`).

    Raises `OutOfReach` for a branch that is not the actor's, and ValidationError by field for a branch that takes
    nobody in, a letter that has run out, a 身份证号 that is none or is known to the platform.
    """
    still_tree_lock()
    target = locked([target.pk])[target.pk]
    if by.organization_id is not None and not Organization.objects.visible_to(by).filter(pk=target.pk).exists():
        raise OutOfReach
    refuse_unless_receiving(target)
    number = id_numbers.normalise(id_number)
    refuse_known(number, by=by)
    check_dues(dues_paid_to)
    arrival = _sealed(Arrival(**facts), number, phone, values or {})
    plan = Outline.of(chains.arriving(target), by=by)
    transfer = Transfer(
        type=TransferType.IN,
        name=name,
        target=target,
        target_committee=plan.chain.target_committee,
        heading=issuer,
        cause=cause,
        dues_paid_to=dues_paid_to,
        note=note,
    )
    transfer.lacking = "、".join(arrival_records.lacking(arrival, transfer))[:LONGEST]

    def keep(begun: Transfer) -> None:
        arrival.transfer = begun
        arrival.save(force_insert=True)
        if scan is not None:
            files.attach(begun, scan, purpose=TransferFile.Purpose.ARRIVING, by=by)

    return begin(transfer, plan, by=by, keep=keep)


def _sealed(arrival: Arrival, number: str, phone: str, values: Mapping[str, Any]) -> Arrival:
    """Return a letter that was found right, with what is secret about its bearer."""
    _check_letter(arrival)
    _check_person(arrival)
    arrival.seal_id_number(number)
    PHONES.put(arrival, phone)
    arrival.seal_values(dict(values))
    return arrival


def refuse_known(number: str, *, by: audit.ActingRole) -> None:
    """Raise ValidationError for a 身份证号 that is none, is that of somebody enrolled, or is on its way already."""
    if problem := id_numbers.problem(number, today=timezone.localdate()):
        raise ValidationError({"id_number": problem})
    MEMBERS.claim(number)
    if Member.objects.enrolled().with_id_number(number).exists():
        raise ValidationError({"id_number": KNOWN})
    if why := claimed([number], by=by).get(number):
        raise ValidationError({"id_number": why})
    if Transfer.objects.unfinished().filter(arrival__id_number_index__in=NUMBERS.search_keys(number)).exists():
        raise ValidationError({"id_number": "该党员的市外转入正在办理，不能重复登记"})


def enrol(transfer: Transfer, *, by: audit.ActingRole) -> Member:
    """Make the record and the account of somebody whose letter and file were found right."""
    arrival = Arrival.objects.get(transfer=transfer)
    number, values = arrival.unsealed_id_number(), arrival_records.values_of(arrival)
    if found := arrival_records.lacking(arrival, transfer):  # the rules may have changed since it was written
        raise ValidationError(f"党员信息尚缺：{'、'.join(found)}，请先完善")
    target: Any = transfer.target
    member = admit(
        target,
        name=transfer.name,
        id_number=number,
        category=arrival.category,
        by=by,
        values=values,
        cause=transfer.get_type_display(),
        kind=FROM_OUTSIDE,
        document=arrival.letter_number,
        reason=transfer.get_cause_display(),
    )
    account_of(member, by=by)
    return member


def _check_letter(arrival: Arrival) -> None:
    today = timezone.localdate()
    if arrival.letter_on > today:
        raise ValidationError({"letter_on": "开具日期不能晚于今天"})
    if arrival.last_day < today:
        text = f"介绍信已于 {arrival.last_day:%Y-%m-%d} 到期，请由原党委重开"
        raise ValidationError({"letter_on": text})


def _check_person(arrival: Arrival) -> None:
    if arrival.category == PersonCategory.FULL and arrival.confirmed_on is None:
        raise ValidationError({"confirmed_on": "正式党员请填写转正日期"})
    if arrival.category != PersonCategory.FULL and arrival.confirmed_on is not None:
        raise ValidationError({"confirmed_on": "预备党员没有转正日期"})
