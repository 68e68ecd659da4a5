"""Pages by the number of the last row seen."""

import pytest
from django.http import QueryDict

from partyplatform.ui.keyset import KeysetPager
from partyplatform.ui.models import UsedFormKey

pytestmark = pytest.mark.django_db


@pytest.fixture
def keys():
    rows = UsedFormKey.objects.bulk_create(UsedFormKey(key=f"k{n:02}", user_uid="x") for n in range(25))
    return [row.pk for row in rows][::-1]


def page(query=""):
    pager = KeysetPager(UsedFormKey.objects.all(), QueryDict(query))
    return [row.pk for row in pager.rows], pager.newer, pager.older


def test_older_and_newer_lead_along_the_whole_list_and_back(keys):
    assert page("size=10") == (keys[:10], None, keys[9])
    assert page(f"size=10&before={keys[9]}") == (keys[10:20], keys[10], keys[19])
    assert page(f"size=10&before={keys[19]}") == (keys[20:], keys[20], None)
    assert page(f"size=10&after={keys[20]}") == (keys[10:20], keys[10], keys[19])
    assert page(f"size=10&after={keys[10]}") == (keys[:10], None, keys[9])


def test_rows_that_came_meanwhile_are_on_newer_pages_and_shift_nothing(keys):
    UsedFormKey.objects.create(key="new", user_uid="x")
    assert page(f"size=10&before={keys[9]}")[0] == keys[10:20]
    rows, newer, _ = page(f"size=10&after={keys[10]}")
    assert (rows, newer) == (keys[:10], keys[0])


@pytest.mark.parametrize("query", ("before=x", "before=²", "after=", "size=7", f"before={'9' * 30}"))
def test_what_makes_no_sense_shows_the_newest(keys, query):
    assert page(query)[0] == keys[:20]


def test_an_empty_list_leads_nowhere():
    assert page() == ([], None, None)
