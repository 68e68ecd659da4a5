"""{{ fen|yuan }}: an amount as pages print it."""

from django.template import Library

from eforefront import money

register = Library()


@register.filter
def yuan(fen):
    """Return 1,234.50 for 123450; "" for nothing."""
    return money.yuan(fen) if isinstance(fen, int) else ""
