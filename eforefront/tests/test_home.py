import pytest

from eforefront.home import head
from members.services.posts import Leaders

pytestmark = pytest.mark.django_db


def numbers(found):
    return [(label, count) for label, count, _ in found.organizations]


def test_the_head_counts_the_whole_subtree_itself_included(roles, college):
    found = head(roles.general)
    assert (found.organization, found.parent_name) == (college.general, "中国共产党示范大学委员会")
    assert found.leaders == Leaders("周敏", ("陈国栋",), ("孙丽",))
    assert [(label, count) for label, count, _ in found.members] == [("正式党员", 3), ("预备党员", 1), ("总计", 4)]
    assert numbers(found) == [("党委", 0), ("党总支", 1), ("党支部", 2)]


def test_the_head_of_a_branch_is_its_own(roles):
    found = head(roles.member)
    assert found.leaders == Leaders("周敏")
    assert numbers(found) == [("党委", 0), ("党总支", 0), ("党支部", 1)]
    assert found.figures.members == 3


def test_nobody_stands_above_the_top_and_nobody_need_lead_it(roles):
    found = head(roles.root)
    assert (found.parent_name, found.leaders) == ("", Leaders())
    assert numbers(found) == [("党委", 1), ("党总支", 1), ("党支部", 2)]
