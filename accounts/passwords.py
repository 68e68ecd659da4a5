"""Which passwords are refused, and why. Source: security.md 5, 6.

A password is any 12 to 128 characters, compared exactly: nothing is trimmed, folded or forbidden by kind.
"""

import re
from collections.abc import Iterable
from functools import cache

from django.contrib.auth.password_validation import CommonPasswordValidator

SHORTEST, LONGEST = 12, 128
PART = 6  # digits of an identity or phone number in a row that give a password away
DISTINCT = 5  # different characters a password needs at least
INITIAL = "bj0701"  # the one initial password of the 2018 manual, known to everybody
PRODUCT_WORDS = ("基层党建", "党建平台", "党内信息", "党员e先锋", "dangjian", "dangyuan", "exianfeng", "eforefront")

_RUNS = ("01234567890", "9876543210", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm")
_RUN = 6


def problems(
    password: str,
    *,
    name: str = "",
    id_number: str = "",
    phones: Iterable[str] = (),
    organizations: Iterable[str] = (),
) -> list[str]:
    """Return every reason against a new password of this person, in the order of the rules; empty when it is good.

    `organizations` are the names the person's organisations go by.
    """
    text = password.casefold()
    reasons = {
        f"密码至少应有 {SHORTEST} 个字符，现为 {len(password)} 个": len(password) < SHORTEST,
        f"密码最多 {LONGEST} 个字符，现为 {len(password)} 个": len(password) > LONGEST,
        "密码中不能含有公开的初始密码": INITIAL in text,
        "密码中不能含有本人姓名": _contains(text, [name]),
        f"密码中不能含有本人身份证号或其中连续 {PART} 位": _shares_digits(text, id_number.casefold()),
        f"密码中不能含有本人电话号码或其中连续 {PART} 位": any(_shares_digits(text, _digits(p)) for p in phones),
        "密码中不能含有党组织名称": _contains(text, organizations),
        "密码中不能含有平台名称等常用词": _contains(text, PRODUCT_WORDS),
        "密码过于常见": _is_common(text),
        "密码过于简单，请避免重复和连续的字符": _is_simple(text),
    }
    return [reason for reason, applies in reasons.items() if applies]


def _contains(text: str, words: Iterable[str]) -> bool:
    return any(len(word) > 1 and word.casefold() in text for word in words)


def _shares_digits(text: str, number: str) -> bool:
    return any(number[start : start + PART] in text for start in range(len(number) - PART + 1))


def _digits(phone: str) -> str:
    return re.sub(r"\D", "", phone)


def _is_common(text: str) -> bool:
    """A much used password, bare or with digits and signs behind it, as in administrator2026!"""
    return not _common().isdisjoint({text.strip(), re.sub(r"[\W\d_]+$", "", text)})


def _is_simple(text: str) -> bool:
    """Few different characters, one short piece over and over, or mostly runs such as 123456 and qwerty."""
    if len(set(text)) < DISTINCT or re.fullmatch(r"(.{1,6}?)\1+", text, re.DOTALL):
        return True
    runs = (line[start : start + _RUN] for line in _RUNS for start in range(len(line) - _RUN + 1))
    rest = text
    for run in runs:
        rest = rest.replace(run, "")
    return len(rest) <= len(text) // 2


@cache
def _common() -> set[str]:
    """The 20,000 most used passwords, from the list that comes with Django."""
    return CommonPasswordValidator().passwords
