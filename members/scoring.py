"""Which rules a record is scored by while it is being saved, and how the rules are changed under everybody's hands.

Whoever saves holds the rules, shared, until the transaction ends; whoever changes them waits for all of those. So every
record saved before the change is committed and found by the scoring anew, and every later one has the new score.
"""

from django.db import connection, transaction

from members.completeness import Rules
from members.models.rule_versions import RuleVersion
from partyplatform.locks import rules_lock


class _Held:
    """The rules of the running transaction. Django drops it with the transaction, or with the savepoint it was made in,
    and so does the database with the lock: an import of thousands of rows asks once."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules

    def __call__(self) -> None:
        """Nothing is left to do at the end."""


def rules_for_saving() -> Rules:
    """Return the rules in force and hold them until the running transaction ends."""
    if not connection.in_atomic_block:
        return RuleVersion.objects.in_force()
    held = next((entry[1] for entry in connection.run_on_commit if isinstance(entry[1], _Held)), None)
    if held is None:
        rules_lock(alone=False)
        held = _Held(RuleVersion.objects.in_force())
        transaction.on_commit(held)
    return held.rules


def hold_alone() -> Rules:
    """Return the rules in force once nobody saves by them any more; the running transaction may change them."""
    forget_held()
    rules_lock(alone=True)
    return RuleVersion.objects.in_force()


def forget_held() -> None:
    """Let the running transaction ask anew."""
    connection.run_on_commit = [entry for entry in connection.run_on_commit if not isinstance(entry[1], _Held)]
