"""The documents a newcomer, an auditor and a lawyer ask for say what is so."""

import re

import pytest
from django.conf import settings

from partyplatform.manual_page import PARTS, PICTURES, manual_pages
from partyplatform.security_page import NOT_REACHED, SECTIONS, _numbers, proved_by, security_page
from partyplatform.third_party import ABSENT, licence_of, locked, third_party_page

DOCS = settings.BASE_DIR / "docs"


@pytest.mark.parametrize(("name", "drawn"), [("security.md", security_page), ("third-party.md", third_party_page)])
def test_the_pages_that_are_drawn_are_up_to_date(name, drawn):
    """`manage.py write_docs` writes them."""
    assert (DOCS / name).read_text(encoding="utf-8") == drawn()


def test_the_manual_is_that_of_the_product_and_its_pictures_are_small():
    pages = manual_pages()
    assert {name: (DOCS / "manual" / name).read_text(encoding="utf-8") for name in pages} == pages
    pictures = {path.stem: path.stat().st_size for path in (DOCS / "manual" / "pictures").glob("*.png")}
    assert (sorted(pictures), sum(pictures.values()) < 3_000_000) == (sorted(one.name for one in PICTURES), True)


def test_every_chapter_of_the_manual_has_its_part():
    chapters = [chapter for part in PARTS for chapter in part.chapters]
    files = (settings.BASE_DIR / "templates" / "help" / "manual").glob("_*.html")
    assert sorted(chapters) == sorted(path.stem[1:] for path in files)


def test_every_row_of_security_has_a_test():
    rows = [number for _, first, promises in SECTIONS for number, _ in enumerate(promises, first)]
    proofs = proved_by()
    assert rows == list(range(1, 78))
    assert [number for number in rows if not proofs.get(number)] == []
    assert set(proofs) | set(NOT_REACHED) <= set(rows)


def test_ranges_of_rows_are_counted_out():
    assert _numbers("What it is. Source: workflows.md 3;\nsecurity.md 24, 31–33.") == {24, 31, 32, 33}
    assert _numbers("Nothing about rows 1, 2.") == set()


def test_every_package_says_its_licence():
    names = [name for name, _ in locked()]
    assert "django" in names
    assert [name for name in names if licence_of(name) in ("", "see the package", "UNKNOWN")] == []
    assert licence_of("no-such-package") == ABSENT


def test_the_licence_is_whole_and_every_document_leads_to_files_that_exist():
    licence = (settings.BASE_DIR / "LICENSE").read_text()
    assert licence.lstrip().startswith("Apache License\n")
    assert licence.rstrip().endswith("limitations under the License.")
    for name in ("CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "README.md"):
        text = (settings.BASE_DIR / name).read_text(encoding="utf-8")
        targets = [target for target in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in target]
        assert [target for target in targets if not (settings.BASE_DIR / target).exists()] == []
