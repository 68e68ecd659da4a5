import pytest
from django.core.exceptions import ValidationError

from members import finding
from members.models import Member
from members.tests.factories import MemberFactory
from orgs.search import search_text
from orgs.tests.acting import Acting

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(college):
    """Two in 教工支部, one in 学生支部, one in 表演支部, one in 直属支部; names are written as they come in lists."""
    places = (
        ("孙丽", college.staff),
        ("王小明", college.staff),
        ("王𠮷", college.students),
        ("王丽", college.artists),
        ("李思远", college.direct),
    )
    return [MemberFactory(organization=branch, name=name) for name, branch in places]


@pytest.fixture(params=("few", "many"))
def way(request, monkeypatch):
    """Both ways of asking, for the same questions."""
    limit = 10 if request.param == "few" else -1
    monkeypatch.setattr(finding, "FEW_PEOPLE", limit)
    monkeypatch.setattr(finding, "FEW_PLACES", limit)


def names(rows):
    return list(rows.values_list("name", flat=True))


def test_everybody_in_reach_is_listed_branch_by_branch(college, people):
    assert names(finding.members(Acting(college.root))) == ["孙丽", "王小明", "王𠮷", "王丽", "李思远"]
    assert names(finding.members(Acting(college.general))) == ["孙丽", "王小明", "王𠮷"]
    assert names(finding.members(Acting(college.staff))) == ["孙丽", "王小明"]


@pytest.mark.usefixtures("way")
def test_a_number_is_found_in_reach_only(college, people):
    number = people[3].unsealed_id_number()
    assert names(finding.members(Acting(college.root), id_number=number)) == ["王丽"]
    assert names(finding.members(Acting(college.root), id_number=number, name="孙")) == []
    assert names(finding.members(Acting(college.general), id_number=number)) == []


def test_a_number_or_its_end_is_looked_for():
    assert finding.sought_number(" 11010519491231002x ") == "11010519491231002X"
    assert [finding.sought_number(typed) for typed in ("", "002x", " 31002X", "０００２")] == [
        "",
        "002X",
        "31002X",
        "0002",
    ]
    for typed in ("021", "1231002", "00X2", "abcd", "1101051949123100"):
        with pytest.raises(ValidationError, match="身份证号应为18位，或只输入末 4 至 6 位"):
            finding.sought_number(typed)


def test_the_end_of_a_number_finds_its_bearers_in_reach(college, people):
    number = people[3].unsealed_id_number()
    for end in (number[-4:], number[-5:], number[-6:]):
        same = [person.name for person in people if person.unsealed_id_number().endswith(end)]
        assert names(finding.members(Acting(college.root), id_number=end)) == same
        assert "王丽" not in names(finding.members(Acting(college.general), id_number=end))
    wrong = str((int(number[-6]) + 1) % 10) + number[-5:]
    assert names(finding.members(Acting(college.root), id_number=wrong)) == []


def test_the_end_that_fits_too_many_is_refused(college, people, monkeypatch):
    monkeypatch.setattr(finding, "OPENED", 0)
    with pytest.raises(ValidationError, match="请输入完整的身份证号"):
        finding.members(Acting(college.root), id_number=people[0].unsealed_id_number()[-5:])


@pytest.mark.usefixtures("way")
def test_a_name_is_found_by_its_beginning_and_in_reach_only(college, people):
    assert names(finding.members(Acting(college.root), name="王")) == ["王小明", "王𠮷", "王丽"]
    assert names(finding.members(Acting(college.general), name="王")) == ["王小明", "王𠮷"]
    assert names(finding.members(Acting(college.general), name="王", under=college.students.pk)) == ["王𠮷"]
    assert names(finding.members(Acting(college.root), name="丽")) == []


@pytest.mark.usefixtures("way")
def test_a_place_is_found_by_name_initials_or_code_and_in_reach_only(college, people):
    assert names(finding.members(Acting(college.root), place="支部 生")) == ["王𠮷"]
    assert names(finding.members(Acting(college.root), place=college.artists.code)) == ["王丽"]
    assert names(finding.members(Acting(college.general), place="byzb")) == []
    assert "byzb" in search_text(college.artists)


@pytest.mark.usefixtures("way")
def test_name_and_place_are_asked_together(college, people):
    assert names(finding.members(Acting(college.root), name="王", place="教工")) == ["王小明"]


def test_itself_and_its_children_leave_out_what_is_further_below(college, people):
    by = Acting(college.root)
    assert names(finding.members(by, under=college.root.pk, near=True)) == ["李思远"]
    assert names(finding.members(by, under=college.general.pk, near=True)) == ["孙丽", "王小明", "王𠮷"]
    assert names(finding.members(by, under=college.staff.pk, near=True)) == ["孙丽", "王小明"]


def test_what_is_out_of_reach_stays_out_under_every_question(college, people):
    by = Acting(college.staff)
    for question in (
        {"under": college.root.pk},
        {"under": college.root.pk, "near": True},
        {"under": college.artists.pk},
    ):
        assert set(names(finding.members(by, **question))) <= {"孙丽", "王小明"}


def test_lists_read_no_more_than_they_show(college, people, django_assert_num_queries):
    with django_assert_num_queries(1):
        rows = list(finding.members(Acting(college.root)).listed())
        shown = [(row.name, row.category_label, row.standing.label, row.organization.code) for row in rows]
    assert shown[0] == ("孙丽", "中共党员", "正常", college.staff.code)
    assert Member.objects.count() == 5
