"""docs/operations.md names every setting, with the default it has."""

import ast
import re

import pytest
from django.conf import settings

READERS = {"_secret", "_key_ring", "_algorithm"}
SETTINGS = settings.BASE_DIR / "partyplatform/settings.py"
DOCUMENT = settings.BASE_DIR / "docs/operations.md"


def read_settings():
    """Return {name: default} of all that settings.py reads; None for a default that is worked out."""
    found = {}
    for call in ast.walk(ast.parse(SETTINGS.read_text())):
        if not (isinstance(call, ast.Call) and call.args and isinstance(call.args[0], ast.Constant)):
            continue
        name, function = call.args[0].value, call.func
        is_env = isinstance(function, ast.Attribute) and getattr(function.value, "id", "") == "env"
        if is_env or getattr(function, "id", "") in READERS:
            given = [*call.args[1:], *(keyword.value for keyword in call.keywords)] if is_env else []
            known = next((part for part in given if isinstance(part, ast.Constant | ast.List)), None)
            found[name] = ast.literal_eval(known) if known is not None else found.get(name)
    return found


def documented():
    """Return {name: default} of the table."""
    section = DOCUMENT.read_text().split("## Settings")[1].split("\n## ")[0]
    rows = re.findall(r"^\| (`[A-Z0-9_`, ]+`) \| (.*?) \|", section, re.MULTILINE)
    return {name: default for names, default in rows for name in re.findall(r"[A-Z0-9_]+", names)}


def spelled(default):
    if isinstance(default, bool):
        return "on" if default else "off"
    return "—" if default in ("", []) else str(default)


def test_every_setting_stands_in_the_table():
    assert set(documented()) == set(read_settings())
    assert len(documented()) > 40


@pytest.mark.parametrize("name", sorted(read_settings()))
def test_the_table_has_the_default(name):
    default = read_settings()[name]
    if default is None or name == "ANNOUNCEMENT":
        assert documented()[name]
    else:
        assert documented()[name] == spelled(default)
