"""Text that goes into sheets. Source: security.md 50."""

import re
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from partyplatform.excel import texts
from partyplatform.excel.child.values import tidy

INVISIBLE = re.compile("[\u200b\u2060\ufeff]")  # what reading drops and writing keeps
ANYTHING = st.text(st.characters(codec=None, exclude_categories=()))


@given(ANYTHING)
def test_every_text_becomes_well_formed_xml_and_comes_back(text):
    element = ElementTree.fromstring(f"<t>{texts.escaped(text)}</t>")
    assert tidy(element.text or "") == INVISIBLE.sub("", texts.cleaned(text)).strip()


@given(ANYTHING)
def test_every_text_fits_an_attribute(text):
    assert set(ElementTree.fromstring(f'<t a="{texts.quoted(text)}"/>').attrib) == {"a"}


@given(ANYTHING, st.sets(st.text(max_size=31).map(str.lower), max_size=5))
def test_every_name_becomes_one_excel_takes(wanted, taken):
    name = texts.sheet_name(wanted, taken)
    assert 0 < texts.length(name) <= 31
    assert not set(name) & set("[]:*?/\\")
    assert name.lower() not in taken | {"history"}
    assert name == texts.cleaned(name).strip("'").strip()


def test_names_are_cut_and_numbered():
    assert texts.sheet_name("甲/乙:丙") == "甲 乙 丙"
    assert texts.sheet_name("") == "工作表"
    assert texts.sheet_name("''") == "工作表"
    assert texts.sheet_name("长" * 40) == "长" * 31
    assert texts.sheet_name("长" * 40, {"长" * 31}) == "长" * 27 + " (2)"
    assert texts.sheet_name("History") == "History (2)"
    assert texts.sheet_name("A", {"a", "a (2)"}) == "A (3)"


def test_only_what_is_no_text_is_dropped():
    assert texts.cleaned("a\x00b\x0bc\ud800d\uffffe\x85f") == "abcdef"
    assert texts.cleaned("甲\t乙\r\n丙\r丁\n") == "甲\t乙\n丙\n丁\n"
    assert texts.cleaned("𠮷·（临时）") == "𠮷·（临时）"


def test_a_text_that_looks_like_an_escape_survives():
    assert texts.escaped("_x0041_ _x004_ <&>") == "_x005F_x0041_ _x004_ &lt;&amp;&gt;"
    assert tidy("_x005F_x0041_") == "_x0041_"
