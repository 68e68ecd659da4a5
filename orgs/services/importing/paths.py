"""上级党组织 as people write it: a 党组织编码, a name, or a path of names."""

import re
from collections import defaultdict
from collections.abc import Iterable
from enum import Enum

from orgs.models import Organization

_CODE = re.compile(r"[0-9]{12}")
_SEPARATOR = re.compile(r"\s*(?:->|[/／\\>＞»→])+\s*")
_MOST_NAMESAKES = 200  # more organisations of one name cannot be told apart by a path at bearable cost


class Unsettled(Enum):
    """The answer hangs on a parent that is not known yet."""

    WAIT = "wait"


WAIT = Unsettled.WAIT


def is_code(text: str) -> bool:
    return bool(_CODE.fullmatch(text))


def segments(text: str) -> list[str]:
    """Return the names of a path from the top down; one name for a text without separators."""
    return [part for part in _SEPARATOR.split(text) if part]


class Places:
    """The organisations of tree and sheet by name, and who stands above whom as far as it is known."""

    def __init__(self, target: Organization):
        self._target = target
        self._named: dict[str, list[Organization]] = defaultdict(list)
        self._names: dict[int, set[str]] = defaultdict(set)
        self._above: dict[int, Organization | Unsettled | None] = {}

    def add(self, organization: Organization, names: Iterable[str]) -> None:
        """Enter an organisation under its names; one of the tree comes with its parent, a new one waits for it."""
        for name in {name for name in names if name} - self._names[id(organization)]:
            self._names[id(organization)].add(name)
            self._named[name].append(organization)
        is_stored = organization.pk is not None
        is_joined = is_stored and Organization.parent.is_cached(organization)  # never read the tree name by name
        self._above.setdefault(id(organization), organization.parent if is_joined else None if is_stored else WAIT)

    def settle(self, organization: Organization, parent: Organization | None) -> None:
        self._above[id(organization)] = parent

    def find(self, text: str, *, asker: Organization) -> Organization | str | Unsettled:
        """Return the organisation that `text` means, the reason why it means none, or `WAIT`."""
        path = [text] if text in self._named else segments(text)
        namesakes = [org for org in self._named.get(path[-1], ()) if org is not asker] if path else []
        if len(namesakes) > _MOST_NAMESAKES:
            return "同名的党组织过多，请填写上级党组织的编码"
        answers = [(org, self._reads_like(org, path)) for org in namesakes]
        if any(answer is WAIT for _, answer in answers):
            return WAIT
        found = [org for org, answer in answers if answer]
        if len(found) > 1 and len(path) > 1:
            found = [org for org in found if self._is_anchored(org, len(path))] or found
        if len(found) > 1:
            found = [org for org in found if org.full_name == text] or found
        if len(found) == 1:
            return found[0]
        return "有多个同名的党组织，请填写编码或更完整的名称路径" if found else "没有找到该上级党组织"

    def _reads_like(self, organization: Organization, path: list[str]) -> bool | Unsettled:
        """Whether the names from `organization` upwards are the path read backwards."""
        place: Organization | Unsettled | None = organization
        for name in reversed(path):
            if place is WAIT:
                return WAIT
            if not isinstance(place, Organization) or name not in self._names[id(place)]:
                return False
            place = self._above.get(id(place))
        return True

    def _is_anchored(self, organization: Organization, length: int) -> bool:
        """Whether a path of this length begins at the top, at the target or directly below the target."""
        first: Organization | Unsettled | None = organization
        for _ in range(length - 1):
            first = self._above.get(id(first))
        above = self._above.get(id(first))
        return first is self._target or above is None or above is self._target
