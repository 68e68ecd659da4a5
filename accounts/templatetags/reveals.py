"""{% revealable "member-phone" member %}: a masked field, with the link that leads to showing it in full."""

from django.template import Library
from django.template.loader import get_template

from accounts import reveals
from accounts.services.reveals import masked

register = Library()


@register.simple_tag(takes_context=True)
def revealable(context, name, person, detail=False):
    """Print one field of one person, masked; 显示 beside it for a role that may see it whole."""
    field, role = reveals.find(name), context.get("role")
    shown = masked(field, person, detail=detail)
    may_reveal = bool(shown) and shown != reveals.UNDECIPHERABLE and role is not None and role.can(field.power)
    address = {"system": context["system"], "field": field.name, "uid": person.uid}
    return get_template("accounts/_masked.html").render(
        {"field": field, "person": person, "masked": shown, "address": address, "may_reveal": may_reveal}
    )
