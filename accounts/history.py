"""When an account was used: the login before this one, and the last ones."""

from dataclasses import dataclass
from datetime import datetime

from partyplatform.audit.models import Record

WAY = "方式"
PREVIOUS = "previous_login"
SHOWN = 10


@dataclass(frozen=True)
class Login:
    at: datetime
    address: str
    way: str = ""


def keep_previous(session, at, address):
    """Remember, as long as the session lives, when and from where the account was used before."""
    if at is not None:
        session[PREVIOUS] = [at.isoformat(), address]


def previous_login(session):
    """Return the login before this session's, None at the first one."""
    at, address = session.get(PREVIOUS) or (None, "")
    return at and Login(datetime.fromisoformat(at), address)


def recent_logins(user):
    """Return the last logins of an account, newest first, as the audit has them."""
    records = Record.objects.by_person(user.uid).filter(action="accounts.login")[:SHOWN]
    return [Login(record.at, record.address_masked, _way(record)) for record in records]


def _way(record):
    return next((after for label, _, after in record.changes if label == WAY), "密码")
