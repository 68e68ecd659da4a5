"""组织生活会和民主评议 as a table of steps, in their order. Source: workflows.md 7.4; 支部条例 17, 18."""

from dataclasses import dataclass

EXCELLENT, GOOD, BASIC, FAILED, NO_GRADE = "1", "2", "3", "4", "9"  # of review_grade
TO_IMPROVE = "1"  # of handling_after_review: what 不合格 leads to unless something else is decided


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `asks` names what must be put down for each member before it is done; `is_above` that the level above
    does it."""

    number: int
    slug: str
    label: str
    hint: str
    asks: str = ""
    is_above: bool = False


# fmt: off
STEPS = tuple(Step(number, *row) for number, row in enumerate((
    # slug       label          what it is                                                asks        by whom
    ("study",    "学习",       "组织党员学习规定内容，明确评议要求"),
    ("talks",    "谈心谈话",   "书记与委员、委员与委员、班子与党员、党员与党员谈心谈话"),
    ("meeting",  "组织生活会", "班子和党员对照检查，开展批评和自我批评"),
    ("own",      "个人自评",   "党员对照标准作出自我评价",                               "own"),
    ("mutual",   "党员互评",   "党员之间相互评议",                                       "mutual"),
    ("ballot",   "民主测评",   "按优秀、合格、基本合格、不合格无记名投票，只登记票数",   "ballots"),
    ("grading",  "评定意见",   "支委会或党员大会综合评定等次",                           "grades"),
    ("report",   "上报",       "评定结果报上级党组织"),
    ("filing",   "结果入库",   "上级党组织审核后，结果写入党员的民主评议信息",           "",         True),
), 1))
# fmt: on
LAST = len(STEPS)
BY_SLUG = {step.slug: step for step in STEPS}
REPORT, FILING = BY_SLUG["report"].number, BY_SLUG["filing"].number


def most_excellent(graded: int) -> int:
    """Return how many of those graded may be 优秀: normally a third at most."""
    return graded // 3
