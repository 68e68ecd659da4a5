"""docs/third-party.md: the packages of others an installation runs on, from the lock, with their licences."""

import re
from importlib import metadata

from django.conf import settings

ABSENT = "not installed here: used on other systems only"
# What the packages themselves say in other words, or only in a file.
_SPELLED = (
    ("MPL 1.1", "GPL-2.0-or-later OR LGPL-2.1-or-later OR MPL-1.1"),
    ("Apache", "Apache-2.0"),
    ("BSD-3", "BSD-3-Clause"),
    ("BSD-2", "BSD-2-Clause"),
    ("LGPL", "LGPL-3.0-only"),
    ("Lesser General Public", "LGPL-3.0-only"),
    ("Mozilla", "MPL-2.0"),
    ("HPND", "HPND"),
    ("MIT", "MIT"),
    ("BSD", "BSD-3-Clause"),
    ("Zope", "ZPL-2.1"),
    ("Python Software Foundation", "PSF-2.0"),
)

_HEAD = """# Packages of others

Written by `manage.py write_docs` from `requirements.txt`, the lock of an installation on Linux, from what
`requirements-s3.txt` adds for files in object storage, and from what the packages say of themselves.
docs/decisions/0001-packages.md says why each one is there. Packages for tests only (`requirements-dev.txt`,
`package.json`) are not distributed.

None of them is copied into this repository. htmx comes inside django-htmx. Pango and the fonts of the machine are
used through WeasyPrint; the PostgreSQL client programs and nginx are programs of the machine.

| package | version | licence |
|---|---|---|
"""


def third_party_page() -> str:
    lines = [f"| {name} | {version} | {licence_of(name)} |" for name, version in locked()]
    return _HEAD + "\n".join(lines) + "\n"


def locked() -> list[tuple[str, str]]:
    found: dict[str, str] = {}
    for lock in ("requirements.txt", "requirements-s3.txt"):
        text = (settings.BASE_DIR / lock).read_text(encoding="utf-8")
        found |= re.findall(r"^([A-Za-z0-9][\w.-]*)==([\w.]+)", text, re.M)
    return sorted(found.items())


def licence_of(package: str) -> str:
    """Return the licence in SPDX spelling where the package says one we know."""
    try:
        told = metadata.metadata(package)
    except metadata.PackageNotFoundError:
        return ABSENT
    if expression := told.get("License-Expression"):
        return str(expression)
    of_classifiers = [line.rpartition(" :: ")[2] for line in told.get_all("Classifier", []) if "License ::" in line]
    words = " ".join([*of_classifiers, (told.get("License") or "").partition("\n")[0]])
    return next((name for part, name in _SPELLED if part in words), words.strip() or "see the package")
