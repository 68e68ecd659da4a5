"""Tables with their headings, filters, selection and pages."""

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import mark_safe

from ..columns import Column, reach
from .library import register, rendered
from .status import progress, tag

CELL_CLASSES = {"code": "fit", "date": "fit", "number": "num", "tag": "fit", "bool": "fit"}


@register.simple_tag(takes_context=True)
def table(context, columns, rows, caption, sorting=None, select="", selected=(), form="bulk", empty="", pick_if=""):
    """A table from a Column tuple and rows.

    `select` names the check boxes ("ids"), which belong to the form with id `form`; `pick_if` is a dotted path
    that says whether a row can be ticked. `empty` is the sentence shown instead of a table without rows.
    """
    shown = [column for column in columns if column.screen]
    if not rows:
        return rendered("table_empty", text=empty or "没有可显示的记录。", caption=caption)
    draw = _Cells(context, shown, select, form, pick_if, {str(pk) for pk in selected})
    return rendered(
        "table",
        caption=caption,
        select=select,
        heads=[_Head(context, column, sorting) for column in shown],
        rows=[{"is_on": draw.is_on(row), "cells": draw.row(row)} for row in rows],
    )


@register.simple_tag(takes_context=True)
def filters(context, form, label="筛选", keep="", to=""):
    """The filter form of a list. `keep` names other parameters of the address to carry along ("org size")."""
    query = context["request"].GET
    kept = [(name, value) for name in keep.split() for value in query.getlist(name)]
    return rendered(
        "filters",
        form=form,
        label=label,
        kept=kept,
        to=to or context["request"].path,
        method="post" if getattr(form, "is_private", False) else "get",
        request=context["request"],
        csrf_token=context.get("csrf_token"),
        is_open=bool(form.is_bound and (getattr(form, "is_active", False) or form.errors)),
    )


@register.simple_tag(takes_context=True)
def pager(context, pager, form=""):
    """How many rows there are, how many a page shows, and links to the pages.

    With `form`, the form of the check boxes, the pages are buttons of it, and what is ticked goes along.
    """
    query = context["request"].GET
    kept = [(name, query.getlist(name)) for name in query if name not in {"page", "ids"}] if form else []
    return rendered(
        "pager",
        pager=pager,
        form=form,
        to=context["request"].path,
        kept=[(name, value) for name, values in kept for value in values],
        sizes=[(size, _with(query, size=size, page=None)) for size in pager.sizes],
        pages=[(number, number and _with(query, page=number)) for number in pager.numbers],
        previous=pager.number - 1,
        next=pager.number + 1,
        before=_with(query, page=pager.number - 1) if pager.has_previous else "",
        after=_with(query, page=pager.number + 1) if pager.has_next else "",
    )


@register.simple_tag(takes_context=True)
def keyset(context, pager):
    """Links to the newest, newer and older rows of a list that is not counted."""
    query = context["request"].GET
    return rendered(
        "keyset",
        pager=pager,
        sizes=[(size, _with(query, size=size, before=None, after=None)) for size in pager.sizes],
        first=_with(query, before=None, after=None),
        newer=_with(query, after=pager.newer, before=None) if pager.newer is not None else "",
        older=_with(query, before=pager.older, after=None) if pager.older is not None else "",
    )


@register.simple_block_tag
def selection(content, noun="条记录", form="bulk"):
    """The strip that appears with the first tick; the block may say what stands in the way."""
    return rendered("selection", content=content, noun=noun, form=form)


def _with(query, **changes):
    """Return the query string with some parameters changed, or left out where None."""
    query = query.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query[name] = value
    return f"?{query.urlencode()}"


class _Head:
    """A heading, with its link when the column can be sorted by."""

    def __init__(self, context, column: Column, sorting):
        self.label, self.kind = column.label, CELL_CLASSES.get(column.kind, "")
        self.fold = column.fold
        self.can_sort = bool(sorting is not None and column.sort)
        if self.can_sort:
            self.direction = sorting.direction(column)
            self.to = _with(context["request"].GET, sort=sorting.next_for(column), page=None)


class _Cells:
    """Draws the cells of rows; plain cells in Python, since a template for each costs more than the page."""

    def __init__(self, context, columns, select, form, pick_if, selected):
        self.context, self.columns, self.select, self.form = context, columns, select, form
        self.pick_if, self.selected = pick_if, selected
        engine = context.template.engine
        self.templates = {c.cell: engine.get_template(c.cell) for c in columns if c.cell}

    def is_on(self, row):
        return str(getattr(row, "pk", "")) in self.selected

    def row(self, row):
        title = next((column for column in self.columns if not column.acts), None)
        cells = [self._cell(row, column, is_title=column is title) for column in self.columns]
        return mark_safe((self._pick(row) if self.select else "") + "".join(cells))

    def _pick(self, row):
        if self.pick_if and not reach(row, self.pick_if):
            return '<td class="pick-cell"></td>'
        return format_html(
            '<td class="pick-cell"><input class="check" type="checkbox" name="{}" value="{}" form="{}"'
            ' aria-label="选择 {}"{}></td>',
            self.select,
            row.pk,
            self.form,
            self.columns[0].text(row),
            mark_safe(" checked" if self.is_on(row) else ""),
        )

    def _cell(self, row, column, *, is_title):
        kind = CELL_CLASSES.get(column.kind, "")
        title = "name-cell fit" if column.kind == "code" else "name-cell"
        classes = "act-cell" if column.acts else title if is_title else kind
        classes = f"{classes} opt-cell".strip() if column.fold else classes
        classes = f"{classes} fit".strip() if column.fit else classes
        return "<td{}{}>{}</td>".format(
            f' class="{classes}"' if classes else "",
            "" if is_title or column.acts else format_html(' data-th="{}"', column.label),
            self._content(row, column),
        )

    def _content(self, row, column):
        if column.cell:
            return self._from_template(row, column)
        if column.kind == "tag":
            return tag(reach(row, column.name))
        if column.kind == "percent":
            value = column.value(row)
            return progress(value, column.label) if value != "" else '<span class="muted">-</span>'
        shown = self._linked(row, column)
        marks = [tag(status) for status in reach(row, column.tags)] if column.tags else ()
        # one element, so that on a phone text and tags flow together beside the label
        return mark_safe(f"<span>{' '.join([shown, *marks])}</span>") if marks else shown

    def _linked(self, row, column):
        text = column.text(row)
        shown = conditional_escape(text) if text else mark_safe('<span class="muted">—</span>')
        shown = format_html('<span class="code">{}</span>', shown) if column.kind == "code" else shown
        target = reach(row, column.link) if column.link else ""
        if target and column.verb:
            whose = f"{column.verb} {self.columns[0].text(row)} 的{column.label}"
            link = format_html('<a href="{}" aria-label="{}">{}</a>', target, whose, column.verb)
            return format_html('{} <span class="muted">{}</span>', link, shown)
        return format_html('<a class="name" href="{}">{}</a>', target, shown) if target else shown

    def _from_template(self, row, column):
        value = reach(row, column.name)
        with self.context.push(row=row, value=value, column=column):
            return self.templates[column.cell].render(self.context)
