"""What 社区报到 does when the roll announces something; inside the transaction of the act."""

from django.dispatch import receiver

from eforefront.services import registrations
from members.signals import members_stand


@receiver(members_stand, dispatch_uid="eforefront.follow_registrations")
def follow_registrations(sender, *, members, by, **_):
    """Figures are counted where the 组织关系 is; whoever is not enrolled any more is registered nowhere."""
    registrations.follow(members, by=by)
