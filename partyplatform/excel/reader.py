"""Uploaded workbooks, read by a child process that can do no harm: little memory, little time, no files, no secrets."""

import json
import logging
import subprocess
import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from threading import Timer
from typing import IO, Any, BinaryIO

from .cells import Book, Line, Sheet
from .child.limits import OUT_OF_MEMORY, Limits, megabytes
from .child.references import Area
from .limits import DEFAULT_LIMITS, BookRefused

logger = logging.getLogger(__name__)

_HERE = str(Path(__file__).parent)
# Isolated and without site-packages: only the standard library and the package `child` can be imported.
_PROGRAM = "import sys; sys.path.append(sys.argv[1]); from child.main import main; main(sys.argv[2])"
_LONGEST_LINE = 64 * 1024 * 1024  # bytes; beyond it the child has gone mad

_ENDINGS = {
    ".xls": "这是旧版 Excel 文件（xls），请另存为 xlsx 工作簿后再上传",
    ".xlsm": "工作簿含有宏，不能上传，请另存为不含宏的 xlsx 工作簿",
    ".et": "这是 WPS 表格文件（et），请另存为 xlsx 工作簿后再上传",
    ".csv": "这是 CSV 文本文件，请另存为 xlsx 工作簿后再上传",
}
UNREADABLE = "工作簿无法读取，请用 Excel 或 WPS 打开后另存为 xlsx 再上传"


def read_book(file: BinaryIO, *, limits: Limits = DEFAULT_LIMITS) -> Book:
    """Read an uploaded xlsx: its visible sheets as people saw them, formulas by their stored results.

    `file` is an uploaded or opened file; a `name` it has must end in .xlsx. Raises BookRefused naming the limit or
    the reason. Source: security.md 47–49.
    """
    _check_name(getattr(file, "name", None))
    file.seek(0)
    data = file.read(limits.packed + 1)
    if len(data) > limits.packed:
        raise BookRefused(f"文件超过 {megabytes(limits.packed)}，请拆分后分别上传")
    command = [sys.executable, "-I", "-S", "-B", "-X", "utf8", "-c", _PROGRAM, _HERE, json.dumps(asdict(limits))]
    # An environment of its own: the keys of the platform are none of the child's business.
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd="/", env={}
    ) as child:
        watchdog = Timer(limits.seconds, child.kill)
        watchdog.start()
        try:
            return _converse(child, data, limits)
        finally:
            watchdog.cancel()
            child.kill()


def _check_name(name: object) -> None:
    if isinstance(name, str) and not name.lower().endswith(".xlsx"):
        raise BookRefused(_ENDINGS.get(Path(name).suffix.lower(), "请上传 xlsx 工作簿"))


def _converse(child: subprocess.Popen[bytes], data: bytes, limits: Limits) -> Book:
    assert child.stdin is not None
    assert child.stdout is not None
    with suppress(BrokenPipeError), child.stdin as pipe:  # a child that died early is noticed by its silence
        pipe.write(data)
    head = _line(child.stdout)
    if not isinstance(head, dict):
        raise BookRefused(_epitaph(child, limits))
    if "refused" in head:
        raise BookRefused(head["refused"])
    if "broken" in head:
        logger.error("the reader of workbooks failed: %s", head["broken"])
        raise BookRefused(UNREADABLE)
    sheets = [
        Sheet(page["name"], merges=tuple(Area(*corners) for corners in page["merges"]), limits=limits)
        for page in head["sheets"]
    ]
    count = 0
    while isinstance(line := _line(child.stdout), list):
        place, number, kinds, texts = line
        sheets[place].lines.append(Line(number, kinds, texts))
        count += 1
    if line != count:
        raise BookRefused(_epitaph(child, limits))
    return Book(sheets)


def _line(stream: IO[bytes]) -> Any:
    """Return the next line as JSON; None when there is none, or no whole one."""
    line = stream.readline(_LONGEST_LINE)
    return json.loads(line) if line.endswith(b"\n") else None


def _epitaph(child: subprocess.Popen[bytes], limits: Limits) -> str:
    """Say why a child ended without an answer: its processor time or its time on the clock was used up."""
    code = child.wait()
    logger.warning("the reader of workbooks ended with %s", code)
    if code == OUT_OF_MEMORY:
        return f"读取工作簿需要的内存超过 {megabytes(limits.memory)}，没有读取"
    if code < 0:
        return f"读取工作簿的时间超过 {limits.cpu} 秒，没有读取，请拆分后分别上传"
    return UNREADABLE
