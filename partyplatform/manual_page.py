"""docs/manual/: the manual of the product as pages of text with pictures, made from its chapters under /help/manual/.

The chapters are written once, in templates/help/manual/; here they are put into the six parts of the manual of 2018
and a seventh about the portal. `scripts/screenshots` takes the pictures of a running demonstration.
"""

import re
from dataclasses import dataclass
from html.parser import HTMLParser

from django.template.loader import render_to_string

INTRODUCTION = """\
一个数据库，两个入口。**党内信息管理系统**（`/info/`）供管理员维护党组织和党员的信息；**党员E先锋**（`/portal/`）供管理员办理组织生活、党员发展、
组织关系转接、党费等业务，也供党员查看本人信息。看得到哪些党组织和党员、能办什么，由登录人的角色决定，见[权限表](../permissions.md)。

图中的单位和人员都是虚构的。
"""
PORTAL = """\
党员E先锋由上级党组织管理员、党支部管理员和党员共同使用，三种人看到的首页和菜单不同。上级党组织管理员看到本组织及所有下级党组织的数字，审阅、审批、
发布；党支部管理员发起组织生活和活动、登记党费、维护名单；党员只看到本人的内容和本支部的安排。一人有几个角色的，点页面右上角的“角色切换”。

页面上方的菜单依次为党员信息、组织生活、支部活动、党员发展、组织关系转接、通知动态、党费收缴。党员发展见
[第五部分](5-members.md)，组织关系转接见[第六部分](6-transfers.md)，其余见下文。
"""


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: below which chapter (or introduction of a part), what it shows, who of the demonstration is logged
    in, where; `narrow` as on a phone.
    """

    chapter: str
    name: str
    caption: str
    role: str
    address: str
    narrow: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    title: str
    chapters: tuple[str, ...]
    introduction: str = ""


# fmt: off
PARTS = (
    Part("1-introduction", "第一部分 平台介绍", (), INTRODUCTION),
    Part("2-login", "第二部分 登录", ("login", "usbkey")),
    Part("3-grants", "第三部分 授权", ("grants", "rights", "audit")),
    Part("4-organisations", "第四部分 党组织信息维护",
         ("browse", "create", "update", "parent", "dissolve", "order", "excel", "term")),
    Part("5-members", "第五部分 党员信息与业务",
         ("members", "entering", "membership", "mobility", "reviews", "queries", "statistics", "development",
          "applicants")),
    Part("6-transfers", "第六部分 组织关系转接", ("transfer", "batches", "exchange")),
    Part("7-portal", "第七部分 党员E先锋",
         ("home", "meetings", "activities", "dues", "notices", "registrations"), PORTAL),
)
PICTURES = (
    Picture("1-introduction", "info-home", "党内信息管理系统的首页",      "committee", "/info/"),
    Picture("login",      "login",        "登录页",                       "",          "/login/?next=/info/"),
    Picture("grants",     "grants",       "党员权限配置",                 "committee", "/info/grants/"),
    Picture("audit",      "audit",        "审计记录",                     "committee", "/info/audit/"),
    Picture("browse",     "organisations", "机构树和党组织列表",          "committee", "/info/orgs/"),
    Picture("term",       "terms",        "换届提醒",                     "committee", "/info/terms/"),
    Picture("members",    "members",      "党员信息",                     "committee", "/info/orgs/*/members/"),
    Picture("statistics", "statistics",   "党内统计",                     "committee", "/info/statistics/"),
    Picture("development", "pipeline",    "培养进度",                     "committee", "/portal/development/pipeline/"),
    Picture("transfer",   "transfers",    "待办的组织关系转接",           "committee", "/portal/transfers/waiting/"),
    Picture("home",       "portal-home",  "校党委管理员的首页",           "committee", "/portal/"),
    Picture("home",       "portal-branch", "党支部管理员的首页",          "branch",    "/portal/"),
    Picture("home",       "portal-own",   "手机上党员的首页",             "member",    "/portal/", narrow=True),
    Picture("home",       "portal-members", "党员信息",                   "branch",    "/portal/members/"),
    Picture("meetings",   "meetings",     "组织生活",                     "branch",    "/portal/meetings/list/"),
    Picture("meetings",   "frequency",    "各党支部的频次",               "committee", "/portal/meetings/frequency/"),
    Picture("meetings",   "own-meetings", "手机上的我的组织生活", "member", "/portal/meetings/mine/", narrow=True),
    Picture("meetings",   "appraisal",    "民主评议",                     "branch",    "/portal/meetings/reviews/"),
    Picture("activities", "activities",   "支部活动",                     "branch",    "/portal/activities/"),
    Picture("dues",       "dues",         "收缴登记",                     "branch",    "/portal/dues/grid/"),
    Picture("dues",       "dues-sums",    "逐级的党费统计",               "committee", "/portal/dues/sums/"),
    Picture("notices",    "notices",      "通知",                         "committee", "/portal/notices/"),
    Picture("notices",    "managed-notices", "通知管理",                  "committee", "/portal/notices/managed/"),
)
# fmt: on


def manual_pages() -> dict[str, str]:
    """Return {file name below docs/manual/: text} of the index and of the seven parts."""
    pages = {f"{part.name}.md": _part_page(part) for part in PARTS}
    lines = [f"{number}. [{part.title.split(' ', 1)[1]}]({part.name}.md)" for number, part in enumerate(PARTS, 1)]
    return {
        "README.md": "\n".join(["# 操作手册", "", "登录后在页面底部的“操作手册”也能读到。", "", *lines, ""])
    } | pages


def _part_page(part: Part) -> str:
    texts = [f"# {part.title}"] + ([part.introduction.strip()] if part.introduction else []) + _pictures(part.name)
    for chapter in part.chapters:
        texts.append(_Markdown.of(render_to_string(f"help/manual/_{chapter}.html")))
        texts += _pictures(chapter)
    return "\n\n".join(texts) + "\n"


def _pictures(of: str) -> list[str]:
    """The pictures of a chapter, or of the introduction of a part."""
    return [f"![{one.caption}](pictures/{one.name}.png)" for one in PICTURES if one.chapter == of]


class _Markdown(HTMLParser):
    """The few elements chapters are written in, as Markdown; any other raises ValueError."""

    HEADS = {"h2": "## ", "h3": "### "}
    ITEMS = {"ol": "1. ", "ul": "- "}
    PLAIN = {"code": "`", "b": "**"}

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[str] = []
        self.text, self.mark = "", ""

    @classmethod
    def of(cls, html: str) -> str:
        reader = cls()
        reader.feed(html)
        return re.sub(r"(?m)^((?:1\.|-) .*)\n\n(?=(?:1\.|-) )", r"\1\n", "\n\n".join(reader.blocks))

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in self.ITEMS:
            self.mark = self.ITEMS[tag]
        elif tag in self.PLAIN:
            self.text += self.PLAIN[tag]
        elif tag in self.HEADS or tag in ("p", "li"):
            self.text = ""
        else:
            raise ValueError(f"the manual in docs/ knows no <{tag}>")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.PLAIN:
            self.text += self.PLAIN[tag]
        elif tag in self.HEADS or tag in ("p", "li"):
            text = " ".join(self.text.split())
            self.blocks.append(self.HEADS.get(tag, self.mark if tag == "li" else "") + text)

    def handle_data(self, data: str) -> None:
        self.text += data
