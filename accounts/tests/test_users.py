import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from accounts.tests.factories import UserFactory, id_number
from partyplatform.crypto import Undecipherable, seal
from partyplatform.sealing.tests.rings import index_ring

pytestmark = pytest.mark.django_db


def raw_row(user):
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accounts_user WHERE id = %s", [user.pk])
        return cursor.fetchone()


def test_the_number_stands_in_no_column_in_clear():
    number = id_number(7)
    user = UserFactory(id_number=number)
    stored = b"|".join(bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for v in raw_row(user))
    assert not any(number[start : start + 6].encode() in stored for start in range(13))
    assert user.unsealed_id_number() == number


def test_no_ordinary_way_of_printing_a_user_shows_the_number():
    user = User.objects.get(pk=UserFactory(name="周敏", id_number=id_number(7)).pk)
    assert str(user) == "周敏"
    assert not hasattr(user, "id_number")
    assert id_number(7) not in f"{user!r} {vars(user)} {user.get_username()}"


def test_the_masked_number_keeps_the_last_four():
    assert UserFactory(id_number=id_number(7)).masked_id_number == "*" * 14 + id_number(7)[-4:]


@pytest.mark.parametrize("typed", (" 99000019900101005x ", "９９００００１９９００１０１００５Ｘ"))
def test_an_account_is_found_however_the_number_is_typed(typed):
    UserFactory()
    user = UserFactory(id_number="99000019900101005X")
    assert list(User.objects.with_id_number(typed)) == [user]


def test_an_account_is_found_while_keys_are_being_changed(settings):
    user = UserFactory(id_number=id_number(7))
    settings.INDEX_KEYS = {**settings.INDEX_KEYS, **index_ring({"t2": b"j" * 32})}
    assert list(User.objects.with_id_number(id_number(7))) == [user]
    with pytest.raises(ValidationError, match="该身份证号已有账号"):
        UserFactory(id_number=id_number(7))


def test_a_number_has_one_account():
    UserFactory(id_number="99000019900101005X")
    with pytest.raises(ValidationError, match="该身份证号已有账号"):
        UserFactory(id_number="99000019900101005x")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.build(name="周敏", id_number="99000019900101005X").save()


def test_what_is_no_number_gets_no_account():
    with pytest.raises(ValidationError) as refused:
        User.objects.create(name="周敏", id_number="990000199001010011")
    assert refused.value.message_dict == {"id_number": ["身份证号校验码不正确"]}
    assert User.objects.count() == 0


def test_without_a_password_nobody_gets_in():
    user = UserFactory()
    assert not user.has_usable_password()
    assert not user.check_password("")


def test_a_ciphertext_moved_to_another_account_does_not_open():
    one, other = UserFactory(), UserFactory()
    User.objects.filter(pk=other.pk).update(id_number_sealed=one.id_number_sealed)
    other.refresh_from_db()
    with pytest.raises(Undecipherable):
        other.unsealed_id_number()
    assert other.masked_id_number == "无法解密"


def test_a_number_sealed_before_the_registry_was_made_opens():
    user = UserFactory()
    sealed = seal(id_number(7), table="accounts_user", column="id_number", row=user.uid)
    User.objects.filter(pk=user.pk).update(id_number_sealed=sealed)
    assert User.objects.get(pk=user.pk).unsealed_id_number() == id_number(7)
