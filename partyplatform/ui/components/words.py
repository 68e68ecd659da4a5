"""What templates ask and print: powers, the path, the hidden key of a form."""

from django.utils.html import format_html

from ..columns import display as as_text
from ..form_keys import NAME, fresh, posted
from .actions import address
from .library import register, rendered


@register.filter
def can(role, power):
    """Whether a role holds a power: {% if role|can:"edit_org" %}."""
    return bool(role) and role.can(power)


@register.filter
def display(value):
    """A value as pages print it; — for nothing."""
    return as_text(value) or "—"


@register.simple_tag(takes_context=True)
def form_key(context):
    """The hidden one-time key of a form; a refused form keeps the one it had."""
    request = context.get("request")
    kept = posted(request) if request is not None and request.method == "POST" else ""
    return format_html('<input type="hidden" name="{}" value="{}">', NAME, kept or fresh())


@register.simple_tag
def crumbs(*parts):
    """The path: label, address, label, address, …, label of this page. A page name stands for its address."""
    *links, here = parts
    path = [(label, address(to) if to else "") for label, to in zip(links[::2], links[1::2], strict=True)]
    return rendered("crumbs", path=path, here=here)
