"""变动推送: other systems are told that something changed, and read it by the data interface. Source: docs/api.md.

What is sent names no person and no act, only the numbers between which there are changes: whoever gets hold of it
learns nothing, and whoever may read asks with the token. It is signed by the platform: nobody else can send for it.
"""

import base64
import datetime
import json
from urllib.parse import urlsplit

from django.utils import timezone

from accounts.models import Webhook
from members.api_fields import KINDS
from partyplatform.audit.heads import last_seq
from partyplatform.audit.models import Record
from partyplatform.calling import Unreachable, post
from partyplatform.chores import chore
from partyplatform.signatures import sign

PURPOSE = "webhook"
CLAIM = datetime.timedelta(minutes=2)  # as long as one call may last, and more
AT_ONCE = 50  # in one round; the next one goes on


@chore
def tell_of_changes() -> None:
    """Tell each system whose time has come. Two workers side by side share them out; a failure ends the round, so that
    the worker is not kept from its jobs by one deaf system after another."""
    for webhook in Webhook.objects.due(timezone.now())[:AT_ONCE]:
        now = timezone.now()
        claimed = Webhook.objects.filter(pk=webhook.pk, next_at=webhook.next_at).update(next_at=now + CLAIM)
        if claimed:
            is_heard = _tell(webhook, now)
            webhook.save(update_fields=["told_seq", "told_at", "next_at", "failures", "fault"])
            if not is_heard:
                return


def message(webhook: Webhook, latest: int, now: datetime.datetime) -> tuple[bytes, dict[str, str]]:
    """Return what is sent, and the headers that prove it: time, key and signature of `time.body`."""
    facts = {"event": "changes", "token": str(webhook.token.uid), "after": webhook.told_seq, "latest": latest}
    body, stamp = json.dumps(facts).encode(), str(int(now.timestamp()))
    key_id, signature = sign(f"{stamp}.".encode() + body, purpose=PURPOSE)
    proof = {"Timestamp": stamp, "Key": key_id, "Signature": base64.b64encode(signature).decode()}
    return body, {f"X-Platform-{name}": value for name, value in proof.items()}


def _tell(webhook: Webhook, now: datetime.datetime) -> bool:
    """Tell one system what is new to it, if anything is; say whether it listened."""
    head = last_seq()  # first: what is written down from here on is told the next time
    rows = Record.objects.under(webhook.token.organization_id).filter(object_type__in=KINDS, succeeded=True)
    news = rows.filter(seq__gt=webhook.told_seq, seq__lte=head)
    latest = news.order_by("-seq").values_list("seq", flat=True).first()
    webhook.next_at = now
    if latest is None:
        webhook.told_seq = head
        return True
    parts = urlsplit(webhook.address)
    body, headers = message(webhook, latest, now)
    try:
        status, _ = post(f"https://{parts.netloc}", body, path=parts.path or "/", headers=headers, inside=True)
        if not 200 <= status < 300:
            raise Unreachable(f"对方服务器答复 {status}")
    except Unreachable as fault:
        webhook.wait(str(fault), now=now)
        return False
    webhook.told_seq, webhook.told_at, webhook.failures, webhook.fault = latest, now, 0, ""
    return True
