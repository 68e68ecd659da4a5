"""Small marks: status tags, progress bars, steps, facts, section tabs."""

from math import pi

from django.utils.html import format_html

from ..columns import display, trimmed
from .library import register, rendered

_ROUND = 2 * pi * 40  # the length of the ring's line
TONES = ("", "red", "gold", "green", "blue", "amber")


@register.simple_tag
def tag(status):
    """The tag of a status: an object with `label` and `tone`; nothing for an empty one."""
    if status is None or status == "":
        return ""
    tone = getattr(status, "tone", "")
    if tone not in TONES:
        raise ValueError(f"unknown tone: {tone}")
    return format_html('<span class="tag{}">{}</span>', f" tag--{tone}" if tone else "", status.label)


@register.simple_tag
def progress(percent, label):
    """A bar with its figure; green only when full."""
    figure = trimmed(min(percent, 99.9) if percent < 100 else 100)  # 99.96 is not complete
    return format_html(
        '<span class="pct"><progress class="bar{0}" value="{1}" max="100" aria-label="{2} {1}%"></progress>'
        "<b>{1}%</b></span>",
        " is-full" if figure == "100" else "",
        figure,
        label,
    )


@register.simple_tag
def ring(percent, label):
    """A ring with its figure in the middle; green only when full."""
    done = _ROUND * percent / 100
    return format_html(
        '<svg viewBox="0 0 96 96" role="img" aria-label="{0} {1}%"><circle class="ring__track" cx="48" cy="48" r="40"/>'
        '<circle class="ring__done{2}" cx="48" cy="48" r="40" stroke-dasharray="{3} {4}"/>'
        '<text class="ring__t" x="48" y="56" text-anchor="middle">{1}%</text></svg>',
        label,
        percent,
        " is-full" if percent == 100 else "",
        f"{done:.1f}",
        f"{_ROUND:.1f}",
    )


@register.simple_tag
def steps(items):
    """The steps of a procedure: objects with `label`, `state` ("done", "now", "later") and `note` (lines)."""
    return rendered("steps", steps=items)


@register.simple_tag
def facts(*pairs, grid=False):
    """Labels with values, alternating or as one list of pairs; `grid=True` gives each its own line."""
    if len(pairs) == 1:
        pairs = [part for pair in pairs[0] for part in pair[:2]]
    listed = [(label, value if hasattr(value, "__html__") else display(value)) for label, value in _two(pairs)]
    return rendered("facts", facts=listed, grid=grid)


@register.simple_tag
def side(tabs, label):
    """Section tabs: objects or dicts with `label`, `url`, `is_current`, and `is_complete` or `missing` (a number)."""
    current = next((entry for entry in tabs if _of(entry, "is_current")), None)
    return rendered("side", tabs=tabs, label=label, current=current)


def _of(entry, name):
    return entry.get(name) if isinstance(entry, dict) else getattr(entry, name, None)


def _two(flat):
    return list(zip(flat[::2], flat[1::2], strict=True))
