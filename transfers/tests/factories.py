"""Dull transfers: withdrawn ones, which stand in nobody's way."""

import datetime

import factory

from members.tests.factories import MemberFactory
from transfers.models import Transfer

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
