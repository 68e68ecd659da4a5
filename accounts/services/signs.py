"""Signs that an account may be in wrong hands: its person is shown them after the login. Source: security.md 10."""

from accounts.models import User
from accounts.services import notes
from partyplatform.audit.middleware import masked
from partyplatform.audit.models import Record

FAILURES = 3  # before a success, from which on the person is told


def look_at(user: User, *, failures: int, address: str) -> None:
    """Leave a note for each sign in a login that has just succeeded and is not yet in the audit."""
    if failures >= FAILURES:
        notes.tell(user, f"本次登录之前，有人用您的登录名连续输错 {failures} 次密码。", is_warning=True)
    network = masked(address)
    logins = Record.objects.by_person(user.uid).filter(action="accounts.login")
    if network and logins.exists() and not logins.filter(address_masked=network).exists():
        notes.tell(user, f"您的账号首次从网络 {network} 登录。", is_warning=True)
