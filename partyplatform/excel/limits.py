"""How large an uploaded workbook may be, and the refusal people read."""

from django.core.exceptions import ValidationError

from .child.limits import Limits

__all__ = ["DEFAULT_LIMITS", "BookRefused", "Limits"]

DEFAULT_LIMITS = Limits()


class BookRefused(ValidationError):
    """A workbook that is not taken; its message names the limit or the reason, and the way on."""
