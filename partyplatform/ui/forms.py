"""Forms that take only what they list, and fields for what people type."""

import logging
import re
from datetime import date

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms.utils import ErrorDict
from django.utils import timezone

from .form_keys import NAME as FORM_KEY
from .searches import PRIVATE
from .texts import cleaned

logger = logging.getLogger(__name__)

ALWAYS_SENT = {"csrfmiddlewaretoken", FORM_KEY}
_TYPED_DATE = re.compile(r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?|(\d{4})(\d{2})(\d{2})", re.ASCII)
_TYPED_MONTH = re.compile(r"(\d{4})[-./年](\d{1,2})月?|(\d{4})(\d{2})", re.ASCII)
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]*)?")
_DATE_MARKS = str.maketrans("－．／。—–", "-./.--")  # as Chinese keyboards give them
MESSAGES = {
    "min_value": "不能小于 %(limit_value)s",
    "max_value": "不能大于 %(limit_value)s",
    "max_length": "不能超过 %(limit_value)d 个字，现为 %(show_value)d 个字",
    "invalid_choice": "请从列表中选择",
}


class CleanText(forms.CharField):
    """Text as people type or paste it, cleaned before it is measured. `lines=True` makes a text area."""

    def __init__(self, *, lines=False, **kwargs):
        self.lines = lines
        if lines:
            kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 4}))
        super().__init__(**kwargs)

    def to_python(self, value):
        if value in self.empty_values:
            return self.empty_value
        return super().to_python(cleaned(str(value), lines=self.lines))


class TypedNumber(forms.DecimalField):
    """A number in digits, full-width ones too; 1E+3 and 1_000, which Python reads as well, are none to people."""

    def to_python(self, value):
        if isinstance(value, str):
            value = cleaned(value)
            if value and not _NUMBER.fullmatch(value):
                raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


class TypedDate(forms.DateField):
    """A known date, typed: 2002-04-18, 20020418, 2002.4.18, 2002/4/18 or 2002年4月18日, full-width digits too.

    `not_future=True` refuses days after today.
    """

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "placeholder": "如 2002-04-18"})

    def __init__(self, *, not_future=False, **kwargs):
        self.not_future = not_future
        super().__init__(**kwargs)

    def prepare_value(self, value):
        return value.isoformat() if isinstance(value, date) else value

    def to_python(self, value):
        if value in self.empty_values or isinstance(value, date):
            return super().to_python(value)
        typed = cleaned(str(value)).replace(" ", "")
        found = _TYPED_DATE.fullmatch(typed.translate(_DATE_MARKS))
        if found is None:
            raise ValidationError(f"日期应写成 2002-04-18 的样子，现为“{typed[:20]}”", code="invalid")
        try:
            return date(*(int(part) for part in found.groups() if part))
        except ValueError:
            raise ValidationError(f"没有“{typed[:20]}”这一天，请核对", code="invalid") from None

    def validate(self, value):
        super().validate(value)
        if value and value.year < 1900:
            raise ValidationError("日期应在 1900 年之后", code="too_early")
        if value and self.not_future and value > timezone.localdate():
            raise ValidationError("日期不能晚于今天", code="future")


class TypedMonth(forms.Field):
    """A month, typed: 2026-05, 202605, 2026.5 or 2026年5月; cleans to its first day.

    `not_future=True` refuses months after the present one.
    """

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "placeholder": "如 2026-05"})

    def __init__(self, *, not_future=False, **kwargs):
        self.not_future = not_future
        super().__init__(**kwargs)

    def prepare_value(self, value):
        return f"{value:%Y-%m}" if isinstance(value, date) else value

    def to_python(self, value):
        if value in self.empty_values:
            return None
        typed = cleaned(str(value)).replace(" ", "")
        found = _TYPED_MONTH.fullmatch(typed.translate(_DATE_MARKS))
        year, month = (int(part) for part in found.groups() if part) if found else (0, 0)
        if not (year >= 1900 and 1 <= month <= 12):
            raise ValidationError(f"月份应写成 2026-05 的样子，现为“{typed[:20]}”", code="invalid")
        return date(year, month, 1)

    def validate(self, value):
        super().validate(value)
        if value and self.not_future and value > timezone.localdate():
            raise ValidationError("月份不能晚于本月", code="future")


class ListedFieldsMixin:
    """Take the listed fields only: others are ignored and logged, a field sent twice is refused."""

    also_sent = ()  # names the page reads itself, e.g. "next"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            verb = "选择" if isinstance(field, (forms.ChoiceField, forms.ModelChoiceField, forms.FileField)) else "填写"
            if field.required and field.label:
                field.error_messages["required"] = f"请{verb}{field.label}"
            field.error_messages |= MESSAGES
            if isinstance(field, forms.IntegerField) and not isinstance(field, forms.DecimalField):
                field.error_messages["invalid"] = "应填写整数"

    def full_clean(self):
        super().full_clean()
        if self.is_bound and hasattr(self.data, "getlist"):
            self._log_unlisted()
            self._refuse_repeated()

    def show_as_typed(self):
        """Give back what was sent without a judgement of it."""
        self._errors, self.cleaned_data = ErrorDict(), {}

    def _log_unlisted(self):
        listed = {*self._sent_names(), *self.also_sent, *ALWAYS_SENT}
        own = (name for name in self.data if not self.prefix or name.startswith(f"{self.prefix}-"))
        if extra := sorted(set(own) - listed):
            logger.warning("%s ignored %s", type(self).__name__, [name[:40] for name in extra[:20]])

    def _sent_names(self):
        return {self.add_prefix(name) for name in self.fields}

    def _refuse_repeated(self):
        for name, field in self.fields.items():
            many = getattr(field.widget, "allow_multiple_selected", False) or isinstance(
                field.widget, forms.MultiWidget
            )
            if not many and len(self.data.getlist(self.add_prefix(name))) > 1:
                self.add_error(name, ValidationError("该项收到多个值，请重新填写", code="repeated"))


class PlatformForm(ListedFieldsMixin, forms.Form):
    """The form pages use."""

    use_required_attribute = True


class PlatformModelForm(ListedFieldsMixin, forms.ModelForm):
    """The form pages use for one object; it is saved by a service, never by itself."""

    def save(self, commit=True):
        raise TypeError("a service saves; the form only reads")


class FilterForm(forms.Form):
    """The filters of a list. No field is required; a value that makes no sense is left out.

    Subclasses override `narrow(rows)` and read `self.values`. Fields named in ui.searches.PRIVATE are sent by POST
    and kept out of the address; read such a form with `searches.query_of(request)`, as ListPage does.
    """

    use_required_attribute = False
    go = "查询"  # on the button

    @property
    def is_private(self):
        """Whether the form asks for a person, so that it is sent by POST."""
        return not PRIVATE.isdisjoint(self.fields)

    def __init__(self, data=None, *args, **kwargs):
        super().__init__(data, *args, **kwargs)
        for field in self.fields.values():
            field.required = False

    @property
    def values(self):
        """The filled filters by name."""
        if not self.is_bound:
            return {}
        self.is_valid()
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if value not in (None, "", []) and not self._is_repeated(name)
        }

    def _is_repeated(self, name):
        """Whether one filter came with several values: it makes no sense, and none of them wins by chance."""
        many = getattr(self.fields[name].widget, "allow_multiple_selected", False)
        return not many and hasattr(self.data, "getlist") and len(self.data.getlist(self.add_prefix(name))) > 1

    @property
    def is_active(self):
        return bool(self.values)

    def narrow(self, rows):
        return rows

    def described(self):
        """Return the filled filters in words: 姓名 王，人员类别 预备党员."""
        shown = {name: dict(getattr(self.fields[name], "choices", ())).get(v, v) for name, v in self.values.items()}
        return "，".join(f"{self.fields[name].label} {value}" for name, value in shown.items())


def refuse(form, error):
    """Enter what a service refused: at the named fields where the form has them, else above the form."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields and name != NON_FIELD_ERRORS else None, errors)
