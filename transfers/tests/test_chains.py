"""Chains worked out from the tree. Source: workflows.md 3.2."""

import pytest
from django.core.exceptions import ValidationError

from orgs.tests.factories import OrganizationFactory
from transfers import chains


def named(chain):
    return chain.type.label, [f"{stage.value} {organization.short_name}" for stage, organization in chain.links]


def test_inside_one_general_branch_it_decides_alone(world):
    assert named(chains.between(world.masters, world.staff)) == (
        "内部调动",
        ["common 信息总支", "take_in 教工支部"],
    )


def test_between_two_general_branches_the_committee_decides_in_the_middle(world):
    assert named(chains.between(world.masters, world.actors)) == (
        "内部调动",
        ["review_out 信息总支", "common 示范大学党委", "review_in 艺术总支", "take_in 表演支部"],
    )


def test_a_branch_right_below_the_committee_has_no_general_branch_to_ask(world):
    assert named(chains.between(world.direct, world.staff)) == (
        "内部调动",
        ["common 示范大学党委", "review_in 信息总支", "take_in 教工支部"],
    )


def test_between_two_committees_letters_are_exchanged(world):
    assert named(chains.between(world.masters, world.clerks)) == (
        "市内转接",
        [
            "review_out 信息总支",
            "approve 示范大学党委",
            "receive 考试院党委",
            "review_in 机关总支",
            "take_in 机关支部",
        ],
    )


def test_whoever_leaves_the_platform_takes_a_letter_of_the_committee(world):
    assert named(chains.leaving(world.masters)) == (
        "转往市外",
        ["review_out 信息总支", "approve 示范大学党委", "receipt 示范大学党委"],
    )


def test_whoever_arrives_is_checked_by_the_committee(world):
    assert named(chains.arriving(world.masters)) == ("市外转入", ["review_in 信息总支", "admit 示范大学党委"])


def test_a_college_committee_with_the_right_exchanges_letters_itself(world):
    college = OrganizationFactory(parent=world.university, org_type="611", short_name="医学院党委", may_approve=True)
    nurses = OrganizationFactory(parent=college, short_name="护理支部")
    assert named(chains.between(nurses, world.direct)) == (
        "市内转接",
        ["approve 医学院党委", "receive 示范大学党委", "take_in 直属支部"],
    )
    college.may_approve = False
    college.save()
    assert named(chains.between(nurses, world.direct)) == (
        "内部调动",
        ["review_out 医学院党委", "common 示范大学党委", "take_in 直属支部"],
    )


def test_without_a_committee_that_may_there_is_no_chain(world):
    lost = OrganizationFactory(parent=world.city, short_name="机关直属支部")
    with pytest.raises(ValidationError, match="没有可以开具组织关系介绍信的党委"):
        chains.leaving(lost)


@pytest.mark.parametrize(
    ("starter", "skipped"),
    (("masters", []), ("information", []), ("university", ["信息总支"]), ("city", ["信息总支"])),
)
def test_steps_below_whoever_starts_are_passed_over_on_that_side_only(world, starter, skipped):
    chain = chains.between(world.masters, world.actors)
    ids = chain.skipped_by(getattr(world, starter).pk)
    assert [organization.short_name for _, organization in chain.links if organization.pk in ids] == skipped
