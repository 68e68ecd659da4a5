"""The audit: who did what, when and in which role, in records that are only ever added.

`audit.record(by, action, obj, …)` is the last statement of every service; `audit.alarm(…)`, with the same arguments,
also puts it before the administrators above; `audit.verify()` proves the chain.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .actions import action_label, name_actions
from .actors import SYSTEM, ActingRole
from .changes import conflicts, differences, labels, snapshot

if TYPE_CHECKING:
    from .alarms import alarm
    from .recording import Act, ChainBroken, record, record_many
    from .verification import verify

__all__ = [
    "SYSTEM",
    "Act",
    "ActingRole",
    "ChainBroken",
    "action_label",
    "alarm",
    "conflicts",
    "differences",
    "labels",
    "name_actions",
    "record",
    "record_many",
    "snapshot",
    "verify",
]

# These read the models, which exist only after Django has loaded the apps: fetched at their first use.
_LATER = dict.fromkeys(("Act", "ChainBroken", "record", "record_many"), "recording")
_LATER |= {"verify": "verification", "alarm": "alarms"}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_LATER[name]}", __name__), name)
