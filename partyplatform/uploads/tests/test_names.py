"""Names people gave their files. Source: security.md 51."""

import re
import unicodedata
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partyplatform.uploads import clean_name, disposition

ANYTHING = st.text(st.characters(codec=None, exclude_categories=()))


@pytest.mark.parametrize(
    ("raw", "name"),
    (
        ("扫描件.pdf", "扫描件.pdf"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\x.pdf", "x.pdf"),
        ("C:\\用户\\批复.pdf", "批复.pdf"),
        ("/absolute.pdf", "absolute.pdf"),
        ("a\x00b\r\nc.pdf", "abc.pdf"),
        ("批复\u202efdp.exe", "批复fdp.exe"),
        ("  a   b .pdf ", "a b .pdf"),
        (".htaccess", "htaccess"),
        ("...", "未命名"),
        ("李思远990000199001010054.pdf", "李思远xxxxxxxxxxxxxx0054.pdf"),
        ("99000019900101005Ｘ扫描.jpg", "xxxxxxxxxxxxxx005Ｘ扫描.jpg"),
        ("990000900101005.png", "xxxxxxxxxxx1005.png"),
        ("证明18088880000.pdf", "证明xxxxxxx0000.pdf"),
        ("IMG_20260401_123456.jpg", "IMG_20260401_123456.jpg"),
        ("", "未命名"),
        (None, "未命名"),
        ("长" * 300 + ".pdf", "长" * 251 + ".pdf"),
        ("长" * 300, "长" * 255),
        ("a" * 10 + "." + "b" * 300, "a" * 10 + "." + "b" * 244),
    ),
)
def test_names_are_data(raw, name):
    assert clean_name(raw) == name


@given(ANYTHING)
def test_every_name_becomes_a_harmless_one(raw):
    name = clean_name(raw)
    assert 0 < len(name) <= 255
    assert not set(name) & set("/\\\r\n\x00")
    assert not {unicodedata.category(letter) for letter in name} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert clean_name(name) == name


@given(ANYTHING)
def test_every_name_fits_a_header_and_comes_back(raw):
    header = disposition(raw)
    match = re.fullmatch(
        r"attachment; filename=\"([ !#-\[\]-~]*)\"; filename\*=UTF-8''([A-Za-z0-9!#$&+\-.^_`|~%]*)", header
    )
    assert match
    assert unquote(match[2]) == clean_name(raw)


def test_a_header_has_a_fallback():
    assert disposition('批复 "1".pdf') == (
        "attachment; filename=\"__ _1_.pdf\"; filename*=UTF-8''%E6%89%B9%E5%A4%8D%20%221%22.pdf"
    )
