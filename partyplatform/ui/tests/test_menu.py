import re

import pytest
from django.contrib.sessions.models import Session
from django.template.loader import render_to_string
from django.utils import timezone

from partyplatform.ui import menu as menus
from partyplatform.ui import todos as bell
from partyplatform.ui.menu import INFO, Item, Link, menu, menu_item
from partyplatform.ui.tests.factories import Role

pytestmark = pytest.mark.urls("partyplatform.ui.tests.urls")


@pytest.fixture(autouse=True)
def entries(monkeypatch):
    monkeypatch.setattr(menus, "_items", {"info": [], "portal": []})
    children = [Item("党员党组织信息", "org_list", "view_orgs"), Item("常见问题解答", "ui:faq")]
    menu_item(INFO, "权限配置", "grants", power="grant_role", order=5)
    menu_item(INFO, "信息浏览", order=1, children=children)
    menu_item(INFO, "首页", "info_home", order=0)
    menu_item(INFO, "批量维护", "pages:of:a:later:version", order=6)


def labels(role, path="/info/"):
    return [(link.label, link.url, link.current) for link in menu(INFO, role, path)]


def test_the_menu_shows_what_exists_in_its_order_to_those_with_the_power():
    assert labels(Role({"view_orgs", "grant_role"})) == [
        ("首页", "/info/", "page"),
        ("信息浏览", "/info/orgs/", ""),
        ("权限配置", "/info/grants/", ""),
    ]


def test_an_entry_leads_to_the_first_page_that_is_open():
    assert labels(Role()) == [("首页", "/info/", "page"), ("信息浏览", "/help/faq/", "")]


@pytest.mark.parametrize(
    ("path", "marked"),
    (
        ("/info/orgs/", [("信息浏览", "page")]),
        ("/info/orgs/17/", [("信息浏览", "true")]),
        ("/info/else/", []),
        ("/jobs/", []),
    ),
)
def test_the_entry_the_reader_is_in_is_marked(path, marked):
    role = Role({"view_orgs", "grant_role"})
    assert [(label, current) for label, _, current in labels(role, path) if current] == marked


def test_the_pages_below_the_current_entry_are_shown():
    found = menu(INFO, Role({"view_orgs"}), "/info/orgs/17/")
    assert [link.children for link in found] == [
        (),
        (Link("党员党组织信息", "/info/orgs/", "true"), Link("常见问题解答", "/help/faq/")),
    ]


@pytest.mark.parametrize(
    ("path", "section"), (("/info/orgs/17/", ""), ("/info/else/", "信息浏览"), ("/info/grants/", "信息浏览"))
)
def test_the_pages_of_an_entry_stand_below_it_by_the_address_or_by_what_the_page_says(path, section):
    links = menu(INFO, Role({"view_orgs", "grant_role"}), path)
    page = render_to_string("layouts/_nav.html", {"links": links, "section": section})
    assert re.findall(r'aria-current="true">(.*?)</a>|aria-label="(.*?)"', page)[:3] == [
        ("", "主菜单"),
        ("信息浏览", ""),
        ("", "信息浏览"),
    ]
    assert page.count('class="subnav"') == 1


def test_a_page_beside_the_addresses_of_an_entry_belongs_to_it_where_the_entry_says_so():
    menu_item(INFO, "帮助", order=9, children=[Item("党组织", "org_list"), Item("问答", "ui:faq", around="grants")])
    link = next(link for link in menu(INFO, Role(), "/info/grants/17/") if link.label == "帮助")
    assert (link.current, [child.current for child in link.children]) == ("true", ["", "true"])


def test_of_two_entries_above_a_page_the_nearer_one_is_marked():
    menu_item(INFO, "帮助", order=9, children=[Item("首页", "info_home"), Item("授权", "grants")])
    link = next(link for link in menu(INFO, Role(), "/info/grants/17/") if link.label == "帮助")
    assert [(child.label, child.current) for child in link.children] == [("首页", ""), ("授权", "true")]


def test_entering_an_item_twice_replaces_it():
    menu_item(INFO, "首页", "org_list", order=0)
    assert labels(Role())[0] == ("首页", "/info/orgs/", "")


@pytest.mark.django_db
def test_the_bell_adds_up_what_the_apps_count_in_one_statement(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(bell, "_counters", [])
    assert bell.todos(Role()) is None
    for key in "abc":
        Session.objects.create(session_key=key, session_data="", expire_date=timezone.now())
    bell.counts_todos(lambda role: [Session.objects.filter(pk__in="ab").order_by("pk")])
    bell.counts_todos(lambda role: [Session.objects.filter(pk="c"), Session.objects.none()])
    bell.counts_todos(lambda role: [])
    with django_assert_num_queries(1):
        assert (bell.todos(Role()), bell.todos(None)) == (3, None)


def test_apps_share_a_label_and_their_entries_follow_their_order():
    menu_item(INFO, "权限配置", order=5, children=[Item("审计记录", "ui:faq", order=8)])
    menu_item(INFO, "权限配置", order=5, children=[Item("党员权限配置", "grants"), Item("审计记录", "ui:faq", order=8)])
    link = next(link for link in menu(INFO, Role(), "/info/grants/") if link.label == "权限配置")
    assert [child.label for child in link.children] == ["党员权限配置", "审计记录"]
    assert link.url == "/info/grants/"
