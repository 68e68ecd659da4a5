"""A field for one person out of too many for a list: part of the name is typed, then one of the matches is chosen.

    class PostForm(Picks, PlatformForm):
        member = PickField(label="姓名")

    class Appoint(Finds, FormPage):
        def get_form_kwargs(self):
            return {**super().get_form_kwargs(), "pool": Pool(people, find=..., label=...)}

The search is a button of the same form: it posts to the page itself, which answers with what was typed and the
matches, and does nothing else. So it asks for the power and reach of the page, needs no address of its own, works
without script, and no name is in an address (security.md 28). With script the matches come while one types.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Model, QuerySet
from django.utils.functional import cached_property

from .components.library import rendered
from .texts import cleaned

FEW = 30  # no search is needed among so many
MOST = 20  # matches shown
FIND = "find"  # the name of the button
WORD = "word"  # what is typed for a field `member` is sent as `member-word`


@dataclass(frozen=True)
class Offer:
    """What a field offers: rows, and, where it is searched, the word and whether there were more."""

    rows: list[Model]
    is_searched: bool = False
    word: str = ""
    has_more: bool = False

    @property
    def hint(self) -> str:
        if not self.is_searched:
            return ""
        if not self.word:
            return "人数较多，请先输入姓名查找，再从结果中选择"
        if self.has_more:
            return f"同名或姓名相近的较多，只列出前 {MOST} 人，请输入完整的姓名"
        return f"找到 {len(self.rows)} 人" if self.rows else "没有找到，请核对姓名"


class Pool:
    """Who can be picked: `rows` are all of them, `find(word)` those a word means, `label(row)` says which one it is."""

    def __init__(self, rows: QuerySet, *, find: Callable[[str], QuerySet], label: Callable[[Any], str] = str) -> None:
        self.rows, self.find, self.label = rows, find, label

    @cached_property
    def few(self) -> list[Model] | None:
        """Everybody, when they are few; asked once for all fields of a page."""
        rows = list(self.rows[: FEW + 1])
        return rows if len(rows) <= FEW else None

    def offer(self, word: str) -> Offer:
        if self.few is not None:
            return Offer(self.few)
        found = list(self.find(word)[: MOST + 1]) if word else []
        return Offer(found[:MOST], is_searched=True, word=word, has_more=len(found) > MOST)


class PickSelect(forms.Select):
    """A drop-down, below a box and a button for the search where the pool is large."""

    offer = Offer([])

    def render(self, name, value, attrs=None, renderer=None):
        select = super().render(name, value, attrs, renderer)
        if not self.offer.is_searched:
            return select
        return rendered(
            "finder", select=select, name=name, word_name=f"{name}-{WORD}", id=attrs["id"], offer=self.offer
        )


class PickField(forms.ModelChoiceField):
    widget = PickSelect

    def __init__(self, **kwargs):
        super().__init__(queryset=None, empty_label="请选择", **kwargs)

    def draw_from(self, pool: Pool, *, word: str, chosen: str) -> None:
        """Take the choices from a pool: what the word finds, and whoever is chosen already."""
        self.queryset = pool.rows
        offer = pool.offer(word)
        rows = {str(row.pk): row for row in offer.rows}
        if chosen and chosen not in rows and offer.is_searched and (row := self._row(chosen)):
            rows = {chosen: row, **rows}
        self.choices = [("", self.empty_label), *((pk, pool.label(row)) for pk, row in rows.items())]
        self.widget.offer = offer

    def _row(self, pk: str) -> Model | None:
        try:
            return self.to_python(pk)
        except forms.ValidationError:
            return None


class Picks:
    """Put before a form with PickFields; it takes the `pool` they draw from."""

    def __init__(self, *args, pool: Pool, **kwargs):
        super().__init__(*args, **kwargs)
        for name in self.picked:
            key = self.add_prefix(name)
            word = cleaned(self.data.get(f"{key}-{WORD}", ""))[:50] if self.is_bound else ""
            chosen = self.data.get(key, "") if self.is_bound else self.get_initial_for_field(self.fields[name], name)
            self.fields[name].draw_from(pool, word=word, chosen=str(chosen or ""))

    @property
    def picked(self) -> list[str]:
        return [name for name, field in self.fields.items() if isinstance(field, PickField)]

    def _sent_names(self):
        return super()._sent_names() | {f"{self.add_prefix(name)}-{WORD}" for name in self.picked}


class Finds:
    """Put before a FormPage whose form has PickFields: the search gives the page back and does nothing.

    On a page loaded anew the focus is on the matches; where htmx brings them in, it stays where one types.
    """

    def post(self, request, *args, **kwargs):
        if FIND not in request.POST:
            return super().post(request, *args, **kwargs)
        form = self.get_form()
        for part in self.parts(form):
            part.show_as_typed()
            if not request.htmx:
                _lead_to(request.POST[FIND], part)
        return self.render_to_response(self.get_context_data(form=form))

    def parts(self, form):
        """Return every form of the page."""
        return [form]


def _lead_to(key: str, form: forms.BaseForm) -> None:
    for name, field in form.fields.items():
        if form.add_prefix(name) == key:
            field.widget.attrs["autofocus"] = True
