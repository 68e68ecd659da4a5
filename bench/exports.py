"""P6: the export of every organisation, against a bare openpyxl book of the same cells."""

import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice

import openpyxl
from django.db import connections

from bench import database
from bench.lines import Line, timed
from orgs.exports import LIST_COLUMNS
from orgs.exports import Line as Row
from orgs.exports import lines as exported
from orgs.models import Organization
from partyplatform.excel import book_chunks, write_book

_FORK = multiprocessing.get_context("fork")


def lines() -> Iterator[Line]:
    where = database.label()
    ours, growth = _apart(_export)
    bare, bare_growth = _apart(_bare)
    first, _ = _apart(_first_bytes)
    yield Line(f"P6 导出 {Organization.objects.count():,} 个党组织 · {where}", ours, "s")
    yield Line(f"P6 openpyxl 只写同样的单元格 · {where}", bare, "s")
    yield Line(f"P6 与 openpyxl 之比 · {where}", ours / bare, "×", 0.5)
    yield Line(f"P6 内存增长 · {where}", growth, "MB", 64)
    yield Line(f"P6 首个数据块 · {where}", first, "s", 1)
    yield Line(f"P6 openpyxl 内存增长 · {where}", bare_growth, "MB")


def _rows() -> Iterator[Row]:
    return exported(Organization.objects.in_tree_order())


def _export() -> float:
    with tempfile.TemporaryFile() as target:
        return timed(lambda: write_book(target, title="党组织", columns=LIST_COLUMNS, rows=_rows(), meta={})) / 1000


def _first_bytes() -> float:
    began = time.perf_counter()
    chunks = book_chunks(title="党组织", columns=LIST_COLUMNS, rows=_rows(), meta={})
    next(iter(chunks))
    return time.perf_counter() - began


def _bare() -> float:
    """Write the cells alone: they are read beforehand, in parts, and the reading does not count."""
    columns = [column for column in LIST_COLUMNS if column.book]
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("党组织")
    sheet.append([column.label for column in columns])
    rows, spent = _rows(), 0.0
    while part := [[column.value(row) for column in columns] for row in islice(rows, 5000)]:
        spent += timed(lambda: [sheet.append(cells) for cells in part])
    with tempfile.TemporaryFile() as target:
        return (spent + timed(lambda: book.save(target))) / 1000


def _apart(work: Callable[[], float]) -> tuple[float, float]:
    """Run in a process of its own; return what it measured and by how many megabytes its memory grew."""
    connections.close_all()
    receiver, sender = _FORK.Pipe(duplex=False)
    process = _FORK.Process(target=_report, args=(work, sender))
    process.start()
    seconds, growth = receiver.recv()
    process.join()
    return seconds, growth


def _report(work: Callable[[], float], sender) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    seconds = work()
    connections.close_all()
    sender.send((seconds, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024))
