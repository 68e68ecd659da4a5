"""Pages of a list that only grows, found by where the last one ended: as quick at the end of millions as at the start.

The address says `before=<key>` (older rows) or `after=<key>` (newer ones); nothing is counted.
"""

from functools import cached_property

from .paging import DEFAULT_SIZE, SIZES
from .texts import is_number


class KeysetPager:
    """The rows of one page, the highest `key` first. `rows` is a queryset without an order."""

    sizes = SIZES

    def __init__(self, rows, query, *, key="pk"):
        self._all, self._key = rows, key
        size = query.get("size", "")
        self.size = int(size) if size in {str(size) for size in SIZES} else DEFAULT_SIZE
        self._before, self._after = _place(query.get("before")), _place(query.get("after"))

    @cached_property
    def _window(self):
        """One row more than the page holds, in the direction of reading."""
        if self._reads_up:
            rows = self._all.filter(**{f"{self._key}__gt": self._after}).order_by(self._key)
        elif self._before is not None:
            rows = self._all.filter(**{f"{self._key}__lt": self._before}).order_by(f"-{self._key}")
        else:
            rows = self._all.order_by(f"-{self._key}")
        return list(rows[: self.size + 1])

    @property
    def _reads_up(self):
        return self._before is None and self._after is not None

    @property
    def rows(self):
        page = self._window[: self.size]
        return page[::-1] if self._reads_up else page

    @property
    def _has_more(self):
        return len(self._window) > self.size

    @property
    def newer(self):
        """The key after which newer rows begin; None on the first page."""
        is_first = not self._has_more if self._reads_up else self._before is None
        return None if is_first or not self.rows else getattr(self.rows[0], self._key)

    @property
    def older(self):
        """The key before which older rows begin; None on the last page."""
        is_last = not self._reads_up and not self._has_more
        return None if is_last or not self.rows else getattr(self.rows[-1], self._key)


def _place(text):
    return int(text) if text and is_number(text, digits=18) else None
