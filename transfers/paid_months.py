"""How far a member has paid dues as the platform knows it: 党费交至 is never earlier.

The app that keeps dues enters what it knows in AppConfig.ready(). Source: workflows.md 3.3, 8.2; screens.md 3.6.
"""

import datetime
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError

Known = Callable[[Any], datetime.date | None]
_known: list[Known] = []


def knows_paid_months(function: Known) -> Known:
    """Enter a function(member) that returns the last month paid for, None where it knows of none."""
    if function not in _known:
        _known.append(function)
    return function


def last_paid(member: Any) -> datetime.date | None:
    """Return the latest month anybody knows the member has paid for."""
    return max((month for function in _known if (month := function(member))), default=None)


def refuse_earlier(member: Any, month: datetime.date) -> None:
    """Raise ValidationError for a 党费交至 before a month that is paid."""
    known = last_paid(member)
    if known is not None and month < known:
        raise ValidationError({"dues_paid_to": f"党费已登记缴至 {known:%Y-%m}，党费交至不能早于该月"})
