"""Lists: columns, sorting, filters and pages put together for a view."""

from dataclasses import dataclass

from django.utils.functional import cached_property
from django.views.generic import ListView

from . import searches
from .columns import Column
from .paging import Pager


@dataclass(frozen=True)
class Sorting:
    """The order chosen by `sort` in the address: a column's `name`, with "-" in front for descending.

    Only columns with a `sort` field count; anything else in the address leaves the list in its own order.
    """

    columns: tuple[Column, ...]
    asked: str = ""

    @property
    def column(self):
        name = self.asked.removeprefix("-")
        return next((c for c in self.columns if c.sort and c.name == name), None)

    @property
    def descending(self):
        return self.asked.startswith("-")

    def apply(self, rows):
        if self.column is None:
            return rows
        return rows.order_by(("-" if self.descending else "") + self.column.sort, "pk")

    def direction(self, column):
        """Return "ascending", "descending" or "" (the value of aria-sort) for a column's heading."""
        if self.column is not column:
            return ""
        return "descending" if self.descending else "ascending"

    def next_for(self, column):
        """Return the `sort` value a click on the heading leads to: up, down, the list's own order."""
        return {"": column.name, "ascending": "-" + column.name, "descending": None}[self.direction(column)]


class ListPage(ListView):
    """A list page. Subclasses give `columns`, `filter_class` (a ui.forms.FilterForm) and `template_name`.

    The template gets `columns`, `pager`, `rows`, `sorting`, `filters` and `is_filtered`. `count_cap` limits
    counting; `known_total(rows)` may return the number of rows from counters. The chosen rows, sorted but not
    cut into pages, are `self.chosen()`, which the export takes too.
    """

    columns: tuple[Column, ...] = ()
    filter_class = None
    count_cap = None

    @cached_property
    def filters(self):
        return self.filter_class(searches.query_of(self.request) or None) if self.filter_class else None

    @cached_property
    def sorting(self):
        return Sorting(self.columns, self.request.GET.get("sort", ""))

    def narrow(self, rows):
        """Return the rows the filters leave; override, or give the filter form a method `narrow(rows)`."""
        return self.filters.narrow(rows) if self.filters is not None else rows

    def chosen(self):
        return self.sorting.apply(self.narrow(self.get_queryset()))

    def known_total(self, rows):
        return None

    def post(self, request, *args, **kwargs):
        """Take a search for people; other lists are read only."""
        if self.filters is None or not self.filters.is_private:
            return self.http_method_not_allowed(request, *args, **kwargs)
        return searches.answer(request)

    def get(self, request, *args, **kwargs):
        rows = self.chosen()
        self.pager = Pager(rows, request.GET, total=self.known_total(rows), cap=self.count_cap)
        self.object_list = self.pager.rows
        return self.render_to_response(self.get_context_data())

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            columns=self.columns,
            pager=self.pager,
            rows=self.object_list,
            sorting=self.sorting,
            filters=self.filters,
            is_filtered=bool(self.filters and self.filters.is_active),
            **kwargs,
        )
