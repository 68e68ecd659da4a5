"""Bodies too large, and the middleware that refuses them. Source: security.md 46, 53."""

import pytest
from django.core.exceptions import RequestDataTooBig
from django.http import HttpResponse
from django.test import RequestFactory
from django.views.generic import View

from partyplatform.uploads import MOST_READ, BodyTooLarge, refuse_too_large, spoken, too_large
from partyplatform.uploads.middleware import BodyLimit

MEGABYTE = 1024 * 1024


class Unreadable:
    """A body that must not be touched."""

    def read(self, *_):
        raise AssertionError("the body was read")


def declared(length):
    request = RequestFactory().post("/", data=b"", content_type="application/octet-stream")
    request.META["CONTENT_LENGTH"] = length
    request.META["wsgi.input"] = request._stream = Unreadable()
    return request


@pytest.mark.parametrize(
    ("length", "expected"),
    (
        ("", False),
        ("0", False),
        (str(MEGABYTE), False),
        (str(MEGABYTE + 64 * 1024), False),
        (str(MEGABYTE + 64 * 1024 + 1), True),
        ("9" * 30, True),
        ("-1", True),
        ("x", True),
    ),
)
def test_the_declared_length_decides(length, expected):
    assert too_large(declared(length), MEGABYTE) is expected


def test_refusing():
    refuse_too_large(declared("5"), MEGABYTE)
    with pytest.raises(RequestDataTooBig):
        refuse_too_large(declared(str(3 * MEGABYTE)), MEGABYTE)


class Upload(View):
    max_body = 10 * MEGABYTE


def plain(request):
    return HttpResponse()


def upload(request):
    return HttpResponse()


upload.max_body = 10 * MEGABYTE


class Counting(View):
    max_body = None  # reads no more than it may by itself


def test_each_view_has_its_limit_and_two_megabytes_without_one(settings):
    assert settings.DATA_UPLOAD_MAX_MEMORY_SIZE == 2 * MEGABYTE
    check = BodyLimit(plain).process_view
    for view in (Upload.as_view(), upload):
        check(declared(str(9 * MEGABYTE)), view, (), {})
        with pytest.raises(RequestDataTooBig):
            check(declared(str(11 * MEGABYTE)), view, (), {})
    with pytest.raises(RequestDataTooBig):
        check(declared(str(3 * MEGABYTE)), plain, (), {})
    check(declared(str(1000 * MEGABYTE)), Counting.as_view(), (), {})
    assert BodyLimit(plain)(declared("1")).status_code == 200


class HandIn(View):
    max_file, max_body = 10 * MEGABYTE, MOST_READ


def test_a_form_with_more_than_a_file_is_read_up_to_a_limit_of_its_own():
    check = BodyLimit(plain).process_view
    check(declared(str(60 * MEGABYTE)), HandIn.as_view(), (), {})
    with pytest.raises(BodyTooLarge) as refused:
        check(declared(str(70 * MEGABYTE)), HandIn.as_view(), (), {})
    assert (refused.value.limit, refused.value.of_file) == (64 * MEGABYTE, 10 * MEGABYTE)


@pytest.mark.parametrize(("size", "told"), ((64 * 1024, "64 KB"), (8 << 20, "8 MB"), (5 << 19, "2.5 MB")))
def test_limits_are_told_in_few_figures(size, told):
    assert spoken(size) == told
