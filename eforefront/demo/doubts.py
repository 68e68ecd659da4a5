"""信息校核 and 疑似重复党员 of the demonstration: birthdays mistyped by a day, records that look like another."""

import datetime
from collections.abc import Iterator

from django.db.models import Count, Max, Min

from eforefront.demo import bulk
from members.models import Doubt, Member, Twin
from members.services import checking

EACH = 1500  # one member in so many has a doubtful birthday
TWINS = 12  # namesakes who are said to be born on one day
CHUNK = 500


def fill() -> None:
    """Change a few records of an empty database whose members are there, and note what is odd about them."""
    changed = [*_mistyped(), *_namesakes()]
    Member.objects.bulk_update(changed, ["born_on"], batch_size=CHUNK)
    checking.follow_many(changed)
    bulk.take_stock(Doubt)
    checking.pair_all(Member.objects.all())
    bulk.take_stock(Twin)


def _mistyped() -> Iterator[Member]:
    last = Member.objects.aggregate(last=Max("pk"))["last"] or 0
    wanted = range(EACH // 2, last + 1, EACH)
    for start in range(0, len(wanted), CHUNK):
        for member in Member.objects.active().filter(pk__in=list(wanted[start : start + CHUNK])).order_by("pk"):
            member.born_on = member.born_on and member.born_on - datetime.timedelta(days=1)
            yield member


def _namesakes() -> Iterator[Member]:
    """Of two people of one name, let the later be born on the day of the earlier."""
    names = Member.objects.active().exclude(born_on=None).order_by().values("name")
    pairs = names.annotate(first=Min("pk"), second=Max("pk"), times=Count("pk")).filter(times=2).order_by("first")
    for pair in pairs[:TWINS]:
        first, second = Member.objects.filter(pk__in=[pair["first"], pair["second"]]).order_by("pk")
        if second.pk % EACH != EACH // 2 and first.pk % EACH != EACH // 2:
            second.born_on = first.born_on
            yield second
