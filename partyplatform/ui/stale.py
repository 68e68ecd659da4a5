"""Somebody was faster: the form was made from an older version than the one stored now."""


class Stale(Exception):
    """Nothing was saved. `fields` lists (label, yours, theirs) of what differs; shown as page 409.

    `who` and `when` say who saved the stored version, where it is known.
    """

    def __init__(self, fields=(), *, who="", when=None):
        super().__init__("已被他人修改")
        self.fields, self.who, self.when = tuple(fields), who, when
