"""Icons, buttons and links that look like them."""

from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from .library import register, rendered

KINDS = ("", "primary", "danger", "danger-full", "quiet")


@register.simple_tag
def icon(name, label=""):
    """Return a picture of static/icons.svg; without `label` it is decoration."""
    spoken = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html('<svg class="icon" {}><use href="{}#{}"/></svg>', spoken, static("icons.svg"), name)


@register.simple_tag
def button(label, kind="", icon="", size="", type="submit", why="", **attributes):
    """Return a button. `why` says why it cannot be used now; other arguments become attributes (`_` reads `-`)."""
    attributes["type"] = type
    return rendered("button", tag="button", label=label, icon=icon, why=why, **_look(kind, size, attributes))


@register.simple_tag
def default_button():
    """What Enter presses in a form that has other buttons before the one that sends it. Nobody sees or reaches it."""
    return mark_safe('<button class="sr" tabindex="-1" aria-hidden="true"></button>')


@register.simple_tag
def link_button(label, to, kind="", icon="", size="", dialog=False, **attributes):
    """Return a link that looks like a button. `to` is an address or a name without arguments."""
    attributes["href"] = address(to)
    if dialog:
        attributes["data_dialog"] = ""
    return rendered("button", tag="a", label=label, icon=icon, why="", **_look(kind, size, attributes))


def address(target):
    """Return an address as it is, and the address of a page name such as "orgs:list"."""
    target = str(target)
    return reverse(target) if ":" in target and "/" not in target else target


def attribute_list(attributes):
    """Return HTML attributes; True and "" print the bare name, False and None nothing, `_` reads `-`."""
    given = ((name.replace("_", "-"), value) for name, value in attributes.items() if value not in (False, None))
    return format_html_join(
        "", " {}{}", ((name, "" if value in (True, "") else format_html('="{}"', value)) for name, value in given)
    )


def _look(kind, size, attributes):
    if kind not in KINDS:
        raise ValueError(f"unknown kind of button: {kind}")
    classes = ["btn", *([f"btn--{kind}"] if kind else []), *(["btn--s"] if size == "s" else [])]
    return {"classes": " ".join(classes), "attributes": attribute_list(attributes)}
