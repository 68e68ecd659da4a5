import gzip

import pytest

pytestmark = pytest.mark.django_db


def test_pages_travel_compressed_and_every_time_of_another_length(client):
    answers = [client.get("/help/manual/", headers={"Accept-Encoding": "gzip"}) for _ in range(12)]
    assert {answer["Content-Encoding"] for answer in answers} == {"gzip"}
    assert "操作手册" in gzip.decompress(answers[0].content).decode()
    assert len(answers[0].content) < len(gzip.decompress(answers[0].content)) / 2
    assert len({len(answer.content) for answer in answers}) > 1
