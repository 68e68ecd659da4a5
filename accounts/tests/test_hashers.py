"""Source: security.md 6."""

import threading
import time

import pytest
from django.contrib.auth.hashers import check_password, get_hasher, identify_hasher, make_password

from accounts import hashers
from partyplatform.locks import Busy

pytestmark = pytest.mark.real_hasher


def test_passwords_are_hashed_with_the_parameters_laid_down():
    assert make_password("沙发上的三只猫在晒太阳").startswith("argon2$argon2id$v=19$m=47104,t=1,p=1$")


def test_a_password_is_compared_exactly():
    encoded = make_password(" Ａ三只猫 ")
    assert [check_password(text, encoded) for text in (" Ａ三只猫 ", "Ａ三只猫", " A三只猫 ", " ａ三只猫 ")] == [
        True,
        False,
        False,
        False,
    ]


def test_a_hash_with_other_parameters_asks_to_be_renewed():
    assert not get_hasher().must_update(make_password("三只猫"))
    weaker = make_password("三只猫").replace("m=47104", "m=8192")
    assert identify_hasher(weaker).must_update(weaker)


def test_only_so_many_hashes_are_computed_at_once(settings, monkeypatch):
    settings.HASH_PARALLEL = 3
    monkeypatch.setattr(hashers, "PATIENCE", 0.05)
    held = [hashers._turn() for _ in range(3)]
    for turn in held:
        turn.__enter__()
    try:
        with pytest.raises(Busy):
            make_password("三只猫")
    finally:
        for turn in held:
            turn.__exit__(None, None, None)
    assert make_password("三只猫").startswith("argon2$")


def test_who_waits_gets_a_turn_when_one_is_free(settings):
    settings.HASH_PARALLEL = 1
    made = []
    with hashers._turn():
        waiting = threading.Thread(target=lambda: made.append(make_password("三只猫")))
        waiting.start()
        time.sleep(0.05)
        assert made == []
    waiting.join()
    assert len(made) == 1
