"""Django's PostgreSQL, with a limit to how long a page waits for a server that says nothing. Source: security.md 61.

A server that is frozen, not gone, still acknowledges every packet, so no timeout of the network ends the wait; and its
own statement_timeout stands still with it. Only the client can look at the clock.
"""

from django.db import OperationalError

CUT_OFF = "57014"  # query_canceled


def was_cut_off(fault: OperationalError) -> bool:
    """Say whether a statement ran longer than STATEMENT_SECONDS: a job, which may wait, can ask the same."""
    return getattr(fault.__cause__, "sqlstate", "") == CUT_OFF
