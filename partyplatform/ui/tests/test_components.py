from types import SimpleNamespace

import pytest
from django import forms
from django.http import QueryDict
from django.template import TemplateSyntaxError, engines
from django.test import RequestFactory

from partyplatform.ui.columns import Column
from partyplatform.ui.forms import CleanText, PlatformForm
from partyplatform.ui.paging import Pager
from partyplatform.ui.tables import Sorting
from partyplatform.ui.tests.factories import Role

pytestmark = pytest.mark.urls("partyplatform.ui.tests.urls")
BRANCH = SimpleNamespace(pk=7, name="<一>支部", code="011199000311", done=99.96, url="/info/orgs/7/", state=None)
COLUMNS = (
    Column("简称", "name", link="url", sort="name"),
    Column("编码", "code", kind="code", sort="code"),
    Column("完整度", "done", kind="percent"),
    Column("书记", "state", fold=True),
    Column("内部", "pk", screen=False),
)


def show(text, query="", **context):
    return engines["django"].from_string(text).render(context, RequestFactory().get(f"/info/orgs/?{query}"))


def table(text="{% table columns rows '下级党组织' sorting=sorting %}", query="", **context):
    context = {
        "columns": COLUMNS,
        "rows": [BRANCH],
        "sorting": Sorting(COLUMNS, QueryDict(query).get("sort", "")),
    } | context
    return show(text, query, **context)


def test_a_table_says_what_it_is_and_escapes_its_cells():
    page = table()
    assert '<caption class="sr">下级党组织</caption>' in page
    assert '<td class="name-cell"><a class="name" href="/info/orgs/7/">&lt;一&gt;支部</a></td>' in page
    assert '<td class="fit" data-th="编码"><span class="code">011199000311</span></td>' in page
    assert '<td class="opt-cell" data-th="书记"><span class="muted">—</span></td>' in page
    assert "内部" not in page


def test_almost_complete_is_not_complete():
    assert "<b>99.9%</b>" in table()


def test_headings_sort_and_keep_the_filters():
    page = table(query="kind=631&page=3&sort=code")
    assert (
        '<th scope="col" class="fit" aria-sort="ascending"><a class="sort" href="?kind=631&amp;sort=-code">编码' in page
    )
    assert '<a class="sort" href="?kind=631&amp;sort=name">简称' in page
    assert '<th scope="col">完整度</th>' in page


def test_rows_are_ticked_for_a_form_elsewhere():
    text = "{% table columns rows 'x' select='ids' selected=on pick_if='may' %}"
    rows = [SimpleNamespace(**vars(BRANCH) | {"pk": 8}, may=True), SimpleNamespace(**vars(BRANCH), may=False)]
    page = table(text, rows=rows, on=[8])
    assert page.count('name="ids"') == 1
    assert 'name="ids" value="8" form="bulk" aria-label="选择 &lt;一&gt;支部" checked>' in page
    assert page.count('<tr class="is-on">') == 1


def test_a_table_without_rows_says_so():
    page = table("{% table columns rows '下级党组织' empty='没有符合条件的党组织。' %}", rows=[])
    assert "没有符合条件的党组织。" in page
    assert "<table" not in page


def test_a_cell_may_have_a_template_of_its_own():
    column = Column("操作", "", cell="components/crumbs.html")
    page = table(columns=(COLUMNS[0], column), sorting=None, here="来自页面")
    assert '<li aria-current="page">来自页面</li>' in page


def test_the_pager_keeps_the_query():
    page = show("{% pager pager %}", "kind=631&page=2", pager=Pager(list(range(45)), QueryDict("kind=631&page=2")))
    assert 'href="?kind=631&amp;page=3" aria-label="第 3 页"' in page
    assert 'href="?kind=631&amp;size=50"' in page
    assert 'aria-label="第 2 页" aria-current="page"' in page


class BranchForm(PlatformForm):
    name = CleanText(label="党组织全称", help_text="与印章一致。")
    kind = forms.ChoiceField(label="组织类别", choices=(("631", "党支部(631)"),), widget=forms.RadioSelect)
    note = CleanText(label="备注", required=False, lines=True)


def test_a_field_names_its_hint_and_its_error():
    page = show("{% field form.name wide=True %}", form=BranchForm({"kind": "631"}))
    assert '<div class="field wide field--error">' in page
    assert 'aria-describedby="id_name_hint id_name_error"' in page
    assert '<p class="hint" id="id_name_hint">与印章一致。</p>' in page
    assert "<span>错误：请填写党组织全称</span>" in page
    assert 'aria-invalid="true"' in page
    assert '<span class="req" aria-hidden="true">*</span>党组织全称' in page


def test_words_of_a_template_are_escaped_too():
    page = show("{% field form.note hint='模板：<单位>' label='<备注>' %}", form=BranchForm())
    assert "模板：&lt;单位&gt;" in page
    assert "&lt;备注&gt;</label>" in page


def test_an_empty_field_that_counts_is_amber_not_red():
    page = show("{% field form.note todo=True counts=True %}", form=BranchForm())
    assert '<div class="field field--todo">' in page
    assert "待补全" in page
    assert "aria-invalid" not in page


def test_a_group_of_choices_is_a_fieldset():
    page = show("{% field form.kind %}", form=BranchForm({}))
    assert page.strip().startswith('<fieldset class="field field--error" aria-describedby="id_kind_error">')


def test_the_summary_leads_to_every_error():
    page = show("{% error_summary form %}", form=BranchForm({}))
    assert "未保存，请更正 2 处错误" in page
    assert "autofocus" in page.partition("data-error-summary")[0]  # read first, without script too
    assert '<a href="#id_name">党组织全称：请填写党组织全称</a>' in page
    assert '<a href="#id_kind">组织类别：请选择组织类别</a>' in page
    assert show("{% error_summary form %}", form=BranchForm()) == ""


def test_filters_keep_what_they_are_told_and_forget_the_rest():
    page = show("{% filters form keep='org sort' %}", "org=3&sort=code&page=2", form=BranchForm())
    assert '<input type="hidden" name="org" value="3"><input type="hidden" name="sort" value="code">' in page
    assert 'href="/info/orgs/?org=3&amp;sort=code">重置</a>' in page
    assert 'name="page"' not in page


@pytest.mark.parametrize(
    ("text", "expected"),
    (
        ("{% button typed kind='primary' %}", '<button class="btn btn--primary" type="submit">&lt;x&gt;</button>'),
        (
            "{% button '好' size='s' data_x=typed %}",
            '<button class="btn btn--s" data-x="&lt;x&gt;" type="submit">好</button>',
        ),
        ("{% link_button '列表' '/info/' %}", '<a class="btn" href="/info/">列表</a>'),
        ("{% link_button '问答' 'ui:faq' dialog=True %}", '<a class="btn" href="/help/faq/" data-dialog>问答</a>'),
        ("{% tag nothing %}", ""),
        ("{% if role|can:'edit_org' %}可{% endif %}{% if nothing|can:'edit_org' %}否{% endif %}", "可"),
        ("{{ nothing|display }}", "—"),
    ),
)
def test_small_components(text, expected):
    assert show(text, role=Role({"edit_org"}), nothing=None, typed="<x>").strip() == expected


def test_facts_print_a_dash_for_nothing():
    page = show("{% facts '书记' '' '届满' typed %}", typed="<2027>")
    assert "<div><dt>书记</dt><dd>—</dd></div><div><dt>届满</dt><dd>&lt;2027&gt;</dd></div>" in page


def test_a_button_that_cannot_be_used_says_why():
    page = show('{% button "撤销" why="请先勾选" %}')
    assert 'aria-disabled="true"' in page
    assert "（请先勾选）" in page


def test_tones_come_from_a_known_set():
    with pytest.raises(ValueError, match="unknown tone"):
        show("{% tag status %}", status=SimpleNamespace(label="x", tone="purple"))


def test_blocks_wrap_what_they_are_given():
    page = show("{% panel title=typed %}<p>正文</p>{% endpanel %}", typed="组织<信息>")
    assert "<h2>组织&lt;信息&gt;</h2>" in page
    assert '<div class="card__body"><p>正文</p></div>' in page


def test_a_refused_form_keeps_its_key():
    key = "k" * 22
    request = RequestFactory().post("/", {"form_key": key})
    again = engines["django"].from_string("{% form_key %}").render({}, request)
    assert again == f'<input type="hidden" name="form_key" value="{key}">'
    assert show("{% form_key %}") != show("{% form_key %}")


def test_a_misspelt_argument_is_an_error():
    with pytest.raises(TemplateSyntaxError):
        show("{% panel titel='x' %}{% endpanel %}")


@pytest.mark.parametrize(
    ("percent", "drawn", "is_full"), ((0, "0.0", False), (88, "221.2", False), (100, "251.3", True))
)
def test_a_ring_shows_its_share_and_is_green_only_when_full(percent, drawn, is_full):
    page = show("{% ring percent '信息完整度' %}", percent=percent)
    assert f'aria-label="信息完整度 {percent}%"' in page
    assert f'stroke-dasharray="{drawn} 251.3"' in page
    assert ("is-full" in page) == is_full
