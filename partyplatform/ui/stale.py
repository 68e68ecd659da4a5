"""Somebody was faster: what the form was made from has changed, or has gone out of reach."""

from django.core.exceptions import ObjectDoesNotExist


class Stale(Exception):
    """Nothing was saved. `fields` lists (label, yours, theirs) of what differs; shown as page 409.

    `who` and `when` say who saved the stored version, where it is known.
    """

    def __init__(self, fields=(), *, who="", when=None):
        super().__init__("已被他人修改")
        self.fields, self.who, self.when = tuple(fields), who, when


class OutOfReach(ObjectDoesNotExist):
    """What the form is about left the role's reach after the page was opened; nothing was saved; shown as page 404."""
