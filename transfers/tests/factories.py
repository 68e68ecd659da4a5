"""Dull transfers: withdrawn ones, which stand in nobody's way; and the letter one of them had."""

import datetime

import factory
from django.db import transaction

from members.tests.factories import MemberFactory
from partyplatform.audit import SYSTEM
from transfers.models import Letter, Transfer
from transfers.services import letters

DAY = datetime.date(2026, 11, 1)


class TransferFactory(factory.django.DjangoModelFactory):
    """A withdrawn transfer from `source` to a place outside the platform."""

    class Meta:
        model = Transfer

    type = "out"
    state = "withdrawn"
    member = factory.LazyAttribute(lambda transfer: MemberFactory(organization=transfer.source))
    name = factory.LazyAttribute(lambda transfer: transfer.member.name)
    source_committee = factory.LazyAttribute(lambda transfer: transfer.source)
    heading = "中共邻市委组织部"
    destination = "邻市某单位"
    cause = "work"
    dues_paid_to = DAY
    starter = factory.LazyAttribute(lambda transfer: transfer.source)
    started_by = last_by = "周敏（支部管理员）"
    finished_on = DAY


@transaction.atomic
def letter_of(transfer):
    """Return a letter that was given for a transfer of this factory, and taken back."""
    transfer.valid_days = 30
    transfer.type = "city"  # whose committees need no address
    letters.issue(transfer, by=SYSTEM)
    letters.settle(transfer)
    return Letter.objects.get(transfer=transfer)
