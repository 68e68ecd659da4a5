"""Functions an installation switches on by a setting; while one is off its addresses lead nowhere."""

from functools import wraps

from django.conf import settings
from django.http import Http404


class Switched:
    """Put before a page: it is there only with the setting it names."""

    switch = ""

    def dispatch(self, request, *args, **kwargs):
        if not getattr(settings, self.switch):
            raise Http404
        return super().dispatch(request, *args, **kwargs)


def switched(switch):
    """Decorate a verb in the same way."""

    def decorate(view):
        @wraps(view)
        def wrapper(request, *args, **kwargs):
            if not getattr(settings, switch):
                raise Http404
            return view(request, *args, **kwargs)

        return wrapper

    return decorate
