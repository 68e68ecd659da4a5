"""介绍信 as documents: what a template needs of one, and many of them as one PDF."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.template.loader import render_to_string

from partyplatform.pdf import PATIENCE, pdf_from
from transfers import letter_facts, qr
from transfers.models import Letter
from transfers.services import letters

STYLE = "css/letter.css"
SECONDS_EACH = 2  # granted for each letter of many


def content(letter: Letter, facts: dict[str, Any], *, address: str) -> dict[str, Any]:
    """Return what the paper of a letter is made from; `address` is where strangers verify it."""
    code = letters.check_code(letter)
    target = f"{address}?{urlencode({'number': letter.label, 'code': code})}"
    return {"letter": letter, "paper": letter_facts.printed(facts, code), "qr": qr.svg(target)}


def letters_as_pdf(papers: Sequence[tuple[Letter, dict[str, Any]]], *, address: str) -> bytes:
    """Return letters, each with its facts, as one document with a page for each. Raises PdfUnavailable."""
    sheets = [content(letter, facts, address=address) for letter, facts in papers]
    html = render_to_string("transfers/letters.html", {"papers": sheets})
    return pdf_from(html, style=STYLE, patience=PATIENCE + SECONDS_EACH * len(sheets))
