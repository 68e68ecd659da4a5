"""Source: security.md 2."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts import id_numbers
from accounts.tests.factories import id_number

TODAY = datetime.date(2026, 11, 20)


@pytest.mark.parametrize(
    ("typed", "number"),
    (
        ("99000019900101001x", "99000019900101001X"),
        ("  990000199001010010\t", "990000199001010010"),
        ("\u3000９９００００１９９００１０１００１ｘ", "99000019900101001X"),
        ("９９００００１９９００１０１００１\u2169", "99000019900101001X"),
    ),
)
def test_normalising_makes_one_spelling(typed, number):
    assert id_numbers.normalise(typed) == number


@pytest.mark.parametrize(
    ("number", "problem"),
    (
        ("", "身份证号应为18位"),
        ("990000900101001", "身份证号应为18位"),
        ("9900001990010100101", "身份证号应为18位"),
        ("99000019900101O010", "身份证号格式不正确"),
        ("X90000199001010010", "身份证号格式不正确"),
        ("٩٩٠٠٠٠١٩٩٠٠١٠١٠٠١٠", "身份证号格式不正确"),
        ("99000019900101\u200b001", "身份证号格式不正确"),
        ("990000199001010011", "身份证号校验码不正确"),
        (id_number(1, born="19900230"), "身份证号中的出生日期不正确"),
        (id_number(1, born="18991231"), "身份证号中的出生日期不正确"),
        (id_number(1, born="20261121"), "身份证号中的出生日期不正确"),
        (id_number(1, born="20261120"), ""),
        (id_number(1, born="19000101"), ""),
        (id_number(1, born="20000229"), ""),
    ),
)
def test_problems_are_named_in_the_order_of_the_rules(number, problem):
    assert id_numbers.problem(id_numbers.normalise(number), today=TODAY) == problem


@pytest.mark.parametrize("region", ("000000", "123456", "810000", "999999"))
def test_no_number_is_refused_for_its_first_six_digits(region):
    assert id_numbers.problem(id_number(7, region=region), today=TODAY) == ""


@pytest.mark.parametrize(
    ("first_17", "last"),
    (("11010519491231002", "X"), ("44052418800101001", "4")),  # the two examples printed in GB 11643-1999
)
def test_the_check_digit_is_that_of_the_standard(first_17, last):
    assert id_numbers.check_digit(first_17) == last


@given(st.integers(0, 999), st.dates(datetime.date(1900, 1, 1), TODAY), st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(serial, born_on, place, shift):
    number = id_number(serial, born=f"{born_on:%Y%m%d}")
    assert id_numbers.problem(number, today=TODAY) == ""
    digit = 10 if number[place] == "X" else int(number[place])
    wrong = number[:place] + str((digit + shift) % 10) + number[place + 1 :]
    if wrong != number:
        assert id_numbers.problem(wrong, today=TODAY) == "身份证号校验码不正确"


@given(st.text(max_size=40))
def test_any_text_gets_an_answer(text):
    id_numbers.problem(id_numbers.normalise(text), today=TODAY)


def test_a_masked_number_shows_its_last_four():
    assert id_numbers.masked("99000019900101001X") == "**************001X"
