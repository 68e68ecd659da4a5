"""Documents for paper: HTML and a style sheet of ours become one tagged PDF.

WeasyPrint needs Pango and a Chinese font of the machine. It works in a process of its own: what it costs in memory is
given back at once, and a document that takes too long ends without harm. Nothing is fetched, not even from this disk.
"""

import subprocess
import sys

from django.contrib.staticfiles import finders

PATIENCE = 60  # seconds for one document


class PdfUnavailable(Exception):
    """No PDF can be made on this machine, or not in time; the caller offers its page for printing instead."""


def pdf_from(html: str, *, style: str, patience: float | None = None) -> bytes:
    """Return the document as PDF/UA with its fonts embedded; `style` is a file below static/.

    `patience` is in seconds, PATIENCE when not given. Raises PdfUnavailable. Secrets in `html` travel through a pipe
    and touch no disk.
    """
    sheet = finders.find(style)
    if sheet is None:
        raise PdfUnavailable(style)
    command = [sys.executable, "-m", "partyplatform.pdf", str(sheet)]
    limit = PATIENCE if patience is None else patience
    try:
        done = subprocess.run(command, input=html.encode(), capture_output=True, timeout=limit, check=False)
    except subprocess.TimeoutExpired:
        raise PdfUnavailable("timeout") from None
    if done.returncode or not done.stdout.startswith(b"%PDF-"):
        raise PdfUnavailable(f"status {done.returncode}")
    return done.stdout


def _main(sheet):
    from weasyprint import CSS, HTML  # only this process pays for it; without Pango this raises OSError
    from weasyprint.urls import URLFetcher

    only_within = URLFetcher(allowed_protocols=("data",))  # pictures that stand in the document itself
    document = HTML(string=sys.stdin.buffer.read().decode(), url_fetcher=only_within)
    sys.stdout.buffer.write(document.write_pdf(stylesheets=[CSS(filename=sheet)], pdf_variant="pdf/ua-1"))


if __name__ == "__main__":
    _main(sys.argv[1])
