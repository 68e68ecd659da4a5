"""Files on their way out. Source: security.md 52."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404

from partyplatform.uploads import attachment_response, store, stream_response

from .pictures import PDF

HARMLESS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "no-store",
}


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.mark.django_db(transaction=True)
def test_a_stored_file_is_saved_and_never_shown():
    stored = store(SimpleUploadedFile("批复.pdf", PDF))
    for response in (attachment_response(stored, "批复.pdf"), attachment_response(stored.name, "批复.pdf")):
        assert b"".join(response.streaming_content) == PDF
        response.close()
        assert dict(response.headers) == {
            "Content-Type": "application/pdf",
            "Content-Length": str(len(PDF)),
            "Content-Disposition": "attachment; filename=\"__.pdf\"; filename*=UTF-8''%E6%89%B9%E5%A4%8D.pdf",
            **HARMLESS,
        }


def test_a_file_that_is_gone(caplog):
    with pytest.raises(Http404):
        attachment_response("ab/" + "0" * 32 + ".pdf", "a.pdf")
    assert "a stored file is missing" in caplog.text


def test_a_file_made_on_the_way():
    response = stream_response(iter((b"a", b"b")), "名册.xlsx")
    assert b"".join(response.streaming_content) == b"ab"
    assert response.headers["Content-Type"].endswith("spreadsheetml.sheet")
    assert response.headers.items() >= HARMLESS.items()
    assert stream_response((), "a.zip").headers["Content-Type"] == "application/zip"
    assert stream_response((), "a.html").headers["Content-Type"] == "application/octet-stream"
