"""动态: handed in by a branch, released by an organisation above it. Source: screens.md 3.9."""

from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from accounts.tests.clients import act_as
from eforefront.models import News
from eforefront.notice_workflow import NEWS_STEPS, NOTICE_STEPS, NewsState, NoticeState
from eforefront.services import news as services
from eforefront.services import writing
from members.tests.factories import paper
from partyplatform.ui.stale import Stale
from partyplatform.uploads.storing import open_stored

pytestmark = pytest.mark.django_db


def written(by, title="主题党日"):
    return services.write(by=by, title=title, body="参观校史馆")


def done(news, verb, by, **more):
    news.refresh_from_db()
    return services.act(news, verb, by=by, version=news.version, **more)


def seen(role):
    return [news.title for news in News.objects.addressed_to(role).order_by("title")]


def test_news_are_shown_below_whoever_releases_them(roles):
    first, second = written(roles.students, "甲"), written(roles.students, "乙")
    for news, by in ((first, roles.general), (second, roles.root)):
        done(news, "submit", roles.students)
        done(news, "release", by)
    assert (seen(roles.member), seen(roles.root)) == (["乙", "甲"], ["乙"])
    with pytest.raises(PermissionDenied):
        done(second, "take_down", roles.general, reason="照片不宜公开")
    done(first, "take_down", roles.root, reason="照片不宜公开")
    assert seen(roles.member) == ["乙"]


def test_news_go_back_with_a_reason_and_come_again(roles):
    news = written(roles.students)
    done(news, "submit", roles.students)
    with pytest.raises(PermissionDenied):
        done(news, "release", roles.students)
    with pytest.raises(ValidationError, match="请填写退回原因"):
        done(news, "send_back", roles.general)
    news = done(news, "send_back", roles.general, reason="请补充照片")
    with pytest.raises(Stale):
        done(news, "release", roles.general)
    services.rewrite(news, by=roles.students, version=news.version, title="主题党日", body="附照片")
    done(news, "submit", roles.students)
    assert News.objects.waiting_for(roles.general).count() == 1
    assert News.objects.waiting_for(roles.root).count() == 0


def test_the_top_of_a_tree_releases_its_own(roles):
    news = written(roles.root)
    done(news, "submit", roles.root)
    done(news, "release", roles.root)
    assert seen(roles.member) == ["主题党日"]


def test_drafts_are_nobody_elses(roles):
    news = written(roles.students)
    assert not News.objects.visible_to(roles.general).exists()
    assert News.objects.visible_to(roles.students).get() == news


def test_files_come_and_go_with_drafts_only(roles):
    news = written(roles.students)
    file = writing.attach(news, upload=paper(), by=roles.students)
    writing.detach(file, by=roles.students)
    assert list(news.files.kept()) == []
    file = writing.attach(news, upload=paper(), by=roles.students)
    done(news, "submit", roles.students)
    with pytest.raises(Stale):
        writing.detach(file, by=roles.students)
    with pytest.raises(Stale):
        writing.attach(news, upload=paper(), by=roles.students)


def test_a_picture_is_kept_without_what_the_camera_noted(roles):
    news, notes, picture = written(roles.students), Image.Exif(), BytesIO()
    notes[0x010F] = "camera"
    Image.new("RGB", (8, 8), "firebrick").save(picture, "JPEG", exif=notes)
    taken = picture.getvalue()
    file = writing.attach(news, upload=SimpleUploadedFile("合影.jpg", taken), by=roles.students)
    with open_stored(file.stored_name) as kept:
        content = kept.read()
    assert (b"Exif" in taken, b"Exif" in content, file.original_name) == (True, False, "合影.jpg")


@pytest.mark.parametrize(
    ("steps", "states", "final"),
    ((NOTICE_STEPS, NoticeState, {"withdrawn", "dropped"}), (NEWS_STEPS, NewsState, {"withdrawn", "dropped"})),
)
def test_every_state_is_reached_and_no_step_leaves_a_final_one(steps, states, final):
    assert {step.after for step in steps.values()} | {"draft"} == set(states.values)
    assert {state for step in steps.values() for state in step.before} == set(states.values) - final


def test_the_pages_lead_from_the_draft_to_the_reader(client, roles):
    branch = act_as(client, roles.students)
    branch.post(reverse("eforefront:create_news"), {"title": "主题党日", "body": "参观"})
    news = News.objects.get()
    branch.post(reverse("eforefront:act_on_news", args=[news.pk, "submit"]), {"version": 1})
    upper = act_as(client, roles.general)
    [row] = upper.get(reverse("eforefront:managed_news")).context["rows"]
    page = upper.get(row.get_absolute_url())
    assert [step.verb for step in page.context["steps"]] == ["release", "send_back"]
    upper.post(reverse("eforefront:act_on_news", args=[news.pk, "release"]), {"version": 2})
    [row] = act_as(client, roles.member).get(reverse("eforefront:news")).context["rows"]
    assert row == news


@pytest.mark.parametrize("size", (1, 3))
def test_lists_cost_the_same_with_one_row_and_with_three(client, roles, django_assert_num_queries, size):
    for number in range(size):
        news = written(roles.students, f"动态{number}")
        done(news, "submit", roles.students)
        done(news, "release", roles.general)
    browser = act_as(client, roles.general)
    browser.get(reverse("eforefront:news"))
    with django_assert_num_queries(6):
        browser.get(reverse("eforefront:news"))
    with django_assert_num_queries(6):
        browser.get(reverse("eforefront:managed_news"))
