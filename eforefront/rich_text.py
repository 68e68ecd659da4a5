"""正文 of notices and news: typed as plain text, shown with the little that a notice needs.

No HTML ever passes: every character is escaped first, and what is then made are the elements below and no others.

    # 标题 → h2   ## 小标题 → h3   - 要点 → ul/li   **加粗** → strong   https://… → a, with the whole address as text
    a blank line parts paragraphs, a line break stays one
"""

import re
from collections.abc import Iterator
from itertools import groupby

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

HINT = "空一行分段；行首 # 为标题，行首 - 为要点，**文字** 为加粗；网址自动成为链接"

_HEADING = re.compile(r"(#{1,2})[ \u3000]+(.+)")
_POINT = re.compile(r"[-*•][ \u3000]+(.+)")
_BOLD = re.compile(r"\*\*(?!\s)([^*\n]{1,500}?)(?<!\s)\*\*")
# In escaped text: the ampersand of a query is &amp;, and quotes and angle brackets are entities that end the address.
_ADDRESS = re.compile(r"https?://(?:[A-Za-z0-9\-._~:/?#\[\]@!$()+,;=%]|&amp;){1,500}")
_CLOSING = ".,;:!?)]"


def render(text: str) -> SafeString:
    """Return a text as HTML that is safe whatever was typed."""
    lines = [line.strip() for line in text.replace("\r\n", "\n").split("\n")]
    return mark_safe("\n".join(_blocks(lines)))


def _blocks(lines: list[str]) -> Iterator[str]:
    for kind, group in groupby(lines, key=_kind):
        found = list(group)
        if kind == "point":
            items = "".join(f"<li>{_inline(_POINT.fullmatch(line)[1])}</li>" for line in found)  # type: ignore[index]
            yield f"<ul>{items}</ul>"
        elif kind == "heading":
            yield from map(_heading, found)
        elif kind == "text":
            yield f"<p>{'<br>'.join(map(_inline, found))}</p>"


def _kind(line: str) -> str:
    if not line:
        return ""
    if _POINT.fullmatch(line):
        return "point"
    return "heading" if _HEADING.fullmatch(line) else "text"


def _heading(line: str) -> str:
    marks, text = _HEADING.fullmatch(line).groups()  # type: ignore[union-attr]
    level = 1 + len(marks)  # below the title of the page
    return f"<h{level}>{_inline(text)}</h{level}>"


def _inline(text: str) -> str:
    safe = _ADDRESS.sub(_link, str(escape(text)))
    return _BOLD.sub(r"<strong>\1</strong>", safe)


def _link(found: re.Match[str]) -> str:
    address = found[0]
    kept = address.rstrip(_CLOSING)
    return f'<a href="{kept}" rel="noopener noreferrer nofollow">{kept}</a>{address[len(kept) :]}'
