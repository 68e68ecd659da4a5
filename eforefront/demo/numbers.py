"""身份证号 that belong to nobody, given out one by one."""

import datetime
from collections import Counter
from random import Random

from accounts.id_numbers import check_digit

REGION = "990000"  # given to no place
SERIALS = 1000  # numbers of a day


def gender(number: str) -> str:
    """Return the code of what the last but one digit says."""
    return "1" if int(number[16]) % 2 else "2"


class Numbers:
    """Valid numbers of people born in given years; nobody gets a number twice."""

    def __init__(self, rng: Random):
        self._rng = rng
        self._given: Counter[int] = Counter()

    def next(self, years: tuple[int, int]) -> str:
        """Return a new number of somebody born in one of the years, both included."""
        first, last = (datetime.date(year, 1, 1).toordinal() for year in (years[0], years[1] + 1))
        day = self._rng.randrange(first, last)
        while self._given[day] == SERIALS:
            day = first + (day + 1 - first) % (last - first)
        serial = self._given[day] ^ day & 1  # a day begins with a man or with a woman, as it falls
        self._given[day] += 1
        first_17 = f"{REGION}{datetime.date.fromordinal(day):%Y%m%d}{serial:03d}"
        return first_17 + check_digit(first_17)
