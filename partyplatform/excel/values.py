"""What people write into the cells of a sheet, turned into values. Each reader raises `Unfit` with the reason."""

import datetime
import re
from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import ValidationError

from partyplatform import phones
from partyplatform.codetable import CodeTable
from partyplatform.ui.forms import TypedDate, TypedMonth
from partyplatform.ui.texts import cleaned

from .cells import Cell

Reader = Callable[[Cell], Any]

YES = frozenset({"是", "√", "✓", "✔", "Y", "YES", "TRUE", "1"})
NO = frozenset({"否", "×", "✗", "N", "NO", "FALSE", "0"})

_LISTED = 20  # codes named in a refusal
_BETWEEN_CHINESE = re.compile(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])")
_CODE_AND_NAME = re.compile(r"(?P<code>\d+)[\s.、．·:：-]+(?P<name>.+)|(?P<name2>.+?)[\s(（-]*(?P<code2>\d+)[)）]?")
_LAND_LINE = re.compile(r"[(（]?(010|02\d|0[3-9]\d\d)[)）]?[\s－—–-]*(\d{7,8})(?:(?:[\s－—–-]|转)+(\d{1,6}))?")


class Unfit(ValueError):
    """A cell that cannot be taken; its text is the sentence for people."""


def read(cell: Cell, reader: Reader) -> Any:
    """Return the value of a filled cell; `Unfit` for formula errors, lost digits and whatever the reader refuses."""
    if cell.kind == "error":
        raise Unfit("公式没有可用的结果，请改填实际内容")
    if cell.kind == "lossy":
        raise Unfit("数字过长，后几位已丢失，请将单元格设为文本格式后重新填写")
    return reader(cell)


def text(longest: int) -> Reader:
    """Read text of at most `longest` characters; line breaks inside Chinese text disappear."""

    def reader(cell: Cell) -> str:
        value = _BETWEEN_CHINESE.sub("", cleaned(cell.clean))
        if len(value) > longest:
            raise Unfit(f"不能超过 {longest} 个字，现为 {len(value)} 个字")
        return value

    return reader


def code(cell: Cell) -> str:
    """Read a 党组织编码."""
    value = cell.clean.replace(" ", "")
    if re.fullmatch(r"[0-9]{12}", value):
        return value
    if cell.kind == "number" and value.isdigit() and len(value) < 12:
        raise Unfit("编码保存成了数字，开头的 0 已丢失，请将该列设为文本格式后重新填写")
    raise Unfit("党组织编码应为 12 位数字")


def one_of(table: CodeTable, also: Mapping[str, str] = {}) -> Reader:
    """Read a value of a code table: its code, its name, its printed label, both of them, or a word in `also`."""

    def reader(cell: Cell) -> str:
        written = cleaned(cell.clean)
        found = also.get(written) or table.code_of(written) or _of_both(table, written)
        if found is None:
            raise Unfit(_expected(table))
        return found

    return reader


def yes_no(cell: Cell) -> bool:
    written = cell.clean.upper()
    if written not in YES | NO:
        raise Unfit("请填写“是”或“否”")
    return written in YES


def day(cell: Cell) -> datetime.date:
    """Read a date cell, or a date written as text in any way the forms take."""
    if cell.date is not None:
        return cell.date
    try:
        return TypedDate().clean(cell.text)
    except ValidationError as refusal:
        raise Unfit(refusal.message) from None


def month(cell: Cell) -> datetime.date:
    """Read a month as its first day; a date cell means the month of its day."""
    if cell.date is not None:
        return cell.date.replace(day=1)
    try:
        return TypedMonth().clean(cell.text)
    except ValidationError as refusal:
        raise Unfit(refusal.message) from None


def phone(cell: Cell) -> str:
    """Read a number as people write it, (010) 12345678 and the like, in the form of screens.md 4.3."""
    written = cleaned(cell.clean)
    if match := _LAND_LINE.fullmatch(written):
        written = "-".join(part for part in match.groups() if part)
    elif cell.kind == "number" or re.fullmatch(r"1[\d\s－—–-]+", written):
        written = re.sub(r"[\s－—–-]", "", written)
    number = phones.normalise(written)
    if problem := phones.problem(number):
        raise Unfit(problem)
    return number


def postcode(cell: Cell) -> str:
    value = cell.clean.replace(" ", "")
    if not re.fullmatch(r"[0-9]{6}", value):
        raise Unfit("邮编应为 6 位数字")
    return value


def position(cell: Cell) -> int:
    value = cell.clean
    if not re.fullmatch(r"[0-9]{1,6}", value):
        raise Unfit("排序号应为不超过 6 位的整数")
    return int(value)


def _expected(table: CodeTable) -> str:
    labels = [label for _, label in table.choices]
    return f"应为：{'、'.join(labels)}" if len(labels) <= _LISTED else "不在代码表中，请从模板的下拉列表中选择"


def _of_both(table: CodeTable, written: str) -> str | None:
    """Return the code when code and name are both written and belong together: 631 党支部, 1.与上级…"""
    if not (match := _CODE_AND_NAME.fullmatch(written)):
        return None
    code, name = match["code"] or match["code2"], match["name"] or match["name2"]
    return code if table.code_of(name) == code else None
