"""How fields of persons are shown: what each class of field allows, and the masks. Source: security.md 39.

A mask never shows more than it says here, whatever it is given: what is too short to hide its half is hidden whole.
"""

import re
from enum import Enum

HIDDEN = "*"
_TAIL, _HEAD = 4, 3
_SHORTEST = 2 * (_HEAD + _TAIL)  # with head and tail shown, at least as much is hidden
_REST = "******"

# 复姓 that are still borne. A name that begins with one is hidden behind it, any other behind its first character.
_PAIRS = (
    "欧阳太史端木上官司马东方独孤南宫万俟闻人夏侯诸葛尉迟公羊赫连澹台皇甫宗政濮阳公冶申屠公孙慕容钟离长孙宇文"
    "司徒鲜于司空闾丘亓官司寇巫马颛孙漆雕乐正宰父谷梁拓跋夹谷轩辕令狐段干百里呼延东郭南门羊舌微生梁丘左丘西门"
    "第五东里即墨达奚褚师纳兰"
)
_SURNAMES = frozenset(_PAIRS[place : place + 2] for place in range(0, len(_PAIRS), 2))
_SELECTOR = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")  # belongs to the character before it
_PLACE = re.compile(
    r"(?:[^\d\s]{1,10}?(?:省|自治区|特别行政区))?"
    r"(?:[^\d\s]{1,10}?(?:市|自治州|地区|盟))?"
    r"(?:[^\d\s]{1,10}?(?:区|县|旗|市))?"
)


class FieldClass(Enum):
    """What a field of a person is to those who may see the person."""

    PUBLIC = "在管理范围内公开"
    MASKED = "遮盖显示"
    SECRET = "遮盖显示，查看须说明原因"

    @property
    def asks_reason(self) -> bool:
        return self is FieldClass.SECRET


def tail(number: str) -> str:
    """Return a number with its last four characters only, as lists show it; nothing of one too short for that."""
    return _hidden(number, 0, _TAIL, shortest=2 * _TAIL)


def short_tail(number: str) -> str:
    """Return the last four characters behind four stars, for narrow columns; the length stays hidden too."""
    return tail(number)[-2 * _TAIL :]


def ends(number: str) -> str:
    """Return a number with its first three and last four characters, as the page of one person shows it."""
    return _hidden(number, _HEAD, _TAIL, shortest=_SHORTEST)


def phone(number: str) -> str:
    """Return a phone number with its first three and last four digits; of one shorter than a mobile's, the last two."""
    is_long = len(number) > _HEAD + _TAIL + 3
    return _hidden(number, _HEAD, _TAIL, shortest=11) if is_long else _hidden(number, 0, 2, shortest=5)


def address(text: str) -> str:
    """Return an address down to the county or district; what follows, any number included, is hidden."""
    found = _PLACE.match(text)
    place = found[0] if found else ""
    return f"{place}{_REST}" if text and len(place) < len(text) else _REST if text else ""


def name(text: str) -> str:
    """Return a name as strangers see it: 张*, 欧阳*. How long the rest is stays hidden too.

    Of a name in several parts (阿不都·热合曼) the first character stays, of one with a single character nothing.
    """
    shown = 2 if text[:2] in _SURNAMES and len(text) > 2 else 1
    while _SELECTOR.match(text[shown:]):
        shown += 1
    return f"{text[:shown] if len(text) > shown else ''}{HIDDEN}" if text else ""


def _hidden(text: str, head: int, end: int, *, shortest: int) -> str:
    if len(text) < shortest:
        return HIDDEN * len(text)
    return text[:head] + HIDDEN * (len(text) - head - end) + text[len(text) - end :]
