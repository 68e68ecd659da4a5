"""The main menus, filled by the apps: only what exists and what the role may open is shown.

The manual's order, for `order`:
党内信息管理系统: 首页 0 · 信息浏览 1 · 党籍管理 2 · 党员管理业务 3 · 查询统计 4 · 权限配置 5 · 批量维护 6 ·
信息审核 7 · 党内统计 8
党员E先锋: 首页 0 · 党员信息 1 · 组织生活 2 · 支部活动 3 · 党员发展 4 · 组织关系转接 5 · 党费收缴 6 · 通知动态 7
"""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

INFO, PORTAL = "info", "portal"
SYSTEMS = {INFO: "党内信息管理系统", PORTAL: "党员E先锋"}
_items = {INFO: [], PORTAL: []}


@dataclass(frozen=True)
class Item:
    """An entry of a menu. Without `url_name` it leads to the first of its children that can be opened.

    `around` names a page whose address begins addresses of the entry that stand below neither its own nor a child's.
    """

    label: str
    url_name: str = ""
    power: str | None = None
    order: int = 0
    children: tuple["Item", ...] = ()
    around: str = ""

    @property
    def address(self):
        return _reversed(self.url_name)

    def open_to(self, role):
        return self.power is None or (role is not None and role.can(self.power))


@dataclass(frozen=True)
class Link:
    """An entry as a page shows it; `current` is "page", "true" (a page below it) or "". Its children stand below the
    menu while the reader is in it."""

    label: str
    url: str
    current: str = ""
    children: tuple["Link", ...] = ()
    around: str = ""


def menu_item(system, label, url_name="", power=None, order=0, children=(), around=""):
    """Enter an item into the menu of a system; call it from AppConfig.ready(). `children` are `Item`s.

    Several apps may enter children under one label, shown by their own `order`; a label is never there twice.
    """
    before = [child for item in _items[system] if item.label == label for child in item.children]
    kept = [item for item in _items[system] if item.label != label]
    added = {child.label for child in children}
    children = (*(child for child in before if child.label not in added), *children)
    _items[system][:] = [*kept, Item(label, url_name, power, order, children, around)]


def menu(system, role, path):
    """Return the links of a system's menu for a role, the one the reader is in marked."""
    links = [_link(item, role, path) for item in sorted(_items.get(system, ()), key=lambda item: item.order)]
    links = [link for link in links if link]
    nearest = max((link for link in links if _covers(link, path, system)), key=lambda link: len(link.url), default=None)
    return tuple(_marked(link, link is nearest, path) for link in links)


def _link(item, role, path):
    inner = sorted(item.children, key=lambda child: child.order)
    children = tuple(link for link in (_link(child, role, path) for child in inner) if link)
    url = (item.address if item.open_to(role) else "") or (children[0].url if children else "")
    return Link(item.label, url, children=children, around=_reversed(item.around)) if url else None


def _reversed(url_name):
    try:
        return reverse(url_name) if url_name else ""
    except NoReverseMatch:
        return ""


def _covers(link, path, system):
    """Whether a path lies below a link; the start page of a system covers itself only."""
    below = (link.url, link.around, *(url for child in link.children for url in (child.url, child.around)))
    return path == link.url or any(path.startswith(url) for url in below if url and url != f"/{system}/")


def _marked(link, is_nearest, path):
    above = [child for child in link.children if _covered(child, path)]
    inside = max(above, key=lambda child: _covered(child, path), default=None)
    children = tuple(Link(child.label, child.url, _current(child, path, child is inside)) for child in link.children)
    return Link(link.label, link.url, _current(link, path, is_nearest), children)


def _covered(link, path):
    """How much of a path an entry of the second row speaks of; the one that speaks of most is where the reader is."""
    return max((len(url) for url in (link.url, link.around) if url and path.startswith(url)), default=0)


def _current(link, path, is_nearest):
    return ("page" if path == link.url else "true") if is_nearest else ""
