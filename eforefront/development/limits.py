"""Every number the rules of 党员发展 know, by name; `DEVELOPMENT_LIMITS` (settings) replaces single ones.

† marks what a province laid down and another may lay down differently. Source: workflows.md 4.2.
"""

from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Limit:
    """One number: what it says, how much, in what."""

    name: str
    label: str
    amount: int
    unit: str
    source: str

    @property
    def told(self) -> str:
        return f"{limit(self.name)} {self.unit}"


# fmt: off
TABLE = (
    #     name                  label                                    amount  unit          source
    Limit("age",                "申请入党的年龄",                            18, "周岁",       "细则 5"),
    Limit("talk",               "收到申请后派人谈话",                         1, "个月",       "细则 6"),
    Limit("before_activist",    "递交申请到确定为积极分子（至少）",           3, "个月",       "25步 †"),
    Limit("league_age",         "应经群团推优的年龄（不超过）",              28, "周岁",       "25步 †"),
    Limit("file_activist",      "确定积极分子后备案",                         1, "个月",       "25步 †"),
    Limit("mentors",            "培养联系人（最多）",                         2, "名",         "细则 8"),
    Limit("mentored",           "一名联系人同时培养（最多）",                 5, "名",         "25步 †"),
    Limit("cultivation",        "培养教育考察（至少）",                      12, "个月",       "细则 13"),
    Limit("observation",        "考察一次",                                   6, "个月",       "细则 11"),
    Limit("report",             "思想汇报一次",                               3, "个月",       "25步 †"),
    Limit("notice",             "公示（至少）",                               5, "个工作日",   "25步 †"),
    Limit("file_candidate",     "确定发展对象后备案",                         1, "个月",       "25步 †"),
    Limit("training_days",      "集中培训（至少，天）",                       3, "天",         "细则 17"),
    Limit("training_hours",     "集中培训（至少，学时）",                    24, "学时",       "细则 17"),
    Limit("training_valid",     "培训结业有效",                              12, "个月",       "25步 †"),
    Limit("preview",            "支委会审查后预审",                           1, "个月",       "25步 †"),
    Limit("meeting",            "预审合格后召开支部大会",                     1, "个月",       "25步 †"),
    Limit("approval",           "支部大会后审批",                             3, "个月",       "细则 26"),
    Limit("approval_longest",   "有特殊情况的审批",                           6, "个月",       "细则 26"),
    Limit("apply_before",       "预备期满前提出转正申请",                     7, "天",         "25步 †"),
    Limit("discussion",         "提出转正申请后讨论",                         1, "个月",       "25步 †"),
    Limit("confirmation",       "讨论转正的支部大会后审批",                   3, "个月",       "细则 33"),
    Limit("postponement",       "推迟讨论（最长）",                           6, "个月",       "细则 36"),
)
# fmt: on
LIMITS = {limit.name: limit for limit in TABLE}


def limit(name: str) -> int:
    """Return a number as it is set here."""
    own = settings.DEVELOPMENT_LIMITS.get(name)
    return LIMITS[name].amount if own is None else int(own)


def unknown(own: dict[str, str]) -> list[str]:
    """Return what of a setting is no limit or no whole number from 1 on."""
    return [name for name, text in own.items() if name not in LIMITS or not str(text).isdecimal() or int(text) < 1]
