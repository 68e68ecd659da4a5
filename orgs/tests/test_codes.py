import pytest

from orgs import codes
from orgs.codes import PARENTS, OrgType


def test_types_of_organisation_are_those_of_the_code_table():
    assert dict(OrgType.choices) == {row.code: row.name for row in codes.ORG_TYPES}


@pytest.mark.parametrize(
    ("table", "code", "printed"),
    (
        (codes.ORG_TYPES, "631", "党支部(631)"),
        (codes.AFFILIATIONS, "2", "省(区、市)(2)"),
        (codes.UNIT_RELATIONS, "1", "与上级党组织在同一法人单位"),
    ),
)
def test_values_print_as_the_manual_prints_them(table, code, printed):
    assert table.display(code) == printed


@pytest.mark.parametrize("typed", ("631", "党支部", "党支部(631)", "党支部（631）", " 631 "))
def test_a_code_is_understood_however_it_is_typed(typed):
    assert codes.ORG_TYPES.code_of(typed) == "631"


def test_every_type_says_where_it_may_stand_and_branches_hold_nothing():
    assert set(PARENTS) == set(OrgType)
    assert not any(parents & codes.BRANCHES for parents in PARENTS.values())
