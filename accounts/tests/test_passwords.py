"""Source: security.md 6."""

import pytest

from accounts.passwords import problems
from accounts.tests.factories import PASSWORD, id_number

PERSON = {
    "name": "周敏",
    "id_number": id_number(1),
    "phones": ["138-0013-8000"],
    "organizations": ["示大信息学院教工第一党支部", "示范大学"],
}
SHORT = "密码至少应有 12 个字符，现为 {} 个"


@pytest.mark.parametrize(
    ("password", "reasons"),
    (
        ("", [SHORT.format(0), "密码过于简单，请避免重复和连续的字符"]),
        ("沙发上的三只猫", [SHORT.format(7)]),
        ("沙发上的三只猫" + "x沙" * 61, ["密码最多 128 个字符，现为 129 个"]),
        ("我的密码是BJ0701没有人猜到", ["密码中不能含有公开的初始密码"]),
        ("窗外周敏种的石榴树开花了", ["密码中不能含有本人姓名"]),
        ("窗外石榴树 900101 开花了", ["密码中不能含有本人身份证号或其中连续 6 位"]),
        ("窗外石榴树 00138000 开花", ["密码中不能含有本人电话号码或其中连续 6 位"]),
        ("在示范大学的窗外石榴开花", ["密码中不能含有党组织名称"]),
        ("窗外石榴树 DangJian 开花", ["密码中不能含有平台名称等常用词"]),
        ("Administrator", ["密码过于常见"]),
        ("sonyericsson-2026!", ["密码过于常见"]),
        ("aaaaaaaaaaaa", ["密码过于简单，请避免重复和连续的字符"]),
        ("红绿蓝黄紫红绿蓝黄紫红绿蓝黄紫", ["密码过于简单，请避免重复和连续的字符"]),
        ("123456qwertyuiop", ["密码过于简单，请避免重复和连续的字符"]),
    ),
)
def test_every_reason_is_given(password, reasons):
    assert problems(password, **PERSON) == reasons


@pytest.mark.parametrize(
    "password",
    (
        PASSWORD,
        " correct horse battery ",
        "石榴树\t开花了，今年比去年早",
        "x" * 3 + "沙发上的三只猫在晒太阳" * 11 + "完成了么",
    ),
)
def test_anything_else_is_accepted_as_it_is(password):
    assert problems(password, **PERSON) == []


def test_without_facts_about_the_person_the_general_rules_hold():
    assert problems("bj0701") == [SHORT.format(6), "密码中不能含有公开的初始密码"]


@pytest.mark.parametrize("part", range(13))
def test_any_six_digits_in_a_row_of_the_id_number_are_refused(part):
    reasons = problems(f"石榴树 {PERSON['id_number'][part : part + 6]} 开花了", **PERSON)
    assert "密码中不能含有本人身份证号或其中连续 6 位" in reasons
