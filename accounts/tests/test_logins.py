"""Source: security.md 3, 8."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connections
from django.utils import timezone

from accounts import hashers
from accounts.models import LoginCounter, RoleGrant, User
from accounts.services.logins import enter
from accounts.tests.factories import PASSWORD, RoleGrantFactory, UserFactory, id_number
from partyplatform.audit.models import Record
from partyplatform.locks import Busy

ADDRESS = "10.1.2.3"
ARABIC_INDIC = {0x30 + digit: 0x660 + digit for digit in range(10)}


@pytest.fixture
def person(db):
    """Somebody who may log in as 99000019900101005X with PASSWORD."""
    return RoleGrantFactory(user=UserFactory(id_number="99000019900101005X", password=PASSWORD))


def tried(name="99000019900101005X", password=PASSWORD, address=ADDRESS):
    return enter(name, password, address=address)


def recorded():
    return list(Record.objects.order_by("seq").values_list("action", flat=True))


@pytest.mark.parametrize("name", ("99000019900101005X", " 99000019900101005x", "９９００００１９９００１０１００５ｘ"))
def test_the_right_password_opens_however_the_name_is_typed(person, name):
    assert tried(name) == person
    assert recorded() == []


@pytest.mark.parametrize(
    "name",
    (
        "",
        "周敏",
        "99000019900101005X".translate(ARABIC_INDIC),
        "99000019900101\u200b005X",
        "990000199001010051",
        "9" * 5000,
        "\x00",
        id_number(2),
    ),
)
def test_no_other_name_opens(person, name):
    assert tried(name) is None


@pytest.mark.parametrize(
    "password", ("", PASSWORD + " ", PASSWORD.replace(" ", "\u3000"), "\x00", "bj0701", "x" * 100_000)
)
def test_no_other_password_opens(person, password):
    assert tried(password=password) is None


def test_a_disabled_account_and_one_without_a_grant_do_not_open(person):
    User.objects.update(is_active=False)
    assert tried() is None
    User.objects.update(is_active=True)
    assert tried() == person
    person.starts_on = person.ends_on = timezone.localdate()
    person.save()
    assert tried() is None


def test_an_account_without_a_password_does_not_open(db):
    RoleGrantFactory(user=UserFactory(id_number="99000019900101005X"))
    assert [tried(password=password) for password in ("", "!", "None")] == [None] * 3


def test_the_sixth_try_fails_also_with_the_right_password(person):
    for _ in range(5):
        assert tried(password="不是这个") is None
    assert tried() is None
    assert recorded() == ["accounts.login_failed"] * 5 + ["accounts.login_locked"]


def test_a_lock_is_written_down_once(person):
    for _ in range(9):
        tried(password="不是这个")
    assert recorded() == ["accounts.login_failed"] * 5 + ["accounts.login_locked"]


def test_records_name_nobody_in_clear(person):
    tried(password="不是这个")
    record = Record.objects.get()
    assert (record.actor_uid, record.succeeded) == ("", False)
    assert record.reason.startswith("登录名标识 ")
    assert "005X" not in f"{vars(record)}"


def test_success_clears_the_count_of_the_account(person):
    for _ in range(4):
        tried(password="不是这个")
    assert tried() == person
    for _ in range(5):
        assert tried(password="不是这个") is None
    assert recorded()[-1] == "accounts.login_failed"


def test_a_network_is_locked_whatever_names_it_tries(person, settings):
    settings.LOGIN_TRIES_PER_NETWORK = 3
    for serial in range(3):
        tried(id_number(serial), "不是这个")
    assert tried() is None
    assert tried(address="10.1.2.99") is None
    assert recorded()[-1] == "accounts.login_locked"
    assert tried(address="10.1.3.3") == person


def test_a_locked_network_can_neither_lock_accounts_nor_fill_the_table(person, settings):
    settings.LOGIN_TRIES_PER_NETWORK = 2
    for serial in range(30):
        tried(id_number(serial), "不是这个")
    assert LoginCounter.objects.count() == 3


def test_logging_in_does_not_use_up_the_network(person, settings):
    settings.LOGIN_TRIES_PER_NETWORK = 2
    assert [tried() for _ in range(5)] == [person] * 5


def test_a_try_that_had_no_turn_is_not_counted(person, settings, monkeypatch):
    settings.HASH_PARALLEL = 1
    monkeypatch.setattr(hashers, "PATIENCE", 0.01)
    with hashers._turn():
        for _ in range(8):
            with pytest.raises(Busy):
                tried()
    assert tried() == person


@pytest.mark.real_hasher
def test_an_old_hash_is_renewed_at_login(person, monkeypatch):
    with monkeypatch.context() as earlier:
        earlier.setattr(hashers.Argon2id, "memory_cost", 8192)
        User.objects.update(password=make_password(PASSWORD))
    assert tried() == person
    assert User.objects.get().password.startswith("argon2$argon2id$v=19$m=47104,t=1,p=1$")


def test_the_wanted_system_comes_first(person):
    portal = RoleGrantFactory(user=person.user, system="portal")
    RoleGrant.objects.filter(pk=person.pk).update(is_default=True)
    assert tried() == person
    assert enter("99000019900101005X", PASSWORD, address=ADDRESS, system="portal") == portal


@pytest.mark.django_db(transaction=True)
def test_of_forty_wrong_passwords_at_once_five_are_looked_at():
    RoleGrantFactory(user=UserFactory(id_number="99000019900101005X", password=PASSWORD))

    def guess(number):
        try:
            return tried(password=f"猜第{number}次", address=f"10.1.{number}.1")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(40) as pool:
        assert list(pool.map(guess, range(40))) == [None] * 40
    assert sorted(recorded()) == ["accounts.login_failed"] * 5 + ["accounts.login_locked"]
    assert tried() is None
