import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.views.generic import View

from partyplatform.ui.proof import proved
from partyplatform.ui.tests.factories import Role, asked
from partyplatform.ui.views import Scoped, needs

pytestmark = pytest.mark.urls("partyplatform.ui.tests.urls")


class Form(Scoped, View):
    needs = "edit_org"
    proof = True

    def get(self, request):
        return HttpResponse("form")

    post = get


class Verb(Scoped, View):
    needs = "edit_org"
    proof = True

    def post(self, request):
        return HttpResponse("done")


class OnlyForSome(Form):
    @property
    def proof(self):
        return "careful" in self.request.GET


@needs("edit_org")
@proved
def verb(request):
    return HttpResponse("done")


def where(view, request, **state):
    answer = view(asked(request, role=Role({"edit_org"}), **state))
    return answer.headers.get("Location") or answer.content.decode()


FROM = {"HTTP_REFERER": "http://testserver/info/orgs/?page=2"}
BACK = "/prove/?next=%2Finfo%2Forgs%2F%3Fpage%3D2&expired=1"


def test_a_proved_person_is_asked_nothing():
    post = RequestFactory().post("/")
    assert [where(view, post) for view in (Form.as_view(), Verb.as_view(), verb)] == ["form", "done", "done"]


def test_a_form_asks_before_it_is_filled_and_when_it_is_sent():
    form = Form.as_view()
    assert where(form, RequestFactory().get("/x/?ids=3"), is_proved=False) == "/prove/?next=%2Fx%2F%3Fids%3D3"
    assert where(form, RequestFactory().post("/x/?ids=3"), is_proved=False) == (
        "/prove/?next=%2Fx%2F%3Fids%3D3&expired=1"
    )


@pytest.mark.parametrize("view", (Verb.as_view(), verb))
def test_a_verb_leads_back_to_the_page_it_stands_on(view):
    assert where(view, RequestFactory().post("/x/end/", **FROM), is_proved=False) == BACK


def test_a_page_may_ask_some_readers_only():
    assert where(OnlyForSome.as_view(), RequestFactory().get("/x/"), is_proved=False) == "form"
    asked_for = where(OnlyForSome.as_view(), RequestFactory().get("/x/?careful=1"), is_proved=False)
    assert asked_for.startswith("/prove/")
