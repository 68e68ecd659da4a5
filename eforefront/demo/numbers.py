"""身份证号 that belong to nobody: one for each member, by the number of the record."""

import datetime

from accounts.id_numbers import check_digit

REGION = "990000"  # given to no place
_FIRST_BIRTHDAY = datetime.date(1950, 1, 1).toordinal()
_DAYS = datetime.date(2005, 1, 1).toordinal() - _FIRST_BIRTHDAY
_NUMBERS = _DAYS * 1000  # serial numbers of a day have three digits
_STEP = 7_654_321  # shares no divisor with _NUMBERS, so nobody gets a number twice


def id_number(member: int) -> str:
    """Return the valid 身份证号 of the demonstration's nth member, the same in each installation."""
    day, serial = divmod(member * _STEP % _NUMBERS, 1000)
    first_17 = f"{REGION}{datetime.date.fromordinal(_FIRST_BIRTHDAY + day):%Y%m%d}{serial:03d}"
    return first_17 + check_digit(first_17)
