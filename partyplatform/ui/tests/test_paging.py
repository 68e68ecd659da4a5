import pytest
from django.http import QueryDict

from partyplatform.ui import paging
from partyplatform.ui.models import UsedFormKey
from partyplatform.ui.paging import Pager


def pager(total, query="", **options):
    return Pager(list(range(total)), QueryDict(query), **options)


@pytest.mark.parametrize(
    ("query", "size", "number", "rows"),
    (
        ("", 20, 1, list(range(20))),
        ("size=10&page=3", 10, 3, [20, 21, 22, 23, 24]),
        ("size=1000000", 20, 1, list(range(20))),
        ("page=99", 20, 2, [20, 21, 22, 23, 24]),
        ("page=-1", 20, 1, list(range(20))),
        ("page=٣", 20, 1, list(range(20))),
        ("page=9999999999999999999999", 20, 1, list(range(20))),
    ),
)
def test_the_address_chooses_a_page_that_exists(query, size, number, rows):
    page = pager(25, query)
    assert (page.size, page.number, page.rows) == (size, number, rows)


@pytest.mark.parametrize("number", (0, 3, 20, 45, 60, 61))
def test_rows_that_were_read_already_make_the_same_pages(number):
    """Up to one more than the cap: the page is the same as without them, and beyond them the list is asked."""
    rows, cap = list(range(number)), 45
    for page in ("1", "2", "3", "4", "99"):
        asked = QueryDict(f"page={page}")
        known, plain = Pager(rows, asked, cap=cap, first=rows[: cap + 1]), Pager(rows, asked)
        assert known.rows == (plain.rows if number <= cap else rows[(known.number - 1) * 20 :][:20])
        assert known.total_text == ("45+" if number > cap else str(number))
        assert known.has_next == (bool(rows[known.number * 20 :]))


def test_a_list_without_rows_has_one_empty_page():
    page = pager(0)
    assert (page.rows, page.total_text, page.last, page.has_next, page.is_needed) == ([], "0", 1, False, False)


@pytest.mark.parametrize(
    ("query", "numbers"),
    (
        ("page=1", [1, 2, None, 10]),
        ("page=4", [1, 2, 3, 4, 5, None, 10]),
        ("page=5", [1, None, 4, 5, 6, None, 10]),
        ("page=10", [1, None, 9, 10]),
    ),
)
def test_far_pages_are_left_out(query, numbers):
    assert pager(200, query).numbers == numbers


@pytest.mark.django_db
def test_counting_stops_at_the_cap(django_assert_num_queries):
    UsedFormKey.objects.bulk_create(UsedFormKey(key=str(n), user_uid="u") for n in range(60))
    rows = UsedFormKey.objects.order_by("pk")
    page = Pager(rows, QueryDict("size=10&page=5"), cap=30)
    with django_assert_num_queries(2):
        assert [row.key for row in page.rows] == [str(n) for n in range(40, 50)]
        assert (page.total_text, page.has_next, page.numbers) == ("30+", True, [1, None, 4, 5, 6])
    assert Pager(rows, QueryDict(), cap=60).total_text == "60"


@pytest.mark.django_db
def test_a_known_total_is_not_counted_again(django_assert_num_queries):
    with django_assert_num_queries(1):
        page = Pager(UsedFormKey.objects.order_by("pk"), QueryDict(), total=45)
        assert (page.rows, page.last) == ([], 3)


@pytest.mark.django_db
@pytest.mark.parametrize("page", (1, 2, 3, 4, 5))
def test_pages_near_the_end_are_the_same_read_backwards(monkeypatch, page):
    monkeypatch.setattr(paging, "FAR", 0)
    UsedFormKey.objects.bulk_create([UsedFormKey(key=f"{n:022d}", user_uid="u") for n in range(47)])
    rows = UsedFormKey.objects.order_by("key")
    pager = Pager(rows, {"page": str(page), "size": "10"})
    assert [row.key for row in pager.rows] == [f"{n:022d}" for n in range(47)][(page - 1) * 10 : page * 10]
    assert (pager.has_next, pager.has_previous) == (page < 5, page > 1)
