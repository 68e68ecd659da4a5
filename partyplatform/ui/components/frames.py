"""Boxes that hold other things: panels, notices, dialogs, empty states."""

from django.core.exceptions import ValidationError

from ..refusals import listed
from .actions import address
from .library import register, rendered

TONES = ("blue", "amber", "red", "green")
MESSAGE_TONES = {"error": "red", "warning": "amber", "success": "green"}


@register.simple_block_tag
def panel(content, title="", icon="", more="", more_to="", id="", level=2, padded=True):
    """A card with a heading. `more` and `more_to` are a link at the right of the heading."""
    more_to = address(more_to) if more_to else ""
    return rendered(
        "panel", content=content, title=title, icon=icon, more=more, more_to=more_to, id=id, level=level, padded=padded
    )


@register.simple_block_tag
def notice(content, tone="blue", title="", refused=False):
    """A sentence with an edge and an icon. `tone` is blue (information), green (done), amber (due), red (stopped).

    `refused` says why a form without an `error_summary` was not saved: read out and focused like one.
    """
    return rendered("notice", content=content, title=title, tone=tone, is_alert=refused, is_summary=refused)


@register.simple_tag
def refusal(error, title="未能办理"):
    """A refusal (ValidationError or Refusal): why, and the links to the cause. Nothing for None."""
    if not isinstance(error, ValidationError):
        return ""
    return rendered("notice", content=listed(error), title=title, tone="red", is_alert=True)


@register.simple_tag(takes_context=True)
def notices(context):
    """The messages left for this reader by the page before."""
    left = [(message, MESSAGE_TONES.get(message.level_tag, "blue")) for message in context.get("messages") or ()]
    return rendered("notices", notices=left) if left else ""


@register.simple_block_tag
def dialog(content, title, id="dialog", close=""):
    """The body of a page that links opened with `dialog=True` show as a dialog; on its own it is a card."""
    return rendered("dialog", content=content, title=title, id=id, close=address(close) if close else "")


@register.simple_block_tag
def empty_state(content, title, icon="doc"):
    """What a list would hold, why it holds nothing, and (in the block) the next step."""
    return rendered("empty_state", content=content, title=title, icon=icon)
