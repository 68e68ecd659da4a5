import logging
from datetime import date

import pytest
import time_machine
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from partyplatform.ui.forms import CleanText, PlatformForm, TypedDate, refuse


@pytest.mark.parametrize(
    "typed",
    (
        "2002-04-18",
        "20020418",
        "2002.4.18",
        "2002/4/18",
        " ２００２－０４－１８ ",
        "２００２．４．１８",
        "2002年4月18日",
    ),
)
def test_a_date_is_read_as_people_type_it(typed):
    assert TypedDate().clean(typed) == date(2002, 4, 18)


@pytest.mark.parametrize("typed", ("02-04-18", "2002-4", "昨天", "٢٠٠٢-٠٤-١٨", "20020418x", "2002-0418"))
def test_what_is_no_date_is_refused_with_an_example(typed):
    with pytest.raises(ValidationError, match="日期应写成 2002-04-18 的样子"):
        TypedDate().clean(typed)


@pytest.mark.parametrize("typed", ("2002-02-30", "20021301", "2002年4月31日"))
def test_a_day_the_calendar_does_not_have_is_named(typed):
    with pytest.raises(ValidationError, match=f"没有“{typed}”这一天，请核对"):
        TypedDate().clean(typed)


class Counts(PlatformForm):
    years = forms.IntegerField(label="任期年限", min_value=1, max_value=5)
    duty = forms.ChoiceField(label="党内职务", choices=(("1", "书记"),))
    document = CleanText(label="文号", max_length=3)


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    (
        ("years", "九", "应填写整数"),
        ("years", "9", "不能大于 5"),
        ("years", "0", "不能小于 1"),
        ("duty", "7", "请从列表中选择"),
        ("document", "示组一号", "不能超过 3 个字，现为 4 个字"),
    ),
)
def test_refusals_speak_as_the_platform_does(field, typed, message):
    data = QueryDict(mutable=True)
    data.update({"years": "3", "duty": "1", "document": "文", field: typed})
    assert Counts(data).errors == {field: [message]}


def test_a_date_may_be_kept_from_the_future_and_from_long_ago():
    field = TypedDate(not_future=True)
    with time_machine.travel("2026-11-20 12:00", tick=False):
        assert field.clean("2026-11-20") == date(2026, 11, 20)
        with pytest.raises(ValidationError, match="日期不能晚于今天"):
            field.clean("2026-11-21")
    with pytest.raises(ValidationError, match="日期应在 1900 年之后"):
        field.clean("1899-12-31")


def test_a_stored_date_is_shown_as_it_is_typed():
    assert TypedDate().prepare_value(date(2002, 4, 18)) == "2002-04-18"


@pytest.mark.parametrize(
    ("typed", "kept"),
    (
        ("　ＡＢ１２ ", "AB12"),
        ("阿卜杜拉·买买提", "阿卜杜拉·买买提"),
        ("党支部（试点），一", "党支部（试点），一"),
        ("\u202e示大\u200b\u0007\ufeff", "示大"),
        ("𠮷野\U000e0100", "𠮷野\U000e0100"),
        ("a\tb\r\nc", "a b c"),
    ),
)
def test_text_loses_what_nobody_sees_and_keeps_the_rest(typed, kept):
    assert CleanText().clean(typed) == kept


def test_a_text_area_keeps_its_lines():
    assert CleanText(lines=True).clean("一\r\n二\r三\t") == "一\n二\n三"


def test_only_what_is_left_counts_as_filled():
    with pytest.raises(ValidationError):
        CleanText().clean("\u200b\u3000")


class NameForm(PlatformForm):
    name = CleanText(label="党组织全称", max_length=5)
    kind = forms.ChoiceField(label="组织类别", choices=(("631", "党支部(631)"),))
    tags = forms.MultipleChoiceField(label="标记", choices=(("a", "甲"), ("b", "乙")), required=False)


def test_missing_fields_are_named():
    assert NameForm(QueryDict("")).errors == {"name": ["请填写党组织全称"], "kind": ["请选择组织类别"]}


def test_unlisted_fields_are_ignored_and_logged(caplog):
    form = NameForm(QueryDict("name=x&kind=631&is_superuser=1&code=0%0A1&csrfmiddlewaretoken=t&form_key=k"))
    with caplog.at_level(logging.WARNING):
        assert form.is_valid()
    assert form.cleaned_data == {"name": "x", "kind": "631", "tags": []}
    assert [record.getMessage() for record in caplog.records] == ["NameForm ignored ['code', 'is_superuser']"]


def test_a_form_with_a_prefix_leaves_the_fields_of_others_alone(caplog):
    with caplog.at_level(logging.WARNING):
        assert NameForm(QueryDict("version=1&a-name=x&a-kind=631&a-code=1&b-name=y"), prefix="a").is_valid()
    assert [record.getMessage() for record in caplog.records] == ["NameForm ignored ['a-code']"]


def test_a_field_sent_twice_is_refused_unless_it_takes_many():
    form = NameForm(QueryDict("name=x&name=y&kind=631&tags=a&tags=b"))
    assert form.errors == {"name": ["该项收到多个值，请重新填写"]}


def test_a_refusal_lands_at_its_field_or_above_the_form():
    form = NameForm(QueryDict("name=x&kind=631"))
    assert form.is_valid()
    refuse(form, ValidationError({"name": "党组织全称已存在", "secret": "不能修改"}))
    refuse(form, ValidationError("已撤销"))
    assert form.errors == {"name": ["党组织全称已存在"], "__all__": ["不能修改", "已撤销"]}
