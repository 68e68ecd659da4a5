"""One page of a list, with links to the others."""

from functools import cached_property
from math import ceil

SIZES = (10, 20, 50)
DEFAULT_SIZE = 20
FAR = 1_000  # rows that are passed over quickly enough
DEEPEST = 10_000  # rows that can be paged through when their exact number is not known


class Pager:
    """The rows of one page, chosen by `page` and `size` in the address.

    `rows` is a queryset or a list. `total` is their number when it is known from counters; otherwise they are
    counted, with `cap` only up to that many ("1000+"). A page beyond the end is the last one.

    `first` are the first rows of the list, one more than `cap` where there are so many: counted and cut instead of
    asked for again. So a list whose rows are hard to find is looked through once.
    """

    def __init__(self, rows, query, *, total=None, cap=None, first=None):
        self._rows, self._total, self.cap, self._first = rows, total, cap, first
        self.size = _number(query.get("size"), SIZES, DEFAULT_SIZE)
        self._asked = _positive(query.get("page"))

    @cached_property
    def _count(self):
        if self._total is not None:
            return self._total
        if self._first is not None:
            return len(self._first)
        if isinstance(self._rows, (list, tuple)):
            return len(self._rows)
        if self.cap is None:
            return self._rows.count()
        return self._rows.order_by()[: self.cap + 1].count()  # in no order: it ends with the first so many

    @property
    def is_capped(self):
        """Whether there are more rows than were counted."""
        return self._total is None and self.cap is not None and self._count > self.cap

    @property
    def total(self):
        return self.cap if self.is_capped else self._count

    @property
    def total_text(self):
        return f"{self.total}+" if self.is_capped else str(self.total)

    @property
    def last(self):
        return max(1, ceil((DEEPEST if self.is_capped else self._count) / self.size))

    @cached_property
    def number(self):
        return min(self._asked, self.last)

    @cached_property
    def _window(self):
        start = (self.number - 1) * self.size
        if self._first is not None and (not self.is_capped or start + self.size < self._count):
            return self._first[start : start + self.size + 1]
        if self._is_nearer_the_end(start):
            end = self._count - start
            return list(self._rows.reverse()[max(0, end - self.size - 1) : end])[::-1]
        return list(self._rows[start : start + self.size + 1])

    def _is_nearer_the_end(self, start):
        """Whether a database finds the page sooner by reading the list backwards."""
        is_long = start > FAR and not self.is_capped and start > self._count // 2
        return is_long and getattr(self._rows, "ordered", False)

    @property
    def rows(self):
        return self._window[: self.size]

    @property
    def has_next(self):
        return len(self._window) > self.size and self.number < self.last

    @property
    def has_previous(self):
        return self.number > 1

    @property
    def is_needed(self):
        """Whether the list has anything to page through or to resize."""
        return self.total > min(SIZES)

    @property
    def sizes(self):
        return SIZES

    @property
    def numbers(self):
        """The page numbers to link, None where some are left out: 1 … 4 5 6 … 20."""
        last = self.number + self.has_next if self.is_capped else self.last
        near = {1, last, *range(self.number - 1, self.number + 2)}
        shown, before = [], 0
        for number in sorted(n for n in near if 1 <= n <= last):
            if number > before + 1:
                shown.append(None if number > before + 2 else before + 1)
            shown.append(number)
            before = number
        return shown


def _positive(text):
    return max(1, int(text)) if text and text.isascii() and text.isdigit() and len(text) < 10 else 1


def _number(text, allowed, default):
    return int(text) if text in {str(n) for n in allowed} else default
