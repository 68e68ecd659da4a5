import pytest
from django.core.exceptions import ValidationError

from accounts.services import passwords
from accounts.tests.factories import PASSWORD, UserFactory
from members.models import Member
from members.models.members import PHONES
from members.phones import phones_of
from members.tests.factories import MemberFactory
from partyplatform import audit

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    """An account whose member's record holds a phone."""
    member = MemberFactory(user=UserFactory(password=PASSWORD))
    PHONES.put(member, "13800001234")
    member.save()
    return member.user


def test_the_own_phone_is_no_password(person):
    with pytest.raises(ValidationError, match="密码中不能含有本人电话号码"):
        passwords.change(person, current=PASSWORD, password="窗外的枣树 800001 棵", by=audit.SYSTEM)


def test_without_a_readable_phone_nothing_is_known(person):
    assert phones_of(UserFactory()) == []
    Member.objects.update(phone_sealed=b"broken")
    assert phones_of(person) == []
    Member.objects.update(phone_sealed=b"", phone_index="")
    assert phones_of(person) == []
