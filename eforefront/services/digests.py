"""The daily e-mail: one a person and day, without a name of anybody, tried again after a failure, never sent twice."""

import datetime
import logging
from collections import defaultdict
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Count, F
from django.utils import timezone

from accounts.codes import System
from accounts.models import RoleGrant
from eforefront.models import Digest, Notice, Reminded, ReminderAddress
from eforefront.models.reminding import ADDRESSES
from members.reminders import REMINDERS
from partyplatform import audit
from partyplatform.chores import chore
from partyplatform.crypto import Undecipherable
from partyplatform.daily import Alive, daily

logger = logging.getLogger(__name__)

MOST_TRIES = 5
PAUSE = datetime.timedelta(minutes=10)  # doubled after each failure
AT_ONCE = 50
S = Digest.State


NOTICE = "notice"  # the rule under which a notice that was called to mind is noted, beside those of REMINDERS
NOTICE_DAYS = 7  # after 一键提醒 in which somebody who gives an address is still told


@daily
def call_notices_to_mind(day: datetime.date, alive: Alive) -> int:
    """Note for everybody with an address each notice they were reminded of and have not read, once; return how many."""
    if not settings.REMINDER_EMAILS:
        return 0
    count = 0
    for address in ReminderAddress.objects.select_related("user").order_by("pk").iterator(chunk_size=500):
        rows = list(_unread_of(address.user, day))
        Reminded.objects.bulk_create(
            [
                Reminded(
                    rule=NOTICE,
                    key=f"notice:{notice.pk}:{address.user_id}",
                    due_on=timezone.localdate(notice.reminded_at),
                    stage=0,
                    noted_on=day,
                    user_id=address.user_id,
                )
                for notice in rows
            ],
            ignore_conflicts=True,
        )
        count += len(rows)
        alive()
    return count


def _unread_of(user: Any, day: datetime.date) -> set[Notice]:
    """The notices of the last days with 一键提醒 that are for one of a person's roles and that they have not read."""
    since = timezone.now() - datetime.timedelta(days=NOTICE_DAYS)
    found: set[Notice] = set()
    for role in RoleGrant.objects.open().of(user).filter(system=System.PORTAL):
        rows = Notice.objects.addressed_to(role).unread_by(user, day)
        found |= set(rows.filter(reminded_at__gte=since).only("pk", "reminded_at"))
    return found


@daily
def write_digests(day: datetime.date, alive: Alive) -> int:
    """Write the digest of everybody who gave an address and has something new; return how many."""
    if not settings.REMINDER_EMAILS:
        return 0
    count = 0
    for address in ReminderAddress.objects.select_related("user").order_by("pk").iterator(chunk_size=500):
        text = _text(address.user, day)
        if text and address.user.is_active:
            _, is_new = Digest.objects.get_or_create(user=address.user, day=day, defaults={"text": text})
            count += is_new
        alive()
    return count


@chore
def send_digests() -> int:
    """Send what waits; return how many went out. One that was interrupted on its way may have gone out: it stays."""
    if not settings.REMINDER_EMAILS:
        return 0
    waiting = Digest.objects.filter(state=S.WAITING, next_try_at__lte=timezone.now()).order_by("pk")
    return sum(_send(pk) for pk in list(waiting.values_list("pk", flat=True)[:AT_ONCE]))


def _send(pk: int) -> bool:
    """Send one digest that nobody else has taken."""
    with transaction.atomic():
        taken = Digest.objects.filter(pk=pk, state=S.WAITING).update(state=S.SENDING, tries=F("tries") + 1)
    if not taken:
        return False
    digest = Digest.objects.select_related("user").get(pk=pk)
    try:
        address = ADDRESSES.text(ReminderAddress.objects.get(user=digest.user))
        subject = f"{settings.PLATFORM_NAME}：{digest.day:%Y-%m-%d} 提醒"
        EmailMessage(subject, digest.text, settings.DEFAULT_FROM_EMAIL, [address]).send()
    except (ReminderAddress.DoesNotExist, Undecipherable):
        Digest.objects.filter(pk=pk).update(state=S.FAILED)
        return False
    except Exception as error:  # whatever a mail server does; the address is no matter for a log
        logger.warning("digest %s not sent, try %s: %s", pk, digest.tries, type(error).__name__)
        state = S.FAILED if digest.tries >= MOST_TRIES else S.WAITING
        later = timezone.now() + PAUSE * 2 ** (digest.tries - 1)
        Digest.objects.filter(pk=pk).update(state=state, next_try_at=later)
        return False
    Digest.objects.filter(pk=pk).update(state=S.SENT, sent_at=timezone.now())
    return True


def _text(user: Any, day: datetime.date) -> str:
    """Return what is new for a person on a day, "" for nothing: kinds and numbers, and where to look."""
    grants = RoleGrant.objects.open().administrators().of(user)
    places = dict(grants.values_list("organization", "organization__short_name"))
    rows = Reminded.objects.filter(noted_on=day)
    found = rows.filter(organization__in=places).values("organization", "rule").annotate(n=Count("pk")).order_by()
    lines: dict[str, list[str]] = defaultdict(list)
    for row in found:
        lines[places[row["organization"]]].append(_line(row["rule"], row["n"]))
    own = rows.filter(user=user).values("rule").annotate(n=Count("pk")).order_by()
    lines_of_own = [_line(mine["rule"], mine["n"]) for mine in own]
    if lines_of_own:
        lines["本人"] = lines_of_own
    if not lines:
        return ""
    parts = [f"{place}：{'；'.join(sorted(told))}" for place, told in sorted(lines.items())]
    where = f"请登录平台查看：{settings.PLATFORM_ADDRESS}" if settings.PLATFORM_ADDRESS else "请登录平台查看。"
    return "\n".join([f"{day:%Y-%m-%d} 新的提醒：", *parts, "", where, "本邮件由系统自动发送，请勿回复。"])


def _line(rule: str, count: int) -> str:
    if rule == NOTICE:
        return f"未读通知 {count} 份，发布组织已提醒"
    label = REMINDERS[rule].label if rule in REMINDERS else "其他事项"
    return f"{label} {count} 项"


@transaction.atomic
def set_address(address: str, *, by: Any) -> None:
    """Keep where the acting person wants the digest, "" for nowhere. The audit says that it changed, not to what."""
    row = ReminderAddress.objects.select_for_update().filter(user=by.user).first()
    before = "已登记" if row else ""
    if not address and row:
        row.delete()
    if address:
        row = row or ReminderAddress(user=by.user)
        ADDRESSES.put(row, address)
        row.save()
    changes = [["提醒邮箱", before, "已登记" if address else ""]]
    audit.record(by, "eforefront.set_reminder_address", changes=changes)


def shown_address(user: Any) -> str:
    """Return a person's address as pages show it: the first letter and the host; "" for none."""
    row = ReminderAddress.objects.filter(user=user).first()
    if row is None:
        return ""
    try:
        name, _, host = ADDRESSES.text(row).partition("@")
    except Undecipherable:
        return "无法解密"
    return f"{name[:1]}***@{host}"
