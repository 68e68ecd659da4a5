"""What the roll announces; sent inside the transaction of the act."""

from django.dispatch import Signal

members_merging = Signal()  # keep, gone, by: two records become one; sent before the other one is retired
probation_put_off = Signal()  # member, profile, by, told (False: the day only moves on)
members_stand = Signal()  # members (in another branch, of another category or status, or new), by (None: nobody named)
