"""One message between platforms: what opens, and that nothing else does. Property: no mutation of a message opens."""

import datetime
import json
import random
import uuid
from types import SimpleNamespace

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from transfers.codes import Cause
from transfers.exchange import envelope, identity, schemas
from transfers.exchange.envelope import LARGEST, Refused, open_message
from transfers.tests.exchanging import OTHER, OWN, card, other_platform, somebody, written


@pytest.fixture(autouse=True)
def exchanging(settings):
    settings.EXCHANGE_ID = OWN


@pytest.fixture
def other():
    """The other installation as it is registered here, without a database."""
    with other_platform():
        keys = identity.read_card(card())
    signing = {row["id"]: row["key"] for row in keys["signing_keys"]}
    return SimpleNamespace(platform=OTHER, refusal=lambda: "", signing_key=lambda key_id: signing.get(key_id, ""))


def opened(data, other):
    return open_message(data, find=lambda platform: other if platform == OTHER else None)


def refused(data, other):
    with pytest.raises(Refused) as refusal:
        opened(data, other)
    assert refusal.value.reason
    return refusal.value.code


def test_what_was_sent_is_what_arrives(other):
    content, uid = somebody(), uuid.uuid4()
    found = opened(written(content, uid=uid), other)
    assert (found.content, found.uid, found.kind, found.peer) == (content, uid, "transfer", other)


def test_nobody_reads_a_message_on_its_way():
    content = somebody()
    data = written(content)
    for secret in (content["person"]["id_number"], content["person"]["name"], "18000000077", "2026-000187"):
        assert secret.encode() not in data


def test_the_sender_cannot_open_what_it_sealed_for_another(other):
    data = written(somebody())
    with other_platform(OWN):
        assert refused(data, other) == "sealed"


@pytest.mark.parametrize(
    ("change", "code"),
    (
        ({"name": "third.example.org"}, "sender"),
        ({"letter": b"x"}, "signature"),
        ({"at": timezone.now() + datetime.timedelta(hours=1)}, "early"),
        ({"at": timezone.now() - datetime.timedelta(days=31)}, "late"),
        ({"days": 201}, "time"),
        ({"days": -1}, "time"),
    ),
)
def test_a_message_of_somebody_else_or_out_of_its_time_is_refused(other, change, code):
    assert refused(written(somebody(), **change), other) == code


def test_a_message_for_somebody_else_is_refused(other, settings):
    data = written(somebody())
    settings.EXCHANGE_ID = "elsewhere.example.org"
    assert refused(data, other) == "addressee"


def test_a_clock_that_differs_by_minutes_is_no_harm(other):
    assert opened(written(somebody(), at=timezone.now() + datetime.timedelta(minutes=9)), other)


def test_an_oversized_message_is_not_even_read(other):
    assert refused(b"{" * (LARGEST + 1), other) == "size"


@pytest.mark.parametrize(
    "data", (b"", b"null", b"[]", b"{}", b'{"header":1}', b"\xff\xfe", b"[" * 5000, b'"\\ud800"', b"1e999", b"NaN")
)
def test_anything_else_is_no_message(other, data):
    assert refused(data, other) == "form"


def test_another_version_of_the_protocol_is_named(other):
    message = json.loads(written(somebody()))
    message["header"]["protocol"] = "party-exchange/2"
    assert refused(schemas.spelled(message), other) == "protocol"


def test_parts_of_two_good_messages_make_no_third(other):
    one, two = (json.loads(written(somebody())) for _ in range(2))
    for part in ("header", "sealed", "signature"):
        assert refused(schemas.spelled(one | {part: two[part]}), other) == "signature"


def test_a_sealed_content_signed_anew_by_another_platform_does_not_open(other):
    """Whoever takes the sealed part into an own message cannot pass it off: it is bound to its header."""
    stolen = json.loads(written(somebody(), name="third.example.org"))["sealed"]
    message = json.loads(written(somebody()))
    message["sealed"] = stolen
    with other_platform():
        _, signature = envelope.signatures.sign(envelope._signed(message), purpose=identity.SIGNING)
    message["signature"] = identity._text(signature)
    assert refused(schemas.spelled(message), other) == "sealed"


def _mutants(data, rng):
    """Every header field and part changed, swapped, dropped, doubled; every kind of damage to the bytes."""
    message = json.loads(data)
    for path in [("header", name) for name in message["header"]] + [("sealed",), ("signature",)]:
        holder = message if len(path) == 1 else message["header"]
        old = holder[path[-1]]
        for new in (old[:-1], old + "A", old[::-1], "", None, 1, [old], {"": old}, old.swapcase(), f"\u200b{old}"):
            changed = json.loads(data)
            (changed if len(path) == 1 else changed["header"])[path[-1]] = new
            if changed != message:
                yield schemas.spelled(changed)
        del holder[path[-1]]
        yield schemas.spelled(message)
        message = json.loads(data)
    yield from (data + b" ", b" " + data, data + data, data[:-1], data.replace(b'"', b"'"))
    yield json.dumps(message, indent=1).encode()
    yield data[:-1] + b',"more":1}'
    yield data[:-1] + b',"sealed":"AAAA"}'  # the same key twice
    for _ in range(300):
        place = rng.randrange(len(data))
        yield data[:place] + bytes([data[place] ^ (1 << rng.randrange(8))]) + data[place + 1 :]


def test_no_changed_message_opens(other):
    data, rng = written(somebody()), random.Random(5)
    mutants = list(_mutants(data, rng))
    assert len(mutants) > 350
    for mutant in mutants:
        refused(mutant, other)


@examples(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.binary(max_size=200)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["header", "sealed", "signature", "x"]), inner)
        ),
        max_leaves=12,
    ).map(lambda value: json.dumps(value).encode())
)
def test_whatever_comes_is_refused_and_never_an_error(data):
    with pytest.raises(Refused):
        open_message(data, find=lambda platform: None)


# ── the schemas ─────────────────────────────────────────────────────────────────────────────────────────


def _walked(rules):
    yield rules
    for part in [*rules.get("properties", {}).values(), *([rules["items"]] if "items" in rules else [])]:
        yield from _walked(part)


@pytest.mark.parametrize("name", schemas.NAMES)
def test_the_schemas_use_only_what_is_checked(name):
    """Every keyword counts, every text and list has a limit, no object takes what it does not know."""
    for rules in _walked(schemas.schema(name)):
        assert set(rules) <= schemas.KEYWORDS
        if rules["type"] == "object":
            assert rules["additionalProperties"] is False
        if rules["type"] == "array":
            assert "maxItems" in rules
        if rules["type"] == "string":
            assert {"const", "enum", "pattern", "maxLength", "format"} & set(rules)


def test_the_causes_are_those_of_transfers():
    assert schemas.schema("transfer")["properties"]["cause"]["enum"] == Cause.values


def test_a_schema_names_the_place_of_a_fault():
    assert schemas.fault(somebody(), "transfer") == ""
    assert schemas.fault(somebody(letter__days=91), "transfer").startswith("letter.days")
    assert schemas.fault(somebody(letter__days=True), "transfer").startswith("letter.days")
    assert schemas.fault(somebody(person__joined_on="2012-5-4"), "transfer").startswith("person.joined_on")
    assert schemas.fault(somebody() | {"more": ""}, "transfer")


# ── the registration file ───────────────────────────────────────────────────────────────────────────────


def test_a_registration_file_is_read_whole_or_not_at_all():
    data = card(address="https://own.example.edu.cn")
    assert identity.read_card(data + b"\n")["platform"] == OWN
    for changed in (
        data.replace(b"own.example", b"bad.example"),
        data.replace(b"2099", b"2098"),
        data[:-1],
        b"{}",
        b"x" * 40000,
    ):
        with pytest.raises(ValueError, match="登记文件"):
            identity.read_card(changed)
