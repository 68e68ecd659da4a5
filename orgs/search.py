"""What the keyword box of the tree looks through."""

from functools import cache

from partyplatform.pinyin import first_letter

# The dictionary's first reading is wrong for these in the names of organisations.
_READINGS = {"系": "x", "行": "x", "会": "h", "重": "c", "长": "c", "厦": "x", "朝": "c", "单": "d", "调": "d"}


@cache
def _initial(character: str) -> str:
    return _READINGS.get(character) or first_letter(character)


def initials(text: str) -> str:
    """Return the pinyin initials of the Chinese characters, other letters and digits as they are, in lower case."""
    return "".join(
        character.lower() if character.isascii() and character.isalnum() else _initial(character) for character in text
    )


def search_text(organization) -> str:
    """Return short name, full name, initials of the short name and code, parted by blanks, in lower case."""
    parts = (
        organization.short_name,
        organization.full_name,
        initials(organization.short_name),
        organization.code,
    )
    return " ".join(part.replace(" ", "") for part in parts).lower()
