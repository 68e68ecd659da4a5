"""{% traces account %}: on 我的账号, what others lately did with what is kept of the person."""

from django.template import Library

from accounts.traces import traces_of

register = Library()


@register.inclusion_tag("accounts/_traces.html")
def traces(account):
    return {"traces": traces_of(account)}
