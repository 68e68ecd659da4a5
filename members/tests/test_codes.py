import pytest

from members import codes


@pytest.mark.parametrize(
    ("table", "code", "printed"),
    (
        (codes.ETHNICITIES, "01", "汉族 01"),
        (codes.EDUCATION, "12", "硕士研究生 12"),
        (codes.JOB_POSTS, "0212", "事业单位专业技术岗位 0212"),
        (codes.NEW_SOCIAL_CLASSES, "0", "无-"),
        (codes.PARTY_DUTIES, "001A", "书记"),
    ),
)
def test_values_print_as_the_manual_prints_them(table, code, printed):
    assert table.display(code) == printed


def test_headings_are_not_offered():
    assert "02" not in dict(codes.JOB_POSTS.choices)
    assert "0212" in dict(codes.JOB_POSTS.choices)


def test_the_two_schemes_of_education_are_never_mixed():
    assert (codes.EDUCATION.label("12"), codes.EDUCATION_GBT4658.label("12")) == ("硕士研究生", "博士研究生结业")


def test_choices_in_the_code_are_those_of_the_tables():
    assert codes.PersonCategory.labels == [codes.PERSON_CATEGORIES.label(code) for code in codes.PersonCategory.values]
    assert codes.MembershipStatus.labels == [
        codes.MEMBERSHIP_STATUSES.label(code) for code in codes.MembershipStatus.values
    ]
