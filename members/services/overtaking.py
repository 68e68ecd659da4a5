"""What is told when somebody was faster with a record: both versions, who and when, and which secrets changed."""

from collections.abc import Collection, Iterable

from members.models import Member
from partyplatform.audit.models import Record
from partyplatform.ui.stale import Stale

MOST_SAVES = 20
TYPED, NOT_TYPED, CHANGED, OPENED = "（新填写的内容）", "（未填写）", "（已更改）", "（打开页面时的内容）"


def overtaken(
    member: Member, fields: Iterable[list[str]], *, typed: Collection[str], secret: Collection[str], saves: int
) -> Stale:
    """Return the conflict of a form with what was stored meanwhile.

    `fields` are [label, typed, stored] of plain items that differ. Sealed items have no text to compare: the audit of
    the last `saves` changes says which of the `secret` labels changed; `typed` are those the form brings anew.
    """
    records = Record.objects.of_object(member).filter(action__startswith="members.")
    latest = list(records.order_by("-seq")[: min(max(saves, 1), MOST_SAVES)])
    changed = {label: after for record in reversed(latest) for label, _, after in record.changes or ()}
    rows = [*fields]
    rows += [[label, TYPED if label in typed else NOT_TYPED, CHANGED] for label in secret if label in changed]
    rows = rows or [[label, OPENED, after] for label, after in changed.items()]
    who, when = (latest[0].actor_name, latest[0].at) if latest else ("", None)
    return Stale(rows, who=who, when=when)
