import pytest

from members import codes
from members.code_search import Unclear, label, matches, resolve


@pytest.mark.parametrize(
    ("table", "typed", "code"),
    (
        (codes.REGIONS, "北京市东城区 110101", "110101"),
        (codes.REGIONS, "110101", "110101"),
        (codes.REGIONS, " １１０１０１ ", "110101"),
        (codes.REGIONS, "北京市东城区", "110101"),
        (codes.REGIONS, "井陉矿区", "130107"),
        (codes.REGIONS, "台湾省", "710000"),
        (codes.PROFESSIONAL_TITLES, "无", "999"),
        (codes.PROFESSIONAL_TITLES, "副教授 012", "012"),
        (codes.JOB_POSTS, "事业单位专业技术岗位", "0212"),
        (codes.JOB_POSTS, "", ""),
    ),
)
def test_a_name_or_a_code_is_understood(table, typed, code):
    assert resolve(table, typed) == code


@pytest.mark.parametrize(
    ("typed", "says"),
    (
        ("长安区", "“长安区”不能确定是哪一项，请写明：河北省石家庄市长安区 130102、陕西省西安市长安区 610116"),
        ("桃花源", "没有“桃花源”，请输入名称或代码后从提示中选择"),
        ("北京市西城区 110101", "没有“北京市西城区 110101”，请输入名称或代码后从提示中选择"),
    ),
)
def test_an_unclear_text_says_what_is_meant(typed, says):
    with pytest.raises(Unclear, match=f"^{says}$"):
        resolve(codes.REGIONS, typed)


@pytest.mark.parametrize("typed", ("130100", "河北省石家庄市 130100"))
def test_a_heading_is_never_meant(typed):
    with pytest.raises(Unclear, match="是分类，请填写到最末一级（地区到县、区一级）"):
        resolve(codes.REGIONS, typed)


def test_suggestions_hold_every_word_and_are_few():
    assert matches(codes.REGIONS, "石家庄 长安") == ["河北省石家庄市长安区 130102"]
    assert len(matches(codes.REGIONS, "区")) == 20
    assert matches(codes.REGIONS, "  ") == []


@pytest.mark.parametrize("table", (codes.REGIONS, codes.PROFESSIONAL_TITLES, codes.JOB_POSTS))
def test_what_a_field_shows_is_understood_when_it_comes_back(table):
    assert [code for code, _ in table.choices if resolve(table, label(table, code)) != code] == []
