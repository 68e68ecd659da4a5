"""The QR code of an address, as SVG for a page or a PDF."""

import segno


def svg(address: str) -> str:
    """Return the drawing without a size of its own: the style sheet gives it."""
    code = segno.make(address, error="m", micro=False)
    return code.svg_inline(scale=1, omitsize=True, border=2, svgclass="qr", lineclass=None)
