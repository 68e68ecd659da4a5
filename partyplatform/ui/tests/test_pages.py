import pytest
from django.db import OperationalError, connection
from django.test import Client

from partyplatform.ui.samples import COLUMNS

pytestmark = pytest.mark.django_db
FORM = {"HTTP_ACCEPT": "text/html,application/xhtml+xml"}


@pytest.mark.parametrize("path", ("/help/faq/", "/help/accessibility/", "/help/manual/", "/style-guide/"))
def test_open_pages_need_no_account_and_no_query(client, path, django_assert_num_queries):
    with django_assert_num_queries(0):
        page = client.get(path)
    assert page.status_code == 200
    assert page.content.decode().count("<h1") == 1 + (path == "/style-guide/")  # the sample dialog has its own


def test_the_style_guide_is_for_developers(client, settings):
    settings.DEMO = False
    assert client.get("/style-guide/").status_code == 404


def test_the_style_guide_shows_a_sorted_table(client):
    page = client.get("/style-guide/", {"sort": "-code", "size": "10"}).content.decode()
    assert page.count('aria-sort="descending"') == 1
    assert 'href="?size=10"' in page  # a third click: the list's own order
    assert all(column.label in page for column in COLUMNS)


def test_text_size_is_kept_for_a_reader_without_an_account(client):
    answer = client.post("/text-size/", {"size": "large", "next": "/help/faq/"})
    assert answer.headers["Location"] == "/help/faq/"
    assert client.session["text_size"] == "large"


@pytest.mark.parametrize("target", ("https://evil.example/", "//evil.example/", "/\\evil.example", "", "javascript:1"))
def test_going_back_stays_with_us(client, target):
    assert client.post("/text-size/", {"size": "tiny", "next": target}).headers["Location"] == "/"
    assert "text_size" not in client.session


def test_continuing_needs_a_login(client):
    answer = client.post("/stay/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/login/?next=/")


def test_verbs_answer_post_only(client):
    assert client.get("/text-size/").status_code == 405


def test_health_tells_nothing_but_ok():
    """Source: security.md 75."""
    assert [
        (answer.status_code, answer.content) for answer in (Client().get("/health/live"), Client().get("/health/ready"))
    ] == [
        (200, b"ok"),
        (200, b"ok"),
    ]


def test_ready_says_when_the_database_is_away(client, monkeypatch):
    def gone(*args, **kwargs):
        raise OperationalError("connection to server at 10.0.0.1 failed")

    monkeypatch.setattr(connection, "cursor", gone)
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.content.decode()) == (503, "不可用")
