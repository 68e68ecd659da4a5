"""Tries to log in are counted before the password is looked at, each in one statement of the database.

Per account and per network: so many tries in a window, then locked until the window ends. The try that fills a window
makes the window longer, twice as long each time it happens again within a day. Source: security.md 8.
"""

import ipaddress
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import LoginCounter
from partyplatform.crypto import blind_index

REMEMBERED = timedelta(days=1)  # how long an earlier lock still makes the next one longer
STRIKES = 4  # the longest lock is 2**4 windows

# A window that has ended begins anew with this try; one that is filled by it is drawn out.
_COUNT = f"""
INSERT INTO {LoginCounter._meta.db_table} AS old (key, tries, strikes, ends_at) VALUES (%(key)s, 1, 0, %(window)s)
ON CONFLICT (key) DO UPDATE SET
    tries = CASE WHEN old.ends_at <= %(now)s THEN 1 ELSE old.tries + 1 END,
    strikes = CASE WHEN old.ends_at > %(now)s THEN old.strikes
                   WHEN old.tries < %(limit)s OR old.ends_at <= %(forgotten)s THEN 0
                   WHEN old.strikes < {STRIKES} THEN old.strikes + 1
                   ELSE {STRIKES} END,
    ends_at = CASE WHEN old.ends_at <= %(now)s THEN %(window)s
                   WHEN old.tries + 1 <> %(limit)s THEN old.ends_at
                   {" ".join(f"WHEN old.strikes = {n} THEN %(lock{n})s" for n in range(STRIKES))}
                   ELSE %(lock{STRIKES})s END
RETURNING tries
"""


@dataclass(frozen=True, slots=True)
class Counter:
    """What is counted under one key."""

    key: str
    limit: int

    def count(self) -> "Try":
        """Add one try, whatever comes of it, and return which it is."""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_COUNT, {"key": self.key, "limit": self.limit, **_moments()})
            [(number,)] = cursor.fetchall()
        return Try(number, self.limit)

    def give_back(self) -> None:
        """Take back one try that was no guess: it succeeded, or was never looked at."""
        LoginCounter.objects.filter(key=self.key, tries__gt=0).update(tries=F("tries") - 1)

    def clear(self) -> None:
        """Forget this key, and whatever else is too old to matter."""
        LoginCounter.objects.filter(key=self.key).delete()
        LoginCounter.objects.filter(ends_at__lt=timezone.now() - REMEMBERED).delete()


@dataclass(frozen=True, slots=True)
class Try:
    """The how-manieth try of its window."""

    number: int
    limit: int

    @property
    def is_locked(self) -> bool:
        return self.number > self.limit

    @property
    def locks(self) -> bool:
        """Whether this is the first try that is turned away: worth one line in the audit, the rest is noise."""
        return self.number == self.limit + 1


def account_counter(login_name: str) -> Counter:
    """The counter of a normalised login name, known or not."""
    return Counter(blind_index(login_name, column="login name"), settings.LOGIN_TRIES_PER_ACCOUNT)


def certificate_counter(fingerprint: str) -> Counter:
    """The counter of whoever proves a certificate of the account: nobody else can lock that way in."""
    return Counter(blind_index(fingerprint, column="login certificate"), settings.LOGIN_TRIES_PER_ACCOUNT)


def network_counter(address: str) -> Counter:
    return Counter(blind_index(network(address), column="login network"), settings.LOGIN_TRIES_PER_NETWORK)


def proof_counter(uid: object) -> Counter:
    """The counter of the passwords that somebody who is logged in gives once more."""
    return Counter(blind_index(str(uid), column="proof"), settings.LOGIN_TRIES_PER_ACCOUNT)


def network(address: str) -> str:
    """Return the network an address is counted under: /24 of IPv4, /64 of IPv6, one for all unreadable addresses."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    return str(ipaddress.ip_network(f"{parsed}/{24 if parsed.version == 4 else 64}", strict=False))


def _moments() -> dict[str, object]:
    now, window = timezone.now(), timedelta(minutes=settings.LOGIN_WINDOW_MINUTES)
    moments = {"now": now, "window": now + window, "forgotten": now - REMEMBERED}
    moments |= {f"lock{n}": now + window * 2**n for n in range(STRIKES + 1)}
    return {name: connection.ops.adapt_datetimefield_value(moment) for name, moment in moments.items()}
