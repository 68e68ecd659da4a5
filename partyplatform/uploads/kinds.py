"""The kinds of files people may upload: known by their ending, proved by their first bytes."""

import struct
from collections.abc import Collection
from dataclasses import dataclass
from typing import BinaryIO

from django.core.exceptions import ValidationError

MOST_PIXELS = 40_000_000  # a picture beyond it takes a browser, or a thumbnail maker, more than 160 MB
DAMAGED = "图片已损坏，无法识别尺寸。请重新扫描或导出后再上传。"


@dataclass(frozen=True)
class Kind:
    ending: str
    content_type: str
    signature: bytes


KINDS = {
    kind.ending: kind
    for kind in (
        Kind("pdf", "application/pdf", b"%PDF-"),
        Kind("jpg", "image/jpeg", b"\xff\xd8\xff"),
        Kind("png", "image/png", b"\x89PNG\r\n\x1a\n"),
        Kind("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK\x03\x04"),
    )
}
_OTHER_ENDINGS = {"jpeg": "jpg"}


def kind_of(name: str, allowed: Collection[str]) -> Kind:
    """Return the kind a name ends in. Raises ValidationError for one that is not allowed."""
    stem, _, ending = name.lower().rpartition(".")
    ending = _OTHER_ENDINGS.get(ending, ending)
    if not stem or ending not in allowed:
        raise ValidationError(f"只能上传 {'、'.join(allowed)} 文件", code="kind")
    return KINDS[ending]


def check_content(stream: BinaryIO, kind: Kind) -> None:
    """Compare the content with what the ending says, and bound a picture's pixels without decoding it.

    Raises ValidationError with the reason.
    """
    stream.seek(0)
    if stream.read(len(kind.signature)) != kind.signature:
        raise ValidationError(f"文件内容不是 {kind.ending}，与扩展名不符。请检查文件后再上传。", code="content")
    if kind.ending not in _SIZES:
        return
    stream.seek(0)
    try:
        width, height = _SIZES[kind.ending](stream)
    except (struct.error, ValueError):
        raise ValidationError(DAMAGED, code="damaged") from None
    if not width or not height:
        raise ValidationError(DAMAGED, code="damaged")
    if width * height > MOST_PIXELS:
        raise ValidationError(
            f"图片为 {width}×{height} 像素，超过 {MOST_PIXELS // 10_000} 万像素。请降低分辨率后再上传。", code="pixels"
        )


def _png_size(stream: BinaryIO) -> tuple[int, int]:
    head = stream.read(24)
    if head[12:16] != b"IHDR":
        raise ValueError("no header chunk")
    width, height = struct.unpack(">II", head[16:24])
    return width, height


def _jpeg_size(stream: BinaryIO) -> tuple[int, int]:
    """Walk from marker to marker up to the frame header (SOF), which holds height and width."""
    stream.read(2)
    while True:
        mark, code = struct.unpack(">BB", stream.read(2))
        if mark != 0xFF:
            raise ValueError("no marker where one must be")
        while code == 0xFF:  # fill bytes
            (code,) = struct.unpack(">B", stream.read(1))
        if code == 0x01 or 0xD0 <= code <= 0xD7:  # markers without content
            continue
        (length,) = struct.unpack(">H", stream.read(2))
        if 0xC0 <= code <= 0xCF and code not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">xHH", stream.read(5))
            return width, height
        if length < 2 or code in (0xD9, 0xDA):
            raise ValueError("no frame header before the picture")
        stream.seek(length - 2, 1)


_SIZES = {"png": _png_size, "jpg": _jpeg_size}
