import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.template import engines

from partyplatform.ui.refusals import Refusal, addresses, markup

OPEN = Refusal("有 2 笔组织关系转接未完成", [("查看转接", "/portal/"), ("常见问题解答", "ui:faq", None)])


def test_a_refusal_leads_to_its_cause_by_address_or_by_name():
    assert addresses(OPEN) == [("查看转接", "/portal/"), ("常见问题解答", "/help/faq/")]


def test_several_refusals_keep_their_links():
    assert addresses(ValidationError([OPEN, Refusal("有下级党组织", [("查看", "/info/")])])) == [
        ("查看转接", "/portal/"),
        ("常见问题解答", "/help/faq/"),
        ("查看", "/info/"),
    ]


def test_texts_are_escaped():
    assert markup(Refusal("<b>不能撤销。", [("<i>", "/x/?a=1&b=2")])) == (
        '&lt;b&gt;不能撤销。 <a href="/x/?a=1&amp;b=2">&lt;i&gt;</a>'
    )


def test_several_reasons_are_a_list():
    page = engines["django"].from_string("{% refusal error %}")
    text = page.render({"error": Refusal(["有下级党组织", "有党员"], [("查看", "/info/")])})
    assert '<ul class="plain"><li>有下级党组织。</li><li>有党员。</li></ul><p><a href="/info/">查看</a></p>' in text


@pytest.mark.parametrize("error", (None, "", "text"))
def test_nothing_is_printed_for_no_refusal(error):
    assert engines["django"].from_string("{% refusal error %}").render({"error": error}) == ""


def test_a_form_keeps_the_links_of_what_refused_it():
    form = forms.Form({})
    form.add_error(None, OPEN)
    page = engines["django"].from_string("{% error_summary form %}").render({"form": form})
    assert '<p>有 2 笔组织关系转接未完成。 <a href="/portal/">查看转接</a>' in page
    assert ">未保存<" in page
