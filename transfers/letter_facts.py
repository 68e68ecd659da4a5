"""What stands on a 介绍信, how it is spelled on paper, and how it is signed. Source: screens.md 3.6, form of 2005.

The facts are taken once, when the letter is issued: what is printed later is what was signed then.
"""

import base64
import binascii
import datetime
import json
import math
import unicodedata
from typing import Any

from members.codes import PersonCategory
from members.models.members import PHONES
from orgs.models import Organization, OrganizationProfile
from partyplatform import signatures
from transfers.models import Letter, Transfer

PURPOSE = "introduction letter"
FORMAT = "introduction-letter/1"
_DIGITS = "零壹贰叁肆伍陆柒捌玖"
# What a line holds, in full-width signs: of the stub beside its box, of the letter, of a row of the address.
_STUB, _LINE, _ROW = 29, 41, 33
_PLAIN = 8  # lines of a letter with ordinary names
# With so many lines above the plain letter the paper is set closer, so that all of it stays on one page.
_CLOSER = ((9, "paper--closest"), (4, "paper--closer"), (1, "paper--close"))


def facts_of(
    letter: Letter, transfer: Transfer, committee: Organization, profile: OrganizationProfile
) -> dict[str, Any]:
    """Return everything the letter says, as plain values for JSON; dates as YYYY-MM-DD."""
    member: Any = transfer.member
    target, theirs = transfer.target, transfer.target_committee
    return {
        "format": FORMAT,
        "number": letter.label,
        "committee": committee.full_name,
        "committee_code": committee.code,
        "heading": theirs.full_name if theirs else transfer.heading,
        "name": member.name,
        "gender": member.get_gender_display(),
        "age": member.age(letter.issued_on),
        "ethnicity": member.ethnicity_label.split(" ")[0],
        "category": "预备" if member.category == PersonCategory.PROBATIONARY else "正式",
        "id_number": member.unsealed_id_number(),
        "source": transfer.source.full_name,
        "destination": target.full_name if target else transfer.destination,
        "dues_paid_to": f"{transfer.dues_paid_to:%Y-%m}",
        "valid_days": transfer.valid_days,
        "issued_on": letter.issued_on.isoformat(),
        "valid_until": letter.valid_until.isoformat(),
        "phone": PHONES.text(member),
        "address": profile.address,
        "committee_phone": committee.contact_phone,
        "fax": profile.fax,
        "postcode": profile.postcode,
    }


# ── on paper ────────────────────────────────────────────────────────────────────────────────────────────


def in_capitals(number: int) -> str:
    """Return 1–99 as letters write it: 玖拾, 拾伍, 叁. Raises ValueError for other numbers."""
    if not 1 <= number <= 99:
        raise ValueError(number)
    tens, ones = divmod(number, 10)
    return f"{_DIGITS[tens] if tens > 1 else ''}{'拾' if tens else ''}{_DIGITS[ones] if ones else ''}"


def printed(facts: dict[str, Any], check: str) -> dict[str, Any]:
    """Return the facts as the template prints them: dates and numbers spelled out, the check code in groups."""
    day = datetime.date.fromisoformat(facts["issued_on"])
    year, month = facts["dues_paid_to"].split("-")
    return facts | {
        "day": f"{day.year} 年 {day.month} 月 {day.day} 日",
        "dues_year": "".join(_DIGITS[int(digit)] for digit in year),
        "dues_month": in_capitals(int(month)),
        "days": in_capitals(facts["valid_days"]),
        "people": facts["ethnicity"].removesuffix("族"),
        "check": check,
        "closeness": closeness(facts),
    }


def closeness(facts: dict[str, Any]) -> str:
    """Return the class that keeps a letter with long names on one page, "" for one of ordinary names."""
    names = _width(facts["name"]) + _width(facts["source"]) + _width(facts["destination"])
    lines = math.ceil((24 + names) / _STUB) + math.ceil((78 + names) / _LINE)
    lines += math.ceil((_width(facts["heading"]) + 2) / _LINE) + math.ceil((_width(facts["committee"]) + 2) / _LINE)
    lines += math.ceil(max(1, _width(facts["address"])) / _ROW)
    return next((name for more, name in _CLOSER if lines - _PLAIN >= more), "")


def _width(text: str) -> float:
    """Return the width of a text in full-width signs."""
    return sum(1 if unicodedata.east_asian_width(sign) in "WF" else 0.55 for sign in text)


# ── signed ──────────────────────────────────────────────────────────────────────────────────────────────


def spelled(facts: dict[str, Any]) -> bytes:
    """Return the one spelling of the facts that is sealed and signed."""
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def signature_file(facts: dict[str, Any], *, key_id: str, signature: str) -> bytes:
    """Return the detached signature with what it speaks of, for `manage.py verify_letter` on any machine."""
    content = {"letter": facts, "algorithm": signatures.ALGORITHM, "key": key_id, "signature": signature}
    return json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True).encode() + b"\n"


def read_signature_file(content: bytes) -> tuple[dict[str, Any], str, bytes]:
    """Return facts, key id and signature of such a file; raises ValueError with a sentence for anything else."""
    try:
        read = json.loads(content)
        facts, key_id, signature = read["letter"], read["key"], base64.b64decode(read["signature"], validate=True)
    except (ValueError, KeyError, TypeError, RecursionError, binascii.Error):
        raise ValueError("不是介绍信签名文件") from None
    if not isinstance(facts, dict) or facts.get("format") != FORMAT or not isinstance(key_id, str):
        raise ValueError("不是本平台能够识别的介绍信签名文件")
    return facts, key_id, signature
