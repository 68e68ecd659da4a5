"""Before and after: what a record says about the fields of an object."""

import copy
import datetime
from collections.abc import Iterable, Mapping
from typing import Any, cast

from django.db import models
from django.utils import timezone

from .plaintext import escaped


def snapshot(obj: models.Model, fields: Iterable[str]) -> dict[str, str]:
    """Return {field: text as on a page} of an object's present values; raises TypeError for an encrypted field."""
    return {name: _shown_field(obj, name) for name in fields}


def labels(model: type[models.Model], fields: Iterable[str]) -> dict[str, str]:
    """Return {field: its verbose name}: the third argument of `differences`."""
    return {name: str(_field(model, name).verbose_name) for name in fields}


def differences(before: Mapping[str, Any], after: Mapping[str, Any], labels: Mapping[str, str]) -> list[list[str]]:
    """Return [label, before, after] for each labelled field that differs, in the order of `labels`.

    A field missing on one side counts as empty: {} as `before` lists everything a new object was given.
    """
    pairs = [(label, shown(before.get(name)), shown(after.get(name))) for name, label in labels.items()]
    return [[label, old, new] for label, old, new in pairs if old != new]


def conflicts(obj: models.Model, typed: Mapping[str, Any]) -> list[list[str]]:
    """Return [label, what was typed, what is stored] for each field of `typed` that differs, as pages print them."""
    wanted = copy.copy(obj)
    for name, value in typed.items():
        setattr(wanted, name, value)
    return differences(snapshot(wanted, typed), snapshot(obj, typed), labels(type(obj), typed))


def shown(value: Any) -> str:
    """Return one value as a person reads it on a page: 是 and 否, local dates, "" for nothing."""
    match value:
        case None:
            return ""
        case bool():
            return "是" if value else "否"
        case bytes() | memoryview():
            raise TypeError("a ciphertext has no place in the audit")
        case datetime.datetime():
            return (timezone.localtime(value) if timezone.is_aware(value) else value).strftime("%Y-%m-%d %H:%M:%S")
        case _:
            return escaped(value)


def _shown_field(obj: models.Model, name: str) -> str:
    field = _field(type(obj), name)
    if isinstance(field, models.BinaryField):
        raise TypeError(f"{name} is encrypted and has no place in the audit")
    if getattr(field, "choices", None):
        return escaped(getattr(obj, f"get_{name}_display")() or "")
    return shown(getattr(obj, name))


def _field(model: type[models.Model], name: str) -> models.Field:
    return cast(models.Field, model._meta.get_field(name))
