import logging
import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partyplatform.crypto import Undecipherable, blind_index, blind_indexes, seal, unseal

CELL = {"table": "accounts_user", "column": "id_number", "row": "6f1c"}
SECRET = "990000199001010015"
OLD, NEW = b"o" * 32, b"n" * 32

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


@given(texts)
def test_a_sealed_text_opens_in_its_own_cell(text):
    assert unseal(seal(text, **CELL), **CELL) == text


def test_the_layout_is_the_documented_one():
    blob = seal(SECRET, **CELL)
    assert blob[:5] == b"\x01\x01\x02t1"
    assert len(blob) == 5 + 12 + len(SECRET) + 16


def test_equal_texts_have_different_ciphertexts_and_none_shows_the_text():
    first, second = seal(SECRET, **CELL), seal(SECRET, **CELL)
    assert first != second
    assert SECRET.encode() not in first + second


def test_a_memoryview_opens_as_well():
    assert unseal(memoryview(seal(SECRET, **CELL)), **CELL) == SECRET


@pytest.mark.parametrize(
    "elsewhere",
    (
        {"table": "members_member"},
        {"column": "phone"},
        {"row": "6f1d"},
        {"table": "accounts_useri", "column": "d_number"},
        {"column": "id_number6", "row": "f1c"},
    ),
)
def test_a_moved_value_does_not_open(elsewhere):
    with pytest.raises(Undecipherable):
        unseal(seal(SECRET, **CELL), **(CELL | elsewhere))


def test_no_single_changed_bit_opens():
    blob = seal(SECRET, **CELL)
    opened = []
    for position in range(len(blob)):
        for bit in range(8):
            changed = bytearray(blob)
            changed[position] ^= 1 << bit
            try:
                opened.append(unseal(bytes(changed), **CELL))
            except Undecipherable:
                continue
    assert opened == []


def test_no_shorter_and_no_longer_value_opens():
    blob = seal(SECRET, **CELL)
    for other in [blob[:length] for length in range(len(blob))] + [blob + b"\0", b"\0" + blob, blob + blob]:
        with pytest.raises(Undecipherable):
            unseal(other, **CELL)


@given(st.binary(max_size=80))
def test_arbitrary_bytes_are_refused_without_another_error(data):
    with pytest.raises(Undecipherable):
        unseal(data, **CELL)


def test_a_relabelled_key_id_does_not_open_although_the_key_is_the_same(settings):
    settings.FIELD_KEYS = {"k1": OLD, "k2": OLD}
    with pytest.raises(Undecipherable):
        unseal(seal(SECRET, **CELL).replace(b"k2", b"k1"), **CELL)


def test_old_values_open_while_new_ones_use_the_newest_key(settings):
    settings.FIELD_KEYS = {"k1": OLD}
    old = seal(SECRET, **CELL)
    settings.FIELD_KEYS = {"k1": OLD, "2026-11": NEW}
    new = seal(SECRET, **CELL)
    assert (old[3:5], new[3:10]) == (b"k1", b"2026-11")
    assert unseal(old, **CELL) == unseal(new, **CELL) == SECRET
    settings.FIELD_KEYS = {"2026-11": NEW}
    with pytest.raises(Undecipherable):
        unseal(old, **CELL)


def test_another_key_of_the_same_id_does_not_open(settings):
    settings.FIELD_KEYS = {"k1": OLD}
    blob = seal(SECRET, **CELL)
    settings.FIELD_KEYS = {"k1": NEW}
    with pytest.raises(Undecipherable):
        unseal(blob, **CELL)


@pytest.mark.parametrize("missing", ({"table": ""}, {"column": ""}, {"row": ""}, {"row": None}))
def test_a_place_without_a_name_is_refused(missing):
    with pytest.raises(ValueError, match="needs a table"):
        seal(SECRET, **(CELL | missing))


@pytest.mark.parametrize("use", (lambda text: seal(text, **CELL), lambda text: blind_index(text, column="id_number")))
def test_an_error_carries_no_secret_in_text_or_context(use):
    with pytest.raises(ValueError, match="not valid Unicode") as caught:
        use(SECRET + "\ud800")
    assert caught.value.__context__ is None
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_a_value_that_does_not_open_leaves_an_alarm_without_the_value(caplog):
    with caplog.at_level(logging.ERROR), pytest.raises(Undecipherable, match=r"^accounts_user\.phone$"):
        unseal(seal(SECRET, **CELL), **(CELL | {"column": "phone"}))
    assert [record.getMessage() for record in caplog.records] == [
        "undecipherable value in accounts_user.phone of row 6f1c (key 't1')"
    ]


def test_a_search_key_is_64_hex_digits_and_differs_by_text_column_and_key(settings):
    settings.INDEX_KEYS = {"k1": OLD}
    keys = {
        blind_index(SECRET, column="id_number"),
        blind_index(SECRET, column="phone"),
        blind_index("990000199001010023", column="id_number"),
    }
    settings.INDEX_KEYS = {"k1": NEW}
    keys.add(blind_index(SECRET, column="id_number"))
    assert sorted(len(bytes.fromhex(key)) for key in keys) == [32, 32, 32, 32]


def test_search_keys_under_all_keys_come_newest_first(settings):
    settings.INDEX_KEYS = {"k1": OLD}
    old = blind_index(SECRET, column="id_number")
    settings.INDEX_KEYS = {"k1": OLD, "k2": NEW}
    new = blind_index(SECRET, column="id_number")
    assert blind_indexes(SECRET, column="id_number") == [new, old]
    assert old != new
