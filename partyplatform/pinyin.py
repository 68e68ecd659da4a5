"""How a single character is read.

The dictionary is loaded when the first name is written: most processes only read, and it takes as long to load as half
of the platform and 58 MB with its phrases, which are never asked for here.
"""

import os
from functools import cache
from types import ModuleType


def tone_and_syllable(character: str) -> str:
    """Return the syllable with its tone behind it (wang2, lv4), "" for a character without a reading."""
    found = _dictionary().lazy_pinyin(
        character, style=_dictionary().Style.TONE3, errors="ignore", v_to_u=False, neutral_tone_with_five=True
    )
    return found[0] if found else ""


def first_letter(character: str) -> str:
    """Return the first letter of the syllable, "" for a character without a reading."""
    found = _dictionary().lazy_pinyin(character, style=_dictionary().Style.FIRST_LETTER, errors="ignore")
    return found[0][:1] if found else ""


@cache
def _dictionary() -> ModuleType:
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
    import pypinyin

    return pypinyin
