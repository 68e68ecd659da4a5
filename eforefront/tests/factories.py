"""Dull gatherings: a meeting of a branch, tomorrow at nine, for everybody."""

import datetime

import factory
from django.utils import timezone

from eforefront.gatherings import Kind
from eforefront.models import Gathering
from eforefront.services import gatherings
from orgs.tests.acting import Acting

HOUR = datetime.timedelta(hours=1)


def tomorrow() -> datetime.datetime:
    day = timezone.localdate() + datetime.timedelta(days=1)
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(9)))


class GatheringFactory(factory.django.DjangoModelFactory):
    """A draft, `published=True` as announced to the branch."""

    class Meta:
        model = Gathering

    kind = Kind.MEETING
    type = "11"
    topic = "学习上级文件精神"
    begins_at = factory.LazyFunction(tomorrow)
    ends_at = factory.LazyAttribute(lambda gathering: gathering.begins_at + 2 * HOUR)
    place = "第一会议室"
    chair = "周敏"

    @classmethod
    def _create(cls, model_class, *args, organization, published=False, chosen=(), **kwargs):
        by = Acting(organization)
        gathering = gatherings.draft(organization, by=by, chosen=chosen, **kwargs)
        return gatherings.publish(gathering, by=by, version=gathering.version) if published else gathering
