"""The order of names: by pinyin, as in a dictionary, and by the number of strokes, as on official lists of persons.

Both orders are stored with the record as texts of digits and small letters, which every database compares alike.
Sources: docs/decisions/0023-member-lists-and-batches.md.
"""

from functools import cache
from pathlib import Path

from django.db import models

from partyplatform.pinyin import tone_and_syllable

LONGEST = 12  # characters of a name that count for its order
_STROKES = Path(__file__).parent / "data" / "strokes.txt"  # a line for each number of strokes, in the order of CLDR
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_LAST = "zzz"  # after every character that has a place
_WIDTH = 7  # the longest syllable, zhuang, and its tone
# Surnames that are read otherwise than the same character in other words.
# fmt: off
_SURNAMES = {
    "单": "shan4", "解": "xie4", "仇": "qiu2", "任": "ren2", "曾": "zeng1", "查": "zha1", "朴": "piao2",
    "区": "ou1", "盖": "ge3", "乐": "yue4", "翟": "zhai2", "种": "chong2", "黑": "he4", "那": "na1",
    "缪": "miao4", "员": "yun4", "冼": "xian3", "覃": "qin2", "宓": "mi4", "燕": "yan1", "纪": "ji3",
    "葛": "ge3", "华": "hua4", "长": "zhang3", "谌": "chen2", "隗": "wei3", "祭": "zhai4", "晁": "chao2",
    "瞿": "qu2", "洗": "xian3", "繁": "po2", "折": "she2", "召": "shao4", "令": "ling2", "澹": "tan2",
    "牟": "mou4", "宁": "ning4", "訾": "zi1", "相": "xiang4", "秘": "bi4", "逄": "pang2", "褚": "chu3",
    "殷": "yin1", "应": "ying1", "车": "che1", "石": "shi2", "都": "du1", "沈": "shen3",
}
# fmt: on
_PAIRS = {"万俟": ("mo4", "qi2"), "尉迟": ("yu4", "chi2"), "长孙": ("zhang3", "sun1"), "单于": ("chan2", "yu2")}


def pinyin_key(name: str) -> str:
    """Return what a name is sorted by in the order of its sounds; equal surnames stay together."""
    characters = _counted(name)
    readings = [*_PAIRS.get("".join(characters[:2]), ())]
    for place, character in enumerate(characters[len(readings) :], len(readings)):
        readings.append((place == 0 and _SURNAMES.get(character)) or _reading(character))
    first = _place(characters[0]) if characters else ""
    return "".join(_padded(reading) + (first if place == 0 else "") for place, reading in enumerate(readings))


def strokes_key(name: str) -> str:
    """Return what a name is sorted by in the order of strokes, character by character."""
    return "".join(map(_place, _counted(name)))


class NameKey(models.CharField):
    """A stored order of `name`. It follows the name by itself, so that whoever writes a name cannot forget it."""

    def __init__(self, *args, key, **kwargs):
        self.key = key
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "key": self.key}

    def pre_save(self, model_instance, add):
        value = self.key(model_instance.name)
        setattr(model_instance, self.attname, value)
        return value


def _counted(name: str) -> list[str]:
    return [character for character in name if character.isalnum()][:LONGEST]


@cache
def _reading(character: str) -> str:
    """Return tone and syllable (wang2), the letter itself, or what stands last for a character without a reading."""
    if character.isascii():
        return character.lower()
    found = tone_and_syllable(character)
    return found if found and found.isascii() else "zzzzzz9"


@cache
def _padded(reading: str) -> str:
    """Return the syllable filled up with noughts, which stand before every letter, and the tone behind them."""
    tone = reading[-1] if reading[-1].isdigit() and len(reading) > 1 else "0"
    return reading.rstrip("012345").ljust(_WIDTH - 1, "0")[: _WIDTH - 1] + tone


def _place(character: str) -> str:
    return _places().get(character, _LAST)


@cache
def _places() -> dict[str, str]:
    characters = _STROKES.read_text(encoding="utf-8").replace("\n", "")
    return {character: _number(place) for place, character in enumerate(characters)}


def _number(place: int) -> str:
    first, rest = divmod(place, 36 * 36)
    return _DIGITS[first] + _DIGITS[rest // 36] + _DIGITS[rest % 36]
