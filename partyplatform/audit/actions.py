"""What each recorded action is called on a page.

An app enters its own in AppConfig.ready():  name_actions({"orgs.dissolve": "撤销党组织", …})
"""

from collections.abc import Mapping

_labels: dict[str, str] = {}


def name_actions(labels: Mapping[str, str]) -> None:
    """Enter {action: label}; raises ValueError when an action would get a second name."""
    for action, label in labels.items():
        if _labels.setdefault(action, label) != label:
            raise ValueError(f"{action} is already called {_labels[action]}")


def action_label(action: str) -> str:
    """Return the name of an action, or the action itself when nobody named it."""
    return _labels.get(action, action)
