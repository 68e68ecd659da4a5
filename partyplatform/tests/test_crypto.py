"""Source: security.md 41, 42."""

import logging
import traceback

import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from partyplatform.ciphers import NUMBERS, Sm4Gcm
from partyplatform.crypto import Undecipherable, blind_index, blind_indexes, head_of, seal, unseal
from partyplatform.sealing.tests.rings import field_ring, index_ring

CELL = {"table": "accounts_user", "column": "id_number", "row": "6f1c"}
SECRET = "990000199001010015"
OLD, NEW = b"o" * 32, b"n" * 32

algorithms = pytest.mark.parametrize("algorithm", NUMBERS)
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
    settings.FIELD_KEYS = field_ring({"k1": OLD, "k2": OLD})
    with pytest.raises(Undecipherable):
        unseal(seal(SECRET, **CELL).replace(b"k2", b"k1"), **CELL)


def test_old_values_open_while_new_ones_use_the_newest_key(settings):
    settings.FIELD_KEYS = field_ring({"k1": OLD})
    old = seal(SECRET, **CELL)
    settings.FIELD_KEYS = field_ring({"k1": OLD, "2026-11": NEW})
    new = seal(SECRET, **CELL)
    assert (old[3:5], new[3:10]) == (b"k1", b"2026-11")
    assert unseal(old, **CELL) == unseal(new, **CELL) == SECRET
    settings.FIELD_KEYS = field_ring({"2026-11": NEW})
    with pytest.raises(Undecipherable):
        unseal(old, **CELL)


def test_another_key_of_the_same_id_does_not_open(settings):
    settings.FIELD_KEYS = field_ring({"k1": OLD})
    blob = seal(SECRET, **CELL)
    settings.FIELD_KEYS = field_ring({"k1": NEW})
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
    settings.INDEX_KEYS = index_ring({"k1": OLD})
    keys = {
        blind_index(SECRET, column="id_number"),
        blind_index(SECRET, column="phone"),
        blind_index("990000199001010023", column="id_number"),
    }
    settings.INDEX_KEYS = index_ring({"k1": NEW})
    keys.add(blind_index(SECRET, column="id_number"))
    assert sorted(len(bytes.fromhex(key)) for key in keys) == [32, 32, 32, 32]


def test_search_keys_under_all_keys_come_newest_first(settings):
    settings.INDEX_KEYS = index_ring({"k1": OLD})
    old = blind_index(SECRET, column="id_number")
    settings.INDEX_KEYS = index_ring({"k1": OLD, "k2": NEW})
    new = blind_index(SECRET, column="id_number")
    assert blind_indexes(SECRET, column="id_number") == [new, old]
    assert old != new


# ── every algorithm ─────────────────────────────────────────────────────────────────────────────────────

places = st.fixed_dictionaries({name: st.text(st.characters(exclude_categories=["Cs"]), min_size=1) for name in CELL})
key_ids = st.from_regex(r"[0-9A-Za-z][0-9A-Za-z._-]{0,31}", fullmatch=True)


@pytest.fixture
def both(settings):
    """Values of both algorithms are in the database; which one new values get is the test's."""
    keys = {"aes": ("AES-256-GCM", OLD), "sm4": ("SM4-GCM", NEW)}

    def use(algorithm):
        ring = field_ring(keys)
        settings.FIELD_KEYS = dict(sorted(ring.items(), key=lambda pair: pair[1].algorithm == algorithm))

    return use


@algorithms
def test_the_algorithm_is_that_of_the_newest_key_and_the_value_names_it(both, algorithm):
    both(algorithm)
    blob = seal(SECRET, **CELL)
    assert (blob[1], blob[3:6]) == (NUMBERS[algorithm], b"aes" if algorithm == "AES-256-GCM" else b"sm4")
    assert len(blob) == 6 + 12 + len(SECRET) + 16


def test_values_of_either_algorithm_open_whichever_is_in_use(both):
    blobs = []
    for algorithm in NUMBERS:
        both(algorithm)
        blobs.append(seal(SECRET, **CELL))
    for algorithm in NUMBERS:
        both(algorithm)
        assert [unseal(blob, **CELL) for blob in blobs] == [SECRET, SECRET]


@algorithms
def test_no_changed_bit_no_other_length_and_no_other_algorithm_opens(both, algorithm):
    both(algorithm)
    blob = seal(SECRET, **CELL)
    spoiled = [blob[:length] for length in range(len(blob))] + [blob + b"\0", b"\0" + blob]
    for position in range(len(blob)):
        spoiled += [blob[:position] + bytes([blob[position] ^ 1 << bit]) + blob[position + 1 :] for bit in range(8)]
    spoiled += [bytes([blob[0], other]) + blob[2:] for other in range(256) if other != blob[1]]
    for other in spoiled:
        with pytest.raises(Undecipherable):
            unseal(other, **CELL)


@algorithms
@given(text=texts, place=places, key_id=key_ids, secret=st.binary(min_size=32, max_size=32))
def test_what_is_sealed_opens_and_only_there(algorithm, text, place, key_id, secret):
    with override_settings(FIELD_KEYS=field_ring({key_id: (algorithm, secret)})):
        blob = seal(text, **place)
        assert unseal(blob, **place) == text
        assert head_of(blob).key_id == key_id
        assert blob != seal(text, **place)
        for name in CELL:
            with pytest.raises(Undecipherable):
                unseal(blob, **(place | {name: place[name] + "'"}))


@algorithms
@given(data=st.data(), text=texts)
def test_nothing_made_from_a_sealed_value_opens(algorithm, data, text):
    """Cut, joined, turned round, relabelled, or mixed with another value of the same cell."""
    with override_settings(FIELD_KEYS=field_ring({"k1": ("AES-256-GCM", OLD), "k2": (algorithm, NEW)})):
        blob, other = seal(text, **CELL), seal(text + "x", **CELL)
        cut = data.draw(st.integers(0, len(blob)))
        made = data.draw(
            st.sampled_from(
                [
                    blob[:cut] + other[cut:],
                    blob[cut:] + blob[:cut],
                    blob[:cut] + b"\0" + blob[cut:],
                    blob[:cut],
                    blob * 2,
                ]
            )
        )
        if made in (blob, other):
            return
        with pytest.raises(Undecipherable):
            unseal(made, **CELL)


def test_a_key_relabelled_with_another_algorithm_does_not_open(settings):
    settings.FIELD_KEYS = field_ring({"k1": ("AES-256-GCM", OLD)})
    blob = seal(SECRET, **CELL)
    settings.FIELD_KEYS = field_ring({"k1": ("SM4-GCM", OLD)})
    for value in (blob, blob[:1] + bytes([NUMBERS["SM4-GCM"]]) + blob[2:]):
        with pytest.raises(Undecipherable):
            unseal(value, **CELL)


def test_the_published_example_of_sm4_gcm():
    """RFC 8998, appendix A.1; the key is given, not derived."""
    from cryptography.hazmat.primitives.ciphers import algorithms as openssl

    aead = Sm4Gcm(OLD)
    aead._key = openssl.SM4(bytes.fromhex("0123456789abcdeffedcba9876543210"))
    nonce, place = bytes.fromhex("00001234567800000000abcd"), bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    plain = b"".join(bytes([value]) * 8 for value in (0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF, 0xEE, 0xAA))
    sealed = bytes.fromhex(
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
        "83de3541e4c2b58177e065a9bf7b62ec"
    )
    assert aead.encrypt(nonce, plain, place) == sealed
    assert aead.decrypt(nonce, sealed, place) == plain


def test_search_keys_of_both_digests_differ_and_the_first_has_not_changed(settings):
    settings.INDEX_KEYS = index_ring({"k1": b"i" * 32})
    known = blind_index("99000019900101005X", column="accounts.user.id_number")
    assert known == "b228acb0f0e3cf1fa3750842ff49c9ace9c142f6c76731ebe4041c492cee9724"
    settings.INDEX_KEYS = index_ring({"k1": ("HMAC-SM3", b"i" * 32)})
    national = blind_index("99000019900101005X", column="accounts.user.id_number")
    assert (len(national), national == known) == (64, False)
    settings.INDEX_KEYS = index_ring({"k1": b"i" * 32, "k2": ("HMAC-SM3", b"j" * 32)})
    assert known in blind_indexes("99000019900101005X", column="accounts.user.id_number")


def test_a_key_shows_itself_nowhere():
    [key] = field_ring({"k1": OLD}).values()
    assert "ooo" not in f"{key!r} {key}"
