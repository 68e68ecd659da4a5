"""示范大学: its committee and that of its hospital, 40 general branches, about 600 branches."""

from collections.abc import Iterator
from random import Random

from eforefront.demo.founding import found, ordinal
from eforefront.demo.words import words
from orgs.codes import OrgType, UnitRelation
from orgs.models import Organization

UNIT, SHORT = "示范大学", "示大"
FULL_NAME = f"中国共产党{UNIT}委员会"
MEMBERS = 15_000

_SCHOOLS = words(
    "文学院 历史学院 哲学学院 马克思主义学院 经济学院 管理学院 法学院 公共管理学院 新闻传播学院 外国语学院 教育学院",
    "艺术学院 体育学院 数学学院 物理学院 化学学院 生命科学学院 地理学院 环境学院 材料学院 信息学院 计算机学院 软件学院",
    "人工智能学院 电子工程学院 自动化学院 机械工程学院 土木工程学院 建筑学院 能源学院 医学院 药学院",
)
_OFFICES = {
    "机关": words(
        "党委办公室 组织部 宣传部 统战部 纪委 学生工作部 研究生工作部",
        "人事处 教务处 科研处 财务处 国际合作处 保卫处 审计处",
    ),
    "后勤集团": words("餐饮中心 宿管中心 动力中心 绿化中心 运输中心 物业中心"),
    "图书馆": words("采编部 流通部 技术部 参考咨询部"),
    "离退休": words(
        "离休干部第一 离休干部第二 退休第一 退休第二 退休第三 退休第四 退休第五 退休第六 退休第七 退休第八"
    ),
    "校医院": words("内科 外科 护理 综合"),
    "附属中学": words("语文组 数学组 英语组 理化组 文综组 行政"),
    "继续教育学院": words("教工 学生"),
    "国际教育学院": words("教工 学生"),
}
_DIRECT = words(
    "档案馆 出版社 校友会 网络中心 期刊社 分析测试中心 工程训练中心 博物馆 教育基金会 幼儿园 招标中心 实验动物中心",
    "发展规划处 校史馆 艺术团 高等教育研究所",
)
_PEOPLE = (("教工", 3, 5), ("本科生", 4, 6), ("硕士生", 3, 5), ("博士生", 2, 3))
_HOSPITAL = words(
    "门诊 急诊 内科 外科 护理 药学"
)  # a committee of its own, that exchanges letters with the university's
CLOSING = 6  # branches without members, to be dissolved


def organizations(rng: Random) -> list[Organization]:
    """Return the whole university, parents first, the committee itself at the head."""
    committee = found(None, UNIT, f"{SHORT}党委", OrgType.COMMITTEE, rng=rng)
    rows = [committee]
    for school in _SCHOOLS:
        general = _general(committee, school, rng)
        rows += [general, *_school_branches(general, school, rng)]
    for office, parts in _OFFICES.items():
        general = _general(committee, office, rng)
        rows += [general, *(_branch(general, office, part, rng) for part in parts)]
    rows += [found(committee, f"{UNIT}{name}", f"{SHORT}{name}党支部", rng=rng) for name in _DIRECT]
    return [*rows, *_special(rows, rng), *_hospital(committee, rng)]


def _general(committee: Organization, name: str, rng: Random) -> Organization:
    return found(committee, f"{UNIT}{name}", f"{SHORT}{name}党总支", OrgType.GENERAL_BRANCH, rng=rng)


def _branch(parent: Organization, place: str, name: str, rng: Random, **fields) -> Organization:
    fields.setdefault("is_elderly_majority", name.startswith(("离休", "退休")))
    return found(parent, f"{UNIT}{place}{name}", f"{SHORT}{place}{name}党支部", rng=rng, **fields)


def _school_branches(general: Organization, school: str, rng: Random) -> Iterator[Organization]:
    for people, fewest, most in _PEOPLE:
        for number in range(1, rng.randint(fewest, most) + 1):
            yield _branch(general, school, f"{people}{ordinal(number)}", rng)


def _special(rows: list[Organization], rng: Random) -> Iterator[Organization]:
    """Functional, temporary and joint branches, and those that will be dissolved."""
    committee = rows[0]
    generals = dict(zip(_SCHOOLS, (row for row in rows if row.org_type == OrgType.GENERAL_BRANCH), strict=False))
    chosen = rng.sample(_SCHOOLS, 14 + CLOSING)
    for school in chosen[:7]:
        yield _branch(generals[school], school, "暑期社会实践功能型", rng, is_functional=True)
    for school in chosen[7:10]:
        yield _branch(generals[school], school, "援建项目临时", rng, org_type=OrgType.TEMPORARY_BRANCH)
    for school in chosen[10:14]:
        unit = f"{UNIT}、示范{school.removesuffix('学院')}科技有限公司"
        joint = {"org_type": OrgType.JOINT_BRANCH, "unit_relation": UnitRelation.LINKED_UNIT, "unit_name": unit}
        yield _branch(generals[school], school, "校企联合", rng, **joint)
    for school in chosen[14:]:
        yield _branch(generals[school], school, "二年级本科生", rng)
    yield found(committee, f"{UNIT}新校区建设临时", f"{SHORT}新校区建设临时党支部", OrgType.TEMPORARY_BRANCH, rng=rng)


def _hospital(committee: Organization, rng: Random) -> Iterator[Organization]:
    hospital = found(committee, f"{UNIT}附属医院", f"{SHORT}附属医院党委", OrgType.COMMITTEE, rng=rng)
    yield hospital
    yield from (_branch(hospital, "附属医院", part, rng) for part in _HOSPITAL)


def closing(rows: list[Organization]) -> list[Organization]:
    """Return the branches that get no members and are dissolved later."""
    return [row for row in rows if row.short_name.endswith("二年级本科生党支部")]
