"""What each recorded action is called on a page.

An app enters its own in AppConfig.ready():  name_actions({"orgs.dissolve": "撤销党组织", …})
"""

from collections.abc import Mapping
from itertools import groupby

from django.apps import apps

_labels: dict[str, str] = {}


def name_actions(labels: Mapping[str, str]) -> None:
    """Enter {action: label}; raises ValueError when an action would get a second name."""
    for action, label in labels.items():
        if _labels.setdefault(action, label) != label:
            raise ValueError(f"{action} is already called {_labels[action]}")


def action_label(action: str) -> str:
    """Return the name of an action, or the action itself when nobody named it."""
    return _labels.get(action, action)


def action_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return every named action for a select, by app; the first choice of each, "orgs.", stands for all of them."""
    choices = []
    for app, own in groupby(sorted(_labels), key=lambda action: action.partition(".")[0]):
        name = str(apps.get_app_config(app).verbose_name) if app in apps.app_configs else app
        choices.append((name, [(f"{app}.", f"{name}（全部）"), *((action, _labels[action]) for action in own)]))
    return choices
