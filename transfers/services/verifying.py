"""What strangers are told of a letter: counted before it is looked up, so that nobody tries codes."""

from dataclasses import dataclass

from django.conf import settings

from accounts.throttle import Counter, network
from partyplatform.crypto import blind_index
from transfers.models import Letter
from transfers.services import letters


@dataclass(frozen=True, slots=True)
class Found:
    """The letter, None for a wrong pair; or that this network has tried too often."""

    letter: Letter | None = None
    is_locked: bool = False


def look_up(number: str, code: str, *, address: str) -> Found:
    """Return the letter with this number and check code; a right pair is no guess and is not counted."""
    counter = Counter(blind_index(network(address), column="letter network"), settings.LOGIN_TRIES_PER_NETWORK)
    if counter.count().is_locked:
        return Found(is_locked=True)
    letter = letters.find(number, code)
    if letter is not None:
        counter.give_back()
    return Found(letter)
