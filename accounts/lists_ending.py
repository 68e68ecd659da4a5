"""Lists of revoked certificates that run out: a proxy that checks one refuses everybody after its end.

The operator is told by `check_integrity`, the administrators at the top of each tree by an alarm on their first page.
"""

import datetime
from collections.abc import Iterator

from cryptography import x509
from django.utils import timezone

from accounts.models import Authority
from accounts.pki.revocations import split
from partyplatform import audit
from partyplatform.audit.models import Alarm
from partyplatform.chores import chore
from partyplatform.integrity import invariant

DAYS = 14
ACTION = "accounts.revocations_ending"


def ending(now: datetime.datetime | None = None) -> Iterator[tuple[Authority, datetime.datetime]]:
    """Yield each authority in use whose list ends within fourteen days or has ended, with the earliest end."""
    limit = (now or timezone.now()) + datetime.timedelta(days=DAYS)
    for authority in Authority.objects.filter(is_active=True).exclude(revocations="").order_by("pk"):
        lists = (x509.load_pem_x509_crl(part) for part in split(authority.revocations.encode()))
        ends = min((each.next_update_utc for each in lists if each.next_update_utc is not None), default=None)
        if ends is not None and ends <= limit:
            yield authority, ends


@invariant("证书吊销列表未到期")
def lists_are_fresh() -> Iterator[str]:
    for authority, ends in ending():
        yield sentence(authority, ends)


@chore
def warn() -> None:
    """Raise one alarm for each end, until a new list is there; dealing with the alarm does not make another one."""
    for authority, ends in ending():
        reason = sentence(authority, ends)
        if not Alarm.objects.like(action=ACTION, reason=reason).exists():
            audit.alarm(audit.SYSTEM, ACTION, authority, reason=reason)


def sentence(authority: Authority, ends: datetime.datetime) -> str:
    day = timezone.localtime(ends)
    return (
        f"发证机构“{authority.name}”的吊销列表有效期至 {day:%Y-%m-%d %H:%M}，到期后所有证书都不能登录，请运维人员更新"
    )
