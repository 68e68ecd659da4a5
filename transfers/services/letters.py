"""介绍信: what the workflow asks of a letter."""

import datetime

from django.utils import timezone

from orgs.services.organizations import profile_of
from partyplatform import audit
from partyplatform.ui.refusals import Refusal
from transfers.codes import TransferType
from transfers.models import Transfer

_PRINTED = (("address", "通讯地址"), ("postcode", "邮编"), ("fax", "传真"))


def issue(transfer: Transfer, *, by: audit.ActingRole) -> None:
    """Give the transfer a letter of its 转出基层党委, valid from today for its number of days; saving is the caller's.

    Raises `Refusal` while the committee's own data, which the paper prints, are incomplete (screens.md 3.6).
    """
    if transfer.type == TransferType.OUT:
        _refuse_incomplete(transfer)
    today = timezone.localdate()
    transfer.released_on = transfer.released_on or today
    transfer.valid_until = today + datetime.timedelta(days=transfer.valid_days)


def _refuse_incomplete(transfer: Transfer) -> None:
    committee = transfer.source_committee
    profile = profile_of(committee)
    missing = [label for field, label in _PRINTED if not getattr(profile, field)]
    if not committee.contact_phone:
        missing.insert(0, "联系电话")
    if missing:
        text = f"“{committee.short_name}”没有登记{'、'.join(missing)}，不能开具介绍信，请先补全扩展信息集"
        raise Refusal(text, links=[("补全扩展信息集", "orgs:profile", {"pk": committee.pk})])
