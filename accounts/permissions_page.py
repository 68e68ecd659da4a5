"""docs/permissions.md, drawn from the table of powers."""

from accounts.codes import RoleKind, System
from accounts.powers import TABLE, Rule

_HEAD = """# Permissions

Drawn from `accounts/powers.py` by `manage.py write_docs`; a test compares the two. Do not edit by hand.

A role is one grant: a person, an organisation, a kind, a system. It reaches its organisation and everything below
(`visible_to`); it changes what lies below its own, and its own only at the top of a tree (`managed_by`). Out of reach
is 404, in reach without the power is 403. The two systems keep separate grants: a power counts only in the systems
named.
"""


def permissions_page() -> str:
    """Return the whole page."""
    kinds = [kind.label for kind in RoleKind]
    lines = [_row("权限", "power", "系统", *kinds, "依据"), _row(*["---"] * (4 + len(kinds)))]
    return "\n".join([_HEAD, *lines, *(_rule(rule) for rule in TABLE), ""])


def _rule(rule: Rule) -> str:
    systems = "、".join(system.label for system in System if system in rule.systems)
    marks = ["✓" if kind in rule.kinds else "" for kind in RoleKind]
    return _row(rule.label, f"`{rule.power}`", systems, *marks, rule.source)


def _row(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |"
