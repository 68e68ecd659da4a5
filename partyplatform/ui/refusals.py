"""A refusal that says why, and leads to the cause."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import format_html, format_html_join


class Refusal(ValidationError):
    """One sentence and the links to what stands in the way: (label, url_name, kwargs) or (label, address)."""

    def __init__(self, message, links=(), code=None):
        super().__init__(message, code=code)
        self.links = tuple(links)


def addresses(error):
    """Return [(label, address)] of every link a validation error carries."""
    return [(label, _address(*target)) for part in _parts(error) for label, *target in getattr(part, "links", ())]


def markup(error):
    """Return a validation error as HTML: its sentences, then its links."""
    links = format_html_join("", ' <a href="{1}">{0}</a>', addresses(error))
    return format_html("{}{}", "；".join(text.rstrip("。") for text in error.messages) + "。", links)


def listed(error):
    """Return the same for a place of its own: several sentences as a list."""
    if len(error.messages) < 2:
        return markup(error)
    sentences = format_html_join("", "<li>{}</li>", ((f"{text.rstrip('。')}。",) for text in error.messages))
    links = format_html_join(" ", '<a href="{1}">{0}</a>', addresses(error))
    return format_html('<ul class="plain">{}</ul><p>{}</p>', sentences, links)


def tell(request, error):
    """Show a refusal on the next page; for verbs that lead back where the reader came from."""
    messages.error(request, markup(error))


def _parts(error):
    return [error] if getattr(error, "links", ()) else getattr(error, "error_list", [error])


def _address(target, kwargs=None):
    return target if "/" in target else reverse(target, kwargs=kwargs)
