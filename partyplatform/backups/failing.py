"""Why a backup was not made, or not restored."""


class Refused(Exception):
    """A sentence for the operator; nothing was written."""
