"""What a transfer announces. Sent inside the transaction, so a receiver that fails undoes the act."""

from django.dispatch import Signal

transfer_advanced = Signal()  # transfer, step (a row of transfers.workflow.TABLE), by
