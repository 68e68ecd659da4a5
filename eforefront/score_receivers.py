"""分数 follow the records of 组织生活 and 支部活动; inside the transaction of the act."""

from django.dispatch import receiver

from eforefront.services import points
from eforefront.signals import gathering_advanced


@receiver(gathering_advanced, dispatch_uid="eforefront.settle_points")
def settle_points(sender, *, gathering, by, **_):
    """A record handed in gives points, one taken back takes them."""
    points.settle(gathering, by=by)
