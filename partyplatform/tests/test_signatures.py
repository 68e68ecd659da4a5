import pytest

from partyplatform import signatures

LETTER, OTHER = "letter", "message"


def test_what_was_signed_is_known_again_and_nothing_else():
    key_id, signature = signatures.sign("第 1 号".encode(), purpose=LETTER)
    assert signatures.is_signed("第 1 号".encode(), signature, key_id=key_id, purpose=LETTER)
    assert not signatures.is_signed("第 2 号".encode(), signature, key_id=key_id, purpose=LETTER)
    assert not signatures.is_signed("第 1 号".encode(), signature[:-1] + b"\0", key_id=key_id, purpose=LETTER)
    assert not signatures.is_signed("第 1 号".encode(), signature, key_id=key_id, purpose=OTHER)
    assert not signatures.is_signed("第 1 号".encode(), signature, key_id="unknown", purpose=LETTER)


def test_an_older_key_still_proves_what_it_signed(settings):
    old = dict(settings.AUDIT_KEYS)
    key_id, signature = signatures.sign(b"paper", purpose=LETTER)
    settings.AUDIT_KEYS = old | {"later": b"n" * 32}
    assert signatures.sign(b"paper", purpose=LETTER)[0] == "later"
    assert signatures.is_signed(b"paper", signature, key_id=key_id, purpose=LETTER)


def test_others_prove_it_with_the_public_keys_alone(settings):
    settings.AUDIT_KEYS = dict(settings.AUDIT_KEYS) | {"later": b"n" * 32}
    _, signature = signatures.sign(b"paper", purpose=LETTER)
    pem = "".join(f"# {key_id}\n{key}" for key_id, key in signatures.public_keys(purpose=LETTER).items())
    keys = signatures.read_public_keys(pem.encode())
    assert [signatures.is_signed_by(key, b"paper", signature) for key in keys] == [False, True]
    assert not any(signatures.is_signed_by(key, b"papers", signature) for key in keys)


@pytest.mark.parametrize("pem", [b"", b"text", b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"])
def test_a_file_that_is_no_key_is_refused(pem):
    with pytest.raises(ValueError, match=r"(?i)key|pem|asn"):
        signatures.read_public_keys(pem)
