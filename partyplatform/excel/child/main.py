"""The program of the child: the workbook comes in on standard input, its rows go out as lines of JSON.

Lines: one with the sheets, one per row [sheet, row, kinds, texts] (a kind per column from A on, a text per cell
that is not empty), and a last one with the number of rows; or a single line {"refused": "…"}.
"""

import json
import os
import resource
import sys
import traceback
from collections.abc import Iterable

from .book import read
from .limits import OUT_OF_MEMORY, Limits, Refused, megabytes
from .sheets import Content, Page
from .values import EMPTY


def main(arguments: str) -> None:
    """Answer one request under the limits given as JSON; end with OUT_OF_MEMORY where even that needs too much."""
    limits = Limits(**json.loads(arguments))
    confine(limits)
    try:
        respond(limits)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)  # takes no memory itself


def respond(limits: Limits) -> None:
    try:
        data = sys.stdin.buffer.read(limits.packed + 1)
        if len(data) > limits.packed:
            raise Refused(f"文件超过 {megabytes(limits.packed)}，请拆分后分别上传")
        lines = answer(read(data, limits))
    except Refused as refusal:
        lines = [{"refused": str(refusal)}]
    except MemoryError:
        lines = [{"refused": f"读取工作簿需要的内存超过 {megabytes(limits.memory)}，没有读取"}]
    except Exception:
        lines = [{"broken": traceback.format_exc(limit=-3)}]
    for line in lines:
        sys.stdout.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
    sys.stdout.flush()


def confine(limits: Limits) -> None:
    """Give up, for good, the right to more memory and time, to files and to further programs."""
    for kind, amount in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_CPU, limits.cpu),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
    ):
        resource.setrlimit(kind, (amount, amount))


def answer(pages: list[Page]) -> Iterable[object]:
    yield {
        "sheets": [
            {"name": page.name, "merges": [[m.top, m.left, m.bottom, m.right] for m in page.merges]} for page in pages
        ]
    }
    for place, page in enumerate(pages):
        for number, row in page.rows.items():
            yield [place, number, kinds(row), [text for _, text in (row[column] for column in sorted(row))]]
    yield sum(len(page.rows) for page in pages)


def kinds(row: dict[int, Content]) -> str:
    return "".join(row[column][0] if column in row else EMPTY for column in range(1, max(row) + 1))
