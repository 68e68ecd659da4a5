"""The history of a transfer, and the announcement of each act."""

from orgs.models import Organization
from partyplatform import audit
from transfers.models import Transfer, TransferEvent
from transfers.signals import transfer_advanced
from transfers.workflow import Step


def tell(
    transfer: Transfer,
    step: Step,
    *,
    by: audit.ActingRole,
    organization: Organization | None,
    remark: str = "",
    substitute: str = "",
) -> None:
    """Write the history and announce the act."""
    TransferEvent.objects.create(
        transfer=transfer,
        type=transfer.type,
        verb=step.verb,
        sentence=step.sentence.format(type=transfer.get_type_display()),
        organization=organization,
        substitute=substitute,
        by_name=by.user_name,
        phone=organization.contact_phone if organization else "",
        remark=remark,
    )
    transfer_advanced.send(Transfer, transfer=transfer, step=step, by=by)
