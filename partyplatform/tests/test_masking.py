"""No mask ever shows more than it may. Source: security.md 39."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partyplatform import masking

texts = st.text(max_size=60)
numbers = st.text("0123456789X-", max_size=24)


def shown(mask, text):
    """How many characters of `text` a mask of the same length leaves readable."""
    masked = mask(text)
    assert len(masked) == len(text)
    assert all(new in ("*", old) for old, new in zip(text, masked, strict=True))
    return sum(new != "*" for new in masked)


@given(texts | numbers)
def test_a_tail_is_four_characters_and_never_half_of_a_number(text):
    assert shown(masking.tail, text) <= min(4, len(text) / 2)


@given(texts | numbers)
def test_a_short_tail_is_the_end_of_the_long_one(text):
    assert masking.tail(text).endswith(masking.short_tail(text))
    assert len(masking.short_tail(text)) <= 8


@given(texts | numbers)
def test_both_ends_are_seven_characters_and_never_more_than_half(text):
    assert shown(masking.ends, text) <= min(7, len(text) / 2)


@given(texts | numbers)
def test_a_phone_keeps_at_least_three_characters_hidden_and_four_of_a_mobile(text):
    seen = shown(masking.phone, text)
    assert seen <= 7
    assert seen == 0 or len(text) - seen >= 3


@given(texts)
def test_a_name_shows_its_surname_and_one_star(text):
    masked = masking.name(text)
    assert masked == "" if not text else masked.endswith("*")
    visible = masked[:-1]
    assert text.startswith(visible)
    assert visible == "" or len(visible) < len(text)
    assert len([c for c in visible if not masking._SELECTOR.match(c)]) <= 2
    assert len(masked) <= 1 or visible[:2] in masking._SURNAMES or not masking._SELECTOR.sub("", visible)[1:]


@given(texts)
def test_an_address_shows_no_digit_and_nothing_after_the_district(text):
    masked = masking.address(text)
    assert masked == "" if not text else masked.endswith("******")
    visible = masked.removesuffix("******")
    assert text.startswith(visible)
    assert visible == "" or (len(visible) < len(text) and visible[-1] in "省区市州盟县旗")
    assert not any(c.isdigit() for c in visible)
    assert len(visible) <= 39


@pytest.mark.parametrize(
    ("mask", "text", "expected"),
    (
        (masking.tail, "990000199001010017", "**************0017"),
        (masking.ends, "990000199001010017", "990***********0017"),
        (masking.tail, "1234567", "*******"),
        (masking.short_tail, "990000199001010017", "****0017"),
        (masking.ends, "1234567890123", "*************"),
        (masking.phone, "18088880000", "180****0000"),
        (masking.phone, "010-12345678", "010*****5678"),
        (masking.phone, "62345678", "******78"),
        (masking.phone, "110", "***"),
        (masking.name, "张三", "张*"),
        (masking.name, "王𠮷", "王*"),
        (masking.name, "𠮷田", "𠮷*"),
        (masking.name, "葛\U000e0100小明", "葛\U000e0100*"),
        (masking.name, "欧阳娜", "欧阳*"),
        (masking.name, "欧阳", "欧*"),
        (masking.name, "阿不都·热合曼", "阿*"),
        (masking.name, "欧阳·娜", "欧阳*"),
        (masking.name, "丁", "*"),
        (masking.name, "", ""),
        (masking.address, "北京市海淀区学院路 37 号 1 单元", "北京市海淀区******"),
        (
            masking.address,
            "新疆维吾尔自治区伊犁哈萨克自治州伊宁市解放路",
            "新疆维吾尔自治区伊犁哈萨克自治州伊宁市******",
        ),
        (masking.address, "37 号院", "******"),
        (masking.address, "北京市", "******"),
    ),
)
def test_masks_by_example(mask, text, expected):
    assert mask(text) == expected


def test_a_secret_field_asks_why():
    assert [kind.asks_reason for kind in masking.FieldClass] == [False, False, True]
