"""Telling an account something: after its next login, and in the list under 我的账号. Source: security.md 10."""

from django.utils import timezone

from accounts.models import AccountNote, User
from accounts.querysets import AccountNoteQuerySet

KEPT = 20  # of one account, the newest


def tell(user: User, text: str, *, is_warning: bool = False) -> None:
    """Leave a note, in the transaction of what it tells of. `is_warning` asks the person to check."""
    AccountNote.objects.create(user=user, text=text, is_warning=is_warning)
    kept = list(AccountNote.objects.of(user).values_list("pk", flat=True)[:KEPT])
    AccountNote.objects.of(user).exclude(pk__in=kept).delete()


def take_new(user: User) -> list[AccountNote]:
    """Return the notes nobody has been shown yet, oldest first, and mark them as shown."""
    new = list(AccountNote.objects.of(user).filter(shown_at=None).order_by("pk"))
    if new:
        AccountNote.objects.filter(pk__in=[note.pk for note in new]).update(shown_at=timezone.now())
    return new


def listed(user: User) -> AccountNoteQuerySet:
    """Return what the account was told, newest first."""
    return AccountNote.objects.of(user)
