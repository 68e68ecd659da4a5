import datetime
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connections
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import ActivationCode, User
from accounts.services import activations
from accounts.services.activations import ALPHABET, issue, matching
from accounts.services.grants import end_role
from accounts.services.logins import enter
from accounts.tests.factories import PASSWORD, RoleGrantFactory, UserFactory, nth_id_number
from orgs.tests.factories import OrganizationFactory
from partyplatform import audit
from partyplatform.audit.models import Record
from partyplatform.crypto import blind_index
from partyplatform.sealing.tests.rings import index_ring

NOW = datetime.datetime(2026, 11, 27, 1, tzinfo=datetime.UTC)


@pytest.fixture
def grantor(db):
    return RoleGrantFactory()


@pytest.fixture
def newcomer(db):
    return UserFactory(name="周敏")


def test_a_code_has_58_random_bits_in_three_groups(grantor):
    codes = [issue(UserFactory(), by=grantor) for _ in range(40)]
    assert len(set(codes)) == 40
    assert {len(code) for code in codes} == {14}
    assert {sign for code in codes for sign in code} <= {*ALPHABET, "-"}
    assert len(ALPHABET) ** activations.LENGTH > 2**58
    assert not set("01OILU") & set(ALPHABET)


def test_only_the_hash_is_kept_and_the_record_names_no_code(grantor, newcomer):
    code = issue(newcomer, by=grantor)
    [row] = ActivationCode.objects.all()
    assert code not in str(vars(row))
    assert activations.cleaned(code) not in str(vars(row))
    assert (row.user, row.issuer) == (newcomer, grantor.user)
    record = Record.objects.get()
    assert (record.action, record.object_label, record.actor_name) == ("accounts.issue_code", "周敏", grantor.user_name)
    assert activations.cleaned(code)[:4] not in str(vars(record))


def test_the_operator_can_issue_too(newcomer):
    assert matching(newcomer, issue(newcomer, by=audit.SYSTEM)).issuer is None


def test_a_new_code_kills_the_one_before(grantor, newcomer):
    first, second = issue(newcomer, by=grantor), issue(newcomer, by=grantor)
    assert matching(newcomer, first) is None
    assert matching(newcomer, second).user == newcomer


def test_an_account_in_use_gets_none(grantor):
    with pytest.raises(ValidationError, match="已启用"):
        issue(UserFactory(password=PASSWORD), by=grantor)


def test_neither_a_disabled_account_nor_oneself_gets_one(grantor, newcomer):
    User.objects.filter(pk=newcomer.pk).update(is_active=False)
    with pytest.raises(ValidationError, match="已停用"):
        issue(newcomer, by=grantor)
    with pytest.raises(ValidationError, match="不能为本人"):
        issue(grantor.user, by=grantor)
    assert not ActivationCode.objects.exists()
    assert not Record.objects.exists()


def test_it_opens_for_72_hours(grantor, newcomer):
    with time_machine.travel(NOW, tick=False) as clock:
        code = issue(newcomer, by=grantor)
        clock.shift(72 * 3600 - 1)
        assert matching(newcomer, code)
        clock.shift(1)
        assert matching(newcomer, code) is None


def test_five_wrong_tries_kill_it(grantor, newcomer):
    code = issue(newcomer, by=grantor)
    for _ in range(4):
        assert matching(newcomer, "XXXX-XXXX-XXXX") is None
    assert matching(newcomer, code)
    assert matching(newcomer, "") is None
    assert matching(newcomer, code) is None


def test_the_right_code_may_be_typed_again_until_it_is_used(grantor, newcomer):
    code = issue(newcomer, by=grantor)
    assert all(matching(newcomer, code) for _ in range(9))


def test_the_code_of_somebody_else_opens_nothing(grantor, newcomer):
    code = issue(UserFactory(), by=grantor)
    issue(newcomer, by=grantor)
    assert matching(newcomer, code) is None
    assert matching(None, code) is None


def test_it_opens_under_an_older_key_of_the_index(grantor, newcomer, settings):
    code = issue(newcomer, by=grantor)
    settings.INDEX_KEYS = {**settings.INDEX_KEYS, **index_ring({"t2": b"n" * 32})}
    assert matching(newcomer, code)


def test_a_disabled_account_is_not_opened(grantor, newcomer):
    code = issue(newcomer, by=grantor)
    newcomer.is_active = False
    assert matching(newcomer, code) is None


@pytest.mark.parametrize("typed", ("{}", " {} ", "{}\u3000"))
def test_spelling_does_not_matter(grantor, newcomer, typed):
    code = issue(newcomer, by=grantor)
    full_width = "".join(chr(ord(sign) + 0xFEE0) if sign != "-" else "－" for sign in code)
    for spelling in (code, code.lower(), code.replace("-", ""), code.replace("-", " "), full_width):
        assert matching(newcomer, typed.format(spelling))


@given(st.text(alphabet=ALPHABET, min_size=12, max_size=12))
def test_writing_and_cleaning_undo_each_other(code):
    assert activations.cleaned(activations.written(code)) == code
    assert activations.cleaned(activations.written(code).lower()) == code


@given(st.text(max_size=200))
def test_whatever_is_typed_can_be_cleaned_and_compared(typed):
    cleaned = activations.cleaned(typed)
    assert activations.cleaned(cleaned) == cleaned or not cleaned.isascii()
    blind_index(cleaned, column="test")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("per_account", (5, 1000))
def test_of_forty_wrong_codes_at_once_five_are_compared(settings, monkeypatch, per_account):
    settings.LOGIN_TRIES_PER_ACCOUNT = per_account  # with 1000 only the counter of the code itself is left
    number = nth_id_number(1)
    user = RoleGrantFactory(user=UserFactory(id_number=number)).user
    issue(user, by=audit.SYSTEM)
    compared = []
    monkeypatch.setattr(activations, "_bound", lambda user, code: compared.append(code) or f"{user.uid}:{code}")

    def guess(serial):
        try:
            return enter(number, f"{serial:012d}", address=f"10.1.{serial}.1")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(40) as pool:
        assert list(pool.map(guess, range(40))) == [None] * 40
    assert len(compared) == 5
    assert ActivationCode.objects.get().tries == 5


def test_a_code_is_dead_once_its_issuer_is_not_in_charge_any_more(db):
    """The slip of a branch must not open the general branch its holder is called to afterwards. security.md 9, 36."""
    root = OrganizationFactory()
    college, other = (OrganizationFactory(parent=root, org_type="621") for _ in range(2))
    upper = RoleGrantFactory(organization=college)
    newcomer = RoleGrantFactory(organization=OrganizationFactory(parent=college)).user
    code = issue(newcomer, by=upper)
    assert matching(newcomer, code) is not None
    called = RoleGrantFactory(user=newcomer, organization=other)
    assert matching(newcomer, code) is None
    called.delete()
    end_role(upper, by=audit.SYSTEM)
    assert matching(newcomer, code) is None
