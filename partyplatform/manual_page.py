"""docs/manual/: the manual of the product as pages of text with pictures, made from its chapters under /help/manual/.

The chapters are written once, in templates/help/manual/; here they are put into the six parts of the manual of 2018.
`scripts/screenshots` takes the pictures of a running demonstration.
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


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: below which chapter, what it shows, who of the demonstration is logged in, where."""

    chapter: str
    name: str
    caption: str
    role: str
    address: str


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    title: str
    chapters: tuple[str, ...]
    introduction: str = ""


# fmt: off
PARTS = (
    Part("1-introduction", "第一部分 平台介绍", ("home", "notices"), INTRODUCTION),
    Part("2-login", "第二部分 登录", ("login", "usbkey")),
    Part("3-grants", "第三部分 授权", ("grants", "rights", "audit")),
    Part("4-organisations", "第四部分 党组织信息维护",
         ("browse", "create", "update", "parent", "dissolve", "order", "excel", "term")),
    Part("5-members", "第五部分 党员信息与业务",
         ("members", "entering", "membership", "mobility", "reviews", "queries", "statistics", "meetings", "activities",
          "registrations", "development", "applicants", "dues")),
    Part("6-transfers", "第六部分 组织关系转接", ("transfer", "batches", "exchange")),
)
PICTURES = (
    Picture("home",       "portal-home",  "党员E先锋的首页",              "committee", "/portal/"),
    Picture("notices",    "notices",      "通知",                         "committee", "/portal/notices/"),
    Picture("login",      "login",        "登录页",                       "",          "/login/?next=/info/"),
    Picture("grants",     "grants",       "党员权限配置",                 "committee", "/info/grants/"),
    Picture("audit",      "audit",        "审计记录",                     "committee", "/info/audit/"),
    Picture("browse",     "organisations", "机构树和党组织列表",          "committee", "/info/orgs/"),
    Picture("term",       "terms",        "换届提醒",                     "committee", "/info/terms/"),
    Picture("members",    "members",      "党员信息",                     "committee", "/info/orgs/*/members/"),
    Picture("statistics", "statistics",   "党内统计",                     "committee", "/info/statistics/"),
    Picture("meetings",   "meetings",     "组织生活",                     "branch",    "/portal/meetings/list/"),
    Picture("development", "pipeline",    "培养进度",                     "committee", "/portal/development/pipeline/"),
    Picture("dues",       "dues",         "收缴登记",                     "branch",    "/portal/dues/grid/"),
    Picture("transfer",   "transfers",    "待办的组织关系转接",           "committee", "/portal/transfers/waiting/"),
)
# fmt: on


def manual_pages() -> dict[str, str]:
    """Return {file name below docs/manual/: text} of the index and of the six parts."""
    pages = {f"{part.name}.md": _part_page(part) for part in PARTS}
    lines = [f"{number}. [{part.title.split(' ', 1)[1]}]({part.name}.md)" for number, part in enumerate(PARTS, 1)]
    return {
        "README.md": "\n".join(["# 操作手册", "", "登录后在页面底部的“操作手册”也能读到。", "", *lines, ""])
    } | pages


def _part_page(part: Part) -> str:
    texts = [f"# {part.title}"] + ([part.introduction.strip()] if part.introduction else [])
    for chapter in part.chapters:
        texts.append(_Markdown.of(render_to_string(f"help/manual/_{chapter}.html")))
        texts += [f"![{one.caption}](pictures/{one.name}.png)" for one in PICTURES if one.chapter == chapter]
    return "\n\n".join(texts) + "\n"


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
            if tag == "h2":  # numbered over the whole manual; here each part has its own few
                text = re.sub("^[一二三四五六七八九十]+、", "", text)
            self.blocks.append(self.HEADS.get(tag, self.mark if tag == "li" else "") + text)

    def handle_data(self, data: str) -> None:
        self.text += data
