"""What an ending promises, the content keeps. Source: security.md 47."""

import io
from contextlib import suppress

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from partyplatform.uploads.kinds import KINDS, check_content, kind_of

from .pictures import PDF, jpg, png

SCANS = ("pdf", "jpg", "png")


def refusal(act, *arguments):
    with pytest.raises(ValidationError) as caught:
        act(*arguments)
    return caught.value.messages[0]


def test_endings():
    assert [kind_of(name, SCANS).ending for name in ("a.pdf", "a.b.PNG", "a.JPEG", "a.jpg")] == [
        "pdf",
        "png",
        "jpg",
        "jpg",
    ]
    for name in ("a.svg", "a.html", "a.pdf.exe", "pdf", ".pdf", "a.", "a.xlsx"):
        assert refusal(kind_of, name, SCANS) == "只能上传 pdf、jpg、png 文件"


@pytest.mark.parametrize(
    ("ending", "content"), (("pdf", PDF), ("png", png()), ("jpg", jpg()), ("jpg", jpg(frame=0xC2)))
)
def test_content_of_its_kind(ending, content):
    check_content(io.BytesIO(content), KINDS[ending])


@pytest.mark.parametrize("content", (b"", b"%PD", b"<html>", png(), jpg(), b"MZ\x90", b"\n" + PDF))
def test_content_of_another_kind(content):
    assert (
        refusal(check_content, io.BytesIO(content), KINDS["pdf"])
        == "文件内容不是 pdf，与扩展名不符。请检查文件后再上传。"
    )


def test_pixels_are_bounded_without_decoding():
    for picture, ending in ((png, "png"), (jpg, "jpg")):
        check_content(io.BytesIO(picture(8000, 5000)), KINDS[ending])
        message = refusal(check_content, io.BytesIO(picture(8001, 5000)), KINDS[ending])
        assert message == "图片为 8001×5000 像素，超过 4000 万像素。请降低分辨率后再上传。"


@pytest.mark.parametrize(
    ("ending", "content"),
    (
        ("png", png()[:20]),
        ("png", png().replace(b"IHDR", b"JHDR")),
        ("png", png(0, 5)),
        ("jpg", jpg()[:30]),
        ("jpg", b"\xff\xd8\xff\xe0\x00\x01"),
        ("jpg", b"\xff\xd8\xff\xda\x00\x02\xff\xd9"),
        ("jpg", b"\xff\xd8\xff\xd8" + b"\x00" * 9),
        ("jpg", jpg(5, 0)),
        ("jpg", b"\xff\xd8" + b"\xff" * 5000),
    ),
)
def test_damaged_pictures(ending, content):
    assert (
        refusal(check_content, io.BytesIO(content), KINDS[ending])
        == "图片已损坏，无法识别尺寸。请重新扫描或导出后再上传。"
    )


@given(st.binary(max_size=200))
def test_whatever_follows_the_signature_is_accepted_or_refused(rest):
    for kind in KINDS.values():
        with suppress(ValidationError):  # any other error fails the test
            check_content(io.BytesIO(kind.signature + rest), kind)
