"""Form fields with label, hint and error, and the summary of errors above a form."""

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError

from ..refusals import markup
from .library import register, rendered

GROUPS = (forms.RadioSelect, forms.CheckboxSelectMultiple, forms.MultiWidget)


@register.simple_tag
def field(bound, hint="", wide=False, todo=False, label="", counts=False):
    """One field. `todo`: it counts towards 信息完整度 but is empty (amber); `counts`: it gets the star anyway."""
    if bound.is_hidden:
        return bound.as_widget()
    widget, hint = bound.field.widget, (hint or bound.help_text) + ""  # words in a template count as markup: <单位>
    errors = [text for error in bound.errors for text in str(error).splitlines()]
    is_group, described = isinstance(widget, GROUPS), _described(bound, hint, errors)
    return rendered(
        "field",
        field=bound,
        control=bound.as_widget(attrs={} if is_group else _marks(widget, described, errors)),
        described=described,
        label=(label or bound.label) + "",
        hint=hint,
        errors=errors,
        wide=wide,
        todo=todo and not errors,
        star=bound.field.required or counts,
        is_group=is_group,
        is_check=isinstance(widget, forms.CheckboxInput),
    )


@register.simple_tag
def error_summary(form, title=""):
    """Above a refused form: how many errors, each a link to its field; refusals with their links.

    `title` replaces 未保存，请更正 2 处错误 where nothing was to be saved (login).
    """
    if not form.is_bound or not form.errors:
        return ""
    kinds = form.errors.as_data()
    general = [markup(error) for error in kinds.get(NON_FIELD_ERRORS, ())]
    named = [
        (form[name], message)
        for name, errors in kinds.items()
        if name != NON_FIELD_ERRORS
        for error in errors
        for message in ValidationError(error).messages
    ]
    title = title or (f"未保存，请更正 {len(named)} 处错误" if named else "未保存")
    return rendered("error_summary", general=general, named=named, title=title)


def _described(bound, hint, errors):
    ids = [f"{bound.auto_id}_hint" if hint else "", f"{bound.auto_id}_error" if errors else ""]
    return " ".join(filter(None, ids))


def _marks(widget, described, errors):
    marks = {"class": _class(widget), "aria-describedby": described, "aria-invalid": "true" if errors else ""}
    return {name: value for name, value in marks.items() if value}


def _class(widget):
    is_check = isinstance(widget, forms.CheckboxInput)
    kind = "check" if is_check else "select" if isinstance(widget, forms.Select) else "input"
    return f"{kind} {widget.attrs.get('class', '')}".strip()
