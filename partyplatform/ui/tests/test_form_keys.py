"""Source: security.md 57."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.http import HttpResponse, HttpResponseRedirect
from django.test import RequestFactory
from django.utils import timezone

from partyplatform.ui import form_keys
from partyplatform.ui.form_keys import Repeated, forget_old, fresh, led_to, once, once_only
from partyplatform.ui.models import UsedFormKey
from partyplatform.ui.tests.factories import person

pytestmark = pytest.mark.django_db
KEY = "k" * 22


def sent(key=KEY, uid="u-1"):
    request = RequestFactory().post("/orgs/", {"form_key": key})
    request.user = person(uid=uid)
    return request


def use(request, location="/orgs/1/"):
    with once(request) as claim:
        claim.location = location


def test_a_form_has_one_effect_and_its_repeat_leads_to_the_first_result():
    use(sent())
    with pytest.raises(Repeated) as repeated:
        use(sent(), "/orgs/2/")
    assert repeated.value.location == "/orgs/1/"
    assert UsedFormKey.objects.count() == 1


def test_a_key_belongs_to_one_person():
    use(sent(uid="u-1"))
    use(sent(uid="u-2"), "/orgs/2/")
    assert UsedFormKey.objects.count() == 2


def test_a_refused_form_can_be_sent_again():
    with pytest.raises(ValidationError), once(sent()):
        raise ValidationError("党组织全称已存在")
    use(sent())
    assert UsedFormKey.objects.get().location == "/orgs/1/"


@pytest.mark.parametrize("key", ("", "short", "k" * 23, "' OR 1=1 --" * 2))
def test_without_a_proper_key_the_block_simply_runs(key):
    use(sent(key))
    use(sent(key))
    assert UsedFormKey.objects.count() == 0


def test_fresh_keys_are_proper_and_differ():
    first, second = fresh(), fresh()
    assert first != second
    assert form_keys.posted(sent(first)) == first


def test_a_decorated_verb_runs_once():
    calls = []

    @once_only
    def verb(request):
        calls.append(1)
        return HttpResponseRedirect("/orgs/1/")

    answers = [verb(sent()), verb(sent())]
    assert [answer.headers["Location"] for answer in answers] == ["/orgs/1/", "/orgs/1/"]
    assert calls == [1]


def test_a_decorated_verb_that_shows_a_page_has_done_nothing():
    @once_only
    def verb(request):
        UsedFormKey.objects.create(key="inside", user_uid="u")
        return HttpResponse("请先确认", status=422)

    assert verb(sent()).status_code == 422
    assert UsedFormKey.objects.count() == 0


def test_old_keys_are_forgotten():
    use(sent())
    assert forget_old() == 0
    assert forget_old(timezone.now() + timedelta(days=3)) == 1


@pytest.mark.django_db(transaction=True)
def test_two_sendings_at_once_have_one_effect():
    start, seen = Barrier(2), []

    def send():
        start.wait()
        try:
            with once(sent()) as claim:
                UsedFormKey.objects.create(key="effect", user_uid=str(len(seen)))
                claim.location = "/orgs/1/"
            seen.append("done")
        except Repeated as repeated:
            seen.append(repeated.location)
        finally:
            connection.close()

    threads = [Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == ["/orgs/1/", "done"]
    assert UsedFormKey.objects.filter(key="effect").count() == 1


def test_where_a_form_led_to_is_known_to_its_sender_only():
    assert led_to(sent()) == ""
    use(sent())
    assert [led_to(sent()), led_to(sent(uid="u-2")), led_to(sent(key="short"))] == ["/orgs/1/", "", ""]
