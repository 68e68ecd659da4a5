"""Log lines carry the number of the request they belong to."""

import logging

from partyplatform.requestinfo import request_number


class RequestNumberFilter(logging.Filter):
    """Give every record `request_number`, "-" outside a request."""

    def filter(self, record):
        record.request_number = request_number.get() or "-"
        return True
