"""Proving the chain: edits, gaps, swapped rows, foreign keys and a cut tail are found (security.md 68).

Everything is read in pages by number, so 2.4 million records need no more memory than one page; records that are
added meanwhile do no harm.
"""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from django.db import DataError

from .chain import CHAINED, head_seal, record_mac
from .heads import published
from .models import ChainHead, Record

PAGE = 2000
SHOWN = 100


def verify() -> list[str]:
    """Return the problems of the chain in words, [] when it is whole; stops after the first 100."""
    found = list(islice(problems(), SHOWN + 1))
    return found if len(found) <= SHOWN else [*found[:SHOWN], f"以上为前 {SHOWN} 处问题，其后的记录未再核对"]


def problems() -> Iterator[str]:
    """Yield the problems of the chain one by one."""
    head = ChainHead.objects.values().first()
    if head is None:
        if Record.objects.exists():
            yield "审计链头缺失，而审计记录仍在"
    else:
        if head_seal(head) != head["seal"]:
            yield f"审计链头（第 {head['seq']} 号）的校验码不符"
        yield from _records_up_to(head)
        yield from _records_beyond_the_head()
    yield from _published_heads()


def _records_up_to(head: Mapping[str, Any]) -> Iterator[str]:
    number, mac = 0, ""
    for page in _pages(head["seq"]):
        if isinstance(page, str):
            yield page
            continue
        for row in page:
            yield from _record_problems(row, number, mac)
            number, mac = row["seq"], row["mac"]
    if number < head["seq"]:
        yield f"{_numbers(number + 1, head['seq'])}缺失（链尾被截断）"
    elif mac != head["mac"]:
        yield f"审计链头与第 {number} 号审计记录不符"


def _pages(last: int) -> Iterator[list[dict[str, Any]] | str]:
    """Yield records up to number `last` in pages; a text instead for a page holding values of a wrong type."""
    after = -1
    while True:
        numbers = list(Record.objects.filter(seq__gt=after, seq__lte=last).order_by("seq").values_list("seq")[:PAGE])
        if not numbers:
            return
        (first,), (after,) = numbers[0], numbers[-1]
        try:
            yield list(Record.objects.filter(seq__range=(first, after)).order_by("seq").values(*CHAINED, "mac"))
        except (ValueError, TypeError, DataError):
            yield f"{_numbers(first, after)}中有无法读取的内容"


def _record_problems(row: dict[str, Any], number: int, mac: str) -> Iterator[str]:
    """Yield what is wrong with `row`, which comes after the record `number` with `mac`."""
    seq = row["seq"]
    if seq != number + 1:
        yield f"{_numbers(number + 1, seq - 1)}缺失"
    elif row["previous_mac"] != mac:
        yield f"第 {seq} 号审计记录与前一条不相连"
    expected = record_mac(row)
    if expected is None:
        yield f"第 {seq} 号审计记录的密钥 {row['key_id']} 不在密钥表中"
    elif expected != row["mac"]:
        yield f"第 {seq} 号审计记录的内容与校验码不符"


def _records_beyond_the_head() -> Iterator[str]:
    """Look for records after the head in one statement: a record and its head are seen together or not at all."""
    beyond = Record.objects.filter(seq__gt=ChainHead.objects.values("seq")[:1]).order_by("seq")
    for seq in beyond.values_list("seq", flat=True)[:SHOWN]:
        yield f"第 {seq} 号审计记录在链头之后"


def _published_heads() -> Iterator[str]:
    for name, seq, mac in published():
        if not seq:
            yield f"已公布的链头文件 {name} 中有无法读取的一行"
        elif not Record.objects.filter(seq=seq, mac=mac).exists():
            yield f"已公布的链头（{name}，第 {seq} 号）与现存审计记录不符"


def _numbers(first: int, last: int) -> str:
    return f"第 {first} 号审计记录" if first == last else f"第 {first} 至 {last} 号审计记录"
