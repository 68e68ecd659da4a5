"""信息校核 and 疑似重复党员 of the demonstration: birthdays mistyped by a day, records that look like another."""

import datetime
from collections.abc import Iterator, Sequence

from django.db.models import Count, Max, Min

from eforefront.demo import bulk
from eforefront.demo.words import words
from members.doubts import DoubtState, fingerprint, found
from members.models import Doubt, Member
from members.services import checking

EACH = 1500  # one member in so many has a doubtful birthday
TWINS = 12  # namesakes who are said to be born on one day
CHUNK = 500
_DOUBT = words("member kind text fingerprint state found_at confirmed_by why")


def fill(*, today: datetime.date) -> None:
    """Change a few records of an empty database whose members are there, and note what is odd about them."""
    changed = [*_mistyped(), *_namesakes()]
    Member.objects.bulk_update(changed, ["born_on"], batch_size=CHUNK)
    bulk.load(Doubt, _DOUBT, list(_doubts(changed, today)))
    checking.pair_all(Member.objects.all())


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


def _doubts(members: Sequence[Member], today: datetime.date) -> Iterator[tuple]:
    at = datetime.datetime(today.year, today.month, today.day, tzinfo=datetime.UTC)
    for member in members:
        for kind, text in found(member, id_number=member.unsealed_id_number(), today=today).items():
            yield member.pk, kind, text, fingerprint(member, kind), DoubtState.OPEN.value, at, "", ""
