import logging

import pytest

from accounts.models import User
from accounts.models.users import NUMBERS
from accounts.tests.factories import UserFactory, id_number
from members.models import Member
from members.tests.factories import MemberFactory
from partyplatform.sealing import invariants
from partyplatform.sealing.invariants import cells_open_and_match
from partyplatform.sealing.tests.rings import field_ring

pytestmark = pytest.mark.django_db


def test_sound_rows_and_rows_without_a_number_pass():
    UserFactory()
    member = MemberFactory()
    Member.objects.create(name="示例", category="1", organization=member.organization)
    assert list(cells_open_and_match()) == []


def test_moved_cells_foreign_search_keys_and_other_spellings_are_told():
    good, moved, bad, sloppy, emptied = UserFactory.create_batch(5)
    User.objects.filter(pk=moved.pk).update(id_number_sealed=good.id_number_sealed)
    User.objects.filter(pk=bad.pk).update(id_number_index=NUMBERS.search_key(id_number(999)))
    User.objects.filter(pk=emptied.pk).update(id_number_sealed=b"")
    NUMBERS.put(sloppy, f" {sloppy.unsealed_id_number()}")
    sloppy.save()
    stranger = MemberFactory()
    Member.objects.filter(pk=stranger.pk).update(id_number_sealed=good.id_number_sealed)
    assert list(cells_open_and_match()) == [
        f"账号 {moved.uid}：身份证号无法解密",
        f"账号 {bad.uid}：检索键与身份证号不一致",
        f"账号 {sloppy.uid}：身份证号不是规范写法",
        f"账号 {emptied.uid}：身份证号无法解密",
        f"党员 {stranger.uid}：身份证号无法解密",
    ]


def test_with_the_wrong_keys_the_first_problems_are_named_and_the_others_counted(monkeypatch, settings, caplog):
    monkeypatch.setattr(invariants, "_NAMED", 2)
    users = UserFactory.create_batch(5)
    settings.FIELD_KEYS = field_ring({"t1": b"x" * 32})
    with caplog.at_level(logging.CRITICAL):
        problems = list(cells_open_and_match())
    assert problems == [f"账号 {user.uid}：身份证号无法解密" for user in users[:2]] + ["账号：身份证号另有 3 处问题"]
