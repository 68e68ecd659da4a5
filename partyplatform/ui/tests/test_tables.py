import pytest
from django.http import QueryDict
from django.test import RequestFactory

from partyplatform.ui.columns import Column
from partyplatform.ui.forms import CleanText, FilterForm
from partyplatform.ui.models import UsedFormKey
from partyplatform.ui.tables import ListPage, Sorting

KEY = Column("键", "key", sort="key")
USER = Column("用户", "user_uid")
COLUMNS = (KEY, USER)


@pytest.mark.parametrize(
    ("asked", "direction", "next_value"),
    (("", "", "key"), ("key", "ascending", "-key"), ("-key", "descending", None), ("password", "", "key")),
)
def test_a_heading_leads_up_down_and_back(asked, direction, next_value):
    sorting = Sorting(COLUMNS, asked)
    assert (sorting.direction(KEY), sorting.next_for(KEY)) == (direction, next_value)


@pytest.mark.parametrize("asked", ("user_uid", "-user_uid", "id", "user__password", "--key", "?", "key,id"))
def test_only_columns_that_can_sort_do(asked):
    rows = UsedFormKey.objects.order_by("created_at")
    assert Sorting(COLUMNS, asked).apply(rows) is rows


@pytest.mark.django_db
def test_sorted_rows_that_are_alike_keep_one_order():
    assert Sorting(COLUMNS, "-key").apply(UsedFormKey.objects).query.order_by == ("-key", "pk")


class KeyFilter(FilterForm):
    user = CleanText(label="用户")

    def narrow(self, rows):
        return rows.filter(user_uid=self.values["user"]) if "user" in self.values else rows


class Keys(ListPage):
    model = UsedFormKey
    columns = COLUMNS
    filter_class = KeyFilter

    def render_to_response(self, context):
        return context


@pytest.mark.django_db
def test_a_list_page_filters_sorts_and_cuts():
    UsedFormKey.objects.bulk_create(UsedFormKey(key=key, user_uid=user) for key, user in ("aX", "bY", "cX"))
    context = Keys.as_view()(RequestFactory().get("/", {"user": "Ｘ", "sort": "-key"}))
    assert [row.key for row in context["rows"]] == ["c", "a"]
    assert (context["is_filtered"], context["pager"].total, context["sorting"].column) == (True, 2, KEY)


def test_filters_leave_out_what_makes_no_sense():
    form = KeyFilter(QueryDict("user=+&page=2&evil=1"))
    assert (form.values, form.is_active, KeyFilter(None).values) == ({}, False, {})
