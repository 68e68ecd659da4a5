"""Whether a 身份证号 is kept for somebody who is no member yet, asked of whoever knows.

A higher app enters a function in its `AppConfig.ready()`; every way into the roll (new records, sheets, 补录, 市外转入,
a corrected number) asks all of them:

    @claims_numbers
    def applicants(numbers, by):
        ...return {number: "该身份证号的发展党员正在学生支部办理"}

What `by` may not know is told in the words for any number of a stranger (screens.md 4.1).
"""

from collections.abc import Callable, Collection

from partyplatform.audit import ActingRole

REGISTERED = "该身份证号已登记，请联系上级组织部门"

Claim = Callable[[Collection[str], ActingRole], dict[str, str]]
_claims: list[Claim] = []


def claims_numbers(claim: Claim) -> Claim:
    """Enter a claim; entering it twice changes nothing."""
    if claim not in _claims:
        _claims.append(claim)
    return claim


def claimed(numbers: Collection[str], *, by: ActingRole) -> dict[str, str]:
    """Return {number: sentence} of those of the normalised numbers that somebody keeps."""
    found: dict[str, str] = {}
    for claim in _claims:
        found |= claim(numbers, by)
    return found
