"""What is known of the request being answered, for those far below the view: log lines, audit records, jobs.

Both are "" outside a request. `request_number` is set by partyplatform.ui.middleware.RequestNumber (and by a
running job, to "job-<number>"); `client_address` is set, already masked, by partyplatform.audit.middleware.
"""

from contextvars import ContextVar

request_number: ContextVar[str] = ContextVar("request_number", default="")
client_address: ContextVar[str] = ContextVar("client_address", default="")
