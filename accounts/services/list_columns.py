"""Which columns of a list a person wants to see; a matter of looks, so nothing is written in the audit."""

from collections.abc import Sequence

from django.db import transaction

from accounts.models import User


@transaction.atomic
def keep_columns(user: User, *, table: str, names: Sequence[str]) -> None:
    """Keep the names of the columns for one list; none of them brings the list's own back."""
    stored = User.objects.select_for_update().get(pk=user.pk)
    stored.list_columns = {**stored.list_columns, table: list(names)}
    if not names:
        del stored.list_columns[table]
    stored.save(update_fields=["list_columns"])
