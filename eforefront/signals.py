"""What 党员E先锋 announces; sent inside the transaction of the act."""

from django.dispatch import Signal

gathering_advanced = Signal()  # gathering (saved in its next state), by
