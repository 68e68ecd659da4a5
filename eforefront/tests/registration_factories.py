"""The smallest valid objects of the portal."""

import factory

from eforefront.models import CommunityService, Registration, ScoreEntry
from members.tests.factories import MemberFactory


class RegistrationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Registration

    member = factory.SubFactory(MemberFactory)
    organization = factory.SelfAttribute("member.organization")
    community = "学院路社区"
    began_on = "2026-03-02"
    entered_by = "示例"


class CommunityServiceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CommunityService

    registration = factory.SubFactory(RegistrationFactory)
    member = factory.SelfAttribute("registration.member")
    served_on = "2026-03-07"
    project = "环境整治"
    hours = 2
    entered_by = "示例"


class ScoreEntryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ScoreEntry

    member = factory.SubFactory(MemberFactory)
    on = "2026-03-07"
    reason = "宣讲"
    points = "1.5"
    source = "hand"
    entered_by = "示例"
