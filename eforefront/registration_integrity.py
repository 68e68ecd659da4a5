"""What must be true of 社区报到; `manage.py check_integrity` proves it."""

from collections.abc import Iterator

from django.db.models import Count, F, Q

from eforefront.models import CommunityService, Registration, RegistrationCount
from partyplatform.integrity import invariant


@invariant("社区报到")
def registrations_are_counted() -> Iterator[str]:
    """Nobody is registered twice at once, everybody is counted where the 组织关系 is, and the counts are right."""
    for row in Registration.objects.open().values("member__uid").annotate(n=Count("pk")).filter(n__gt=1).order_by():
        yield f"党员 {row['member__uid']}：有 {row['n']} 条未撤销的社区报到"
    astray = Registration.objects.open().exclude(organization=F("member__organization"))
    for uid in astray.order_by("pk").values_list("member__uid", flat=True).iterator():
        yield f"党员 {uid}：社区报到没有随组织关系变更"
    counted = dict(Registration.objects.open().order_by().values_list("organization").annotate(Count("pk")))
    stored = dict(RegistrationCount.objects.values_list("organization", "registered"))
    for pk in sorted(counted.keys() | stored.keys()):
        if counted.get(pk, 0) != stored.get(pk, 0):
            yield f"党组织 {pk}：已报到人数登记为 {stored.get(pk, 0)}，应为 {counted.get(pk, 0)}"


@invariant("社区服务")
def services_lie_in_their_registration() -> Iterator[str]:
    """A service that counts belongs to the member and the time of its registration."""
    counting = CommunityService.objects.filter(state__in=["proposed", "confirmed"])
    outside = Q(served_on__lt=F("registration__began_on")) | Q(served_on__gt=F("registration__ended_on"))
    wrong = counting.filter(outside | ~Q(member=F("registration__member")))
    for pk in wrong.order_by("pk").values_list("pk", flat=True).iterator():
        yield f"服务详情 {pk}：不在报到期间内，或不是报到的党员"
