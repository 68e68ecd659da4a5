"""公民身份证号: how it is written, what is wrong with it, how it is shown. Source: GB 11643-1999; screens.md 4.1."""

import datetime
import re
import unicodedata

from partyplatform import masking

LENGTH = 18
FORMER_LENGTH = 15

_SHAPE = re.compile(r"[0-9]{17}[0-9X]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"
_EARLIEST = datetime.date(1900, 1, 1)


def normalise(typed: str) -> str:
    """Return what was typed in its one spelling: NFKC (full-width digits become digits), trimmed, x as X.

    Nothing else is repaired: invisible characters and digits of other scripts stay, and `problem` refuses them.
    """
    return unicodedata.normalize("NFKC", typed).strip().replace("x", "X")


def problem(number: str, *, today: datetime.date) -> str:
    """Return what is wrong with a normalised number, "" when nothing is.

    The first six digits name a place of their time and are never a reason to refuse.
    """
    if len(number) != LENGTH:
        return f"身份证号应为{LENGTH}位"
    if not _SHAPE.fullmatch(number):
        return "身份证号格式不正确"
    if number[-1] != check_digit(number[:-1]):
        return "身份证号校验码不正确"
    born_on = _date(number[6:14])
    if born_on is None or not _EARLIEST <= born_on <= today:
        return "身份证号中的出生日期不正确"
    return ""


def former_problem(number: str, *, today: datetime.date) -> str:
    """Return what is wrong with a normalised number a person bore before, "" when nothing is.

    Numbers of 15 digits are no longer issued and no 身份证号 any more; history keeps them (screens.md 4.1).
    """
    if is_former(number):
        return problem(renewed(number), today=today)
    return problem(number, today=today) if len(number) == LENGTH else "曾用证件号应为 15 位或 18 位"


def is_former(number: str) -> bool:
    """Whether a number is of the 15 digits that were given before 1999."""
    return len(number) == FORMER_LENGTH and number.isascii() and number.isdigit()


def renewed(number: str) -> str:
    """Return the 18 characters that took the place of 15 digits: the century and the check digit are added."""
    first_17 = f"{number[:6]}19{number[6:]}"
    return first_17 + check_digit(first_17)


def check_digit(first_17: str) -> str:
    """Return the last character for 17 digits: ISO 7064, MOD 11-2."""
    return _CHECK_DIGITS[sum(int(digit) * weight for digit, weight in zip(first_17, _WEIGHTS, strict=True)) % 11]


masked = masking.tail  # as lists show it
shown = masking.ends  # as the page of one person shows it


def _date(digits: str) -> datetime.date | None:
    try:
        return datetime.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
