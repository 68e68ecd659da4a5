"""What the style guide shows: fictional rows, a form in every state, steps."""

from dataclasses import dataclass
from datetime import date

from django import forms

from .columns import Column
from .forms import CleanText, FilterForm, PlatformForm, TypedDate
from .paging import Pager
from .tables import Sorting


@dataclass(frozen=True)
class Mark:
    label: str
    tone: str


@dataclass(frozen=True)
class SampleStep:
    label: str
    state: str
    note: str = ""


@dataclass(frozen=True)
class SampleBranch:
    pk: int
    short_name: str
    code: str
    founded_on: date
    completeness: float
    members: int
    is_functional: bool
    status: Mark

    def get_absolute_url(self):
        return f"#branch-{self.pk}"


DONE, WAITING, DRAFT = Mark("正常", "green"), Mark("转接中 2", "amber"), Mark("草稿", "")
TONES = (DONE, WAITING, DRAFT, Mark("审批中", "blue"), Mark("已退回", "red"), Mark("预备党员", "gold"))
BRANCHES = [
    SampleBranch(1, "示大信息学院教工第一党支部", "011199000311", date(2018, 9, 18), 100, 14, False, DONE),
    SampleBranch(2, "示大信息学院本科生第二党支部", "011199000314", date(2019, 3, 1), 91.4, 7, True, WAITING),
    SampleBranch(3, "示大信息学院硕士生第一党支部", "011199000315", date(2020, 9, 25), 99.96, 11, False, DRAFT),
]
COLUMNS = (
    Column("组织简称", "short_name", width=30, sort="short_name", link="get_absolute_url"),
    Column("党组织编码", "code", kind="code", sort="code"),
    Column("状态", "status", kind="tag"),
    Column("成立日期", "founded_on", kind="date", sort="founded_on", fold=True),
    Column("功能型", "is_functional", kind="bool", fold=True),
    Column("信息完整度", "completeness", kind="percent"),
    Column("党员", "members", kind="number", sort="members"),
)
STEPS = (
    SampleStep("发起转接", "done", "硕士生第一党支部\n11-16 09:12"),
    SampleStep("转出党总支审核", "done", "信息学院党总支\n11-17 10:40"),
    SampleStep("转出党委审批", "now", "示范大学党委\n已等待 6 天"),
    SampleStep("转入党委接收", "later", "市教育考试院党委"),
)
KINDS = (("", "请选择"), ("611", "党委(611)"), ("621", "党总支(621)"), ("631", "党支部(631)"))


class SampleFilter(FilterForm):
    short_name = CleanText(label="组织简称", widget=forms.TextInput(attrs={"placeholder": "支持部分匹配"}))
    deep = forms.ChoiceField(label="所有下级", choices=(("", "否"), ("1", "是")))
    kind = forms.ChoiceField(label="组织类型", choices=KINDS)


class SampleForm(PlatformForm):
    full_name = CleanText(
        label="党组织全称", max_length=100, help_text="与印章一致，如：中国共产党示范大学信息学院第一支部委员会。"
    )
    kind = forms.ChoiceField(label="组织类别", choices=KINDS)
    founded_on = TypedDate(label="批准建立党组织日期", not_future=True)
    phone = CleanText(label="联系电话", required=False)
    is_functional = forms.ChoiceField(
        label="是否是功能型党支部", choices=(("0", "否"), ("1", "是")), widget=forms.RadioSelect, required=False
    )
    elderly = forms.BooleanField(label="以老年党员为主的党支部", required=False)
    remark = CleanText(label="备注", lines=True, required=False)


def sample_page(request):
    """Return the context of the style guide."""
    refused = SampleForm(
        {"full_name": "中国共产党示范大学信息学院第一支部委员会", "founded_on": "2018-13-40", "phone": "1888"}
    )
    refused.add_error("phone", "手机号码应为 11 位，现为 4 位")
    return {
        "columns": COLUMNS,
        "branches": BRANCHES,
        "sorting": Sorting(COLUMNS, request.GET.get("sort", "short_name")),
        "pager": Pager(list(range(186)), request.GET),
        "filters": SampleFilter(request.GET or None, auto_id="filter_%s"),
        "refused": refused,
        "steps": STEPS,
        "tones": TONES,
        "tabs": (
            {"label": "党组织信息", "url": "#a", "is_current": True, "is_complete": True},
            {"label": "党组织届次信息", "url": "#b", "missing": 2},
            {"label": "班子成员信息", "url": "#c"},
        ),
    }
