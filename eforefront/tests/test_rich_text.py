"""What is typed into 正文 never becomes more than the few elements a notice needs."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eforefront.rich_text import render

TAGS = re.compile(r"<[^>]*>")
ALLOWED = re.compile(
    r'</?(?:p|ul|li|h2|h3|strong)>|<br>|</a>|<a href="https?://[^"<>\s]+" rel="noopener noreferrer nofollow">'
)


@pytest.mark.parametrize(
    ("typed", "shown"),
    (
        ("第一段\n第二行\n\n第二段", "<p>第一段<br>第二行</p>\n<p>第二段</p>"),
        ("# 通知\n## 一、要求", "<h2>通知</h2>\n<h3>一、要求</h3>"),
        ("- 笔\n- 本", "<ul><li>笔</li><li>本</li></ul>"),
        ("请**务必**参加", "<p>请<strong>务必</strong>参加</p>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("2 ** 3 ** 4", "<p>2 ** 3 ** 4</p>"),
        (
            "见 https://example.cn/a?b=1&c=2。",
            '<p>见 <a href="https://example.cn/a?b=1&amp;c=2" rel="noopener noreferrer nofollow">'
            "https://example.cn/a?b=1&amp;c=2</a>。</p>",
        ),
        ("javascript:alert(1)", "<p>javascript:alert(1)</p>"),
        ('https://a.cn/"onmouseover="x', None),
        ("党员𠮷·娜", "<p>党员𠮷·娜</p>"),
        ("", ""),
    ),
)
def test_text_is_shown_as_it_was_meant(typed, shown):
    found = render(typed)
    assert shown is None or found == shown
    assert ALLOWED.sub("", found).count("<") == 0


@given(st.text(alphabet=st.sampled_from("<>\"'&*#- \n:/.?=;ahtps:党%()[]"), max_size=200))
def test_no_text_makes_another_element(typed):
    assert [tag for tag in TAGS.findall(render(typed)) if not ALLOWED.fullmatch(tag)] == []
