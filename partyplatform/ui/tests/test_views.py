import pytest
from django import forms
from django.core.exceptions import ImproperlyConfigured, PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404, HttpResponse
from django.test import RequestFactory
from django.views.generic import View

from partyplatform.ui.forms import PlatformForm
from partyplatform.ui.models import UsedFormKey
from partyplatform.ui.tests.factories import Role, asked, person
from partyplatform.ui.views import NO_ROLE, FormPage, Scoped, UploadPage, needs

pytestmark = pytest.mark.urls("partyplatform.ui.tests.urls")
EDITOR = Role({"edit_org"})


class Page(Scoped, View):
    needs = "edit_org"

    def get(self, request):
        return HttpResponse("页面")

    post = get


@needs("edit_org")
def verb(request):
    return HttpResponse("完成")


class OpenPage(Page):
    needs = None


class ForgetfulPage(Scoped, View):
    pass


BOTH = pytest.mark.parametrize("view", (Page.as_view(), verb))


@BOTH
def test_a_role_with_the_power_gets_in(view):
    assert view(asked(RequestFactory().get("/"), role=EDITOR)).status_code == 200


@BOTH
def test_a_role_without_the_power_is_told_so(view):
    with pytest.raises(PermissionDenied, match="当前角色“党总支管理员”没有此项权限"):
        view(asked(RequestFactory().get("/"), role=Role()))


@BOTH
def test_an_account_without_a_role_is_told_so(view):
    with pytest.raises(PermissionDenied, match=NO_ROLE):
        view(asked(RequestFactory().get("/"), user=person()))


@BOTH
def test_nobody_is_led_to_the_login_page_and_back(view):
    answer = view(asked(RequestFactory().get("/info/orgs/?page=2")))
    assert (answer.status_code, answer.headers["Location"]) == (302, "/login/?next=/info/orgs/%3Fpage%3D2")
    assert view(asked(RequestFactory().post("/info/orgs/"))).headers["Location"] == "/login/?next="


def test_a_fragment_leads_the_whole_page_to_the_login():
    request = asked(RequestFactory().get("/info/orgs/"))
    request.htmx = True
    answer = Page.as_view()(request)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (200, "/login/?next=/info/orgs/")


def test_a_page_open_to_every_role_asks_for_one():
    assert OpenPage.as_view()(asked(RequestFactory().get("/"), role=Role())).status_code == 200


def test_a_page_that_names_no_power_does_not_start():
    with pytest.raises(ImproperlyConfigured, match="ForgetfulPage"):
        ForgetfulPage.as_view()(asked(RequestFactory().get("/"), role=EDITOR))


class NameForm(PlatformForm):
    name = forms.CharField(label="名称")


class Rename(FormPage):
    needs = "edit_org"
    form_class = NameForm
    done = []

    def act(self, form):
        if form.cleaned_data["name"] == "重复":
            raise ValidationError({"name": "名称已存在"})
        self.done.append(form.cleaned_data["name"])
        return form.cleaned_data["name"]

    def location(self, result):
        return f"/info/orgs/{len(self.done)}/"

    def render_to_response(self, context, **response):
        errors = context["form"].errors.get_json_data()
        page = HttpResponse(str(errors), **response)
        page.is_refused, page.values = context.get("is_refused"), context["form"].data
        return page


@pytest.fixture
def rename(db):
    Rename.done = []
    view = Rename.as_view()
    return lambda **values: view(asked(RequestFactory().post("/", values), role=EDITOR, user=person()))


def test_a_saved_form_leads_on(rename):
    answer = rename(name="一支部")
    assert (answer.status_code, answer.headers["Location"], Rename.done) == (302, "/info/orgs/1/", ["一支部"])


@pytest.mark.parametrize(("name", "message"), (("", "请填写名称"), ("重复", "名称已存在")))
def test_a_refused_form_comes_back_with_its_values(rename, name, message):
    answer = rename(name=name)
    assert (answer.status_code, answer.is_refused, answer.values["name"]) == (422, True, name)
    assert message in answer.content.decode()
    assert Rename.done == []


def test_a_form_sent_twice_leads_to_the_first_result(rename):
    key = "k" * 22
    answers = [rename(name="一支部", form_key=key), rename(name="一支部", form_key=key)]
    assert [answer.headers["Location"] for answer in answers] == ["/info/orgs/1/", "/info/orgs/1/"]
    assert Rename.done == ["一支部"]
    assert UsedFormKey.objects.count() == 1


class ScanForm(NameForm):
    scan = forms.FileField(label="扫描件")
    more = forms.FileField(label="另附", required=False)


class HandIn(UploadPage, Rename):
    form_class = ScanForm
    max_file = 100_000
    max_body = 1_000_000


class Gone:
    target = ("found",)

    @property
    def found(self):
        raise Http404


class RenameGone(Gone, Rename):
    pass


class HandInGone(Gone, HandIn):
    pass


@pytest.mark.parametrize("page", (RenameGone, HandInGone))
def test_what_the_address_names_is_asked_for_before_the_body_is_read(page):
    """Source: security.md 46."""
    request = asked(RequestFactory().post("/", {"name": "一支部"}), role=EDITOR, user=person())
    with pytest.raises(Http404):
        page.as_view()(request)
    assert not hasattr(request, "_post")


@pytest.mark.parametrize(
    ("sizes", "status", "told"),
    (
        ({"scan": 100_000, "more": 1}, 302, ()),
        ({"scan": 100_001}, 413, ("scan",)),
        ({"scan": 1, "more": 300_000}, 413, ("more",)),
        ({"scan": 100_001, "more": 300_000}, 413, ("scan", "more")),
        ({"scan": 1, "else": 300_000}, 302, ()),
    ),
)
def test_a_file_too_large_brings_the_form_back_with_its_values(db, sizes, status, told):
    """A file beyond the limit is kept nowhere, what was typed beside it is. Source: security.md 46."""
    HandIn.done = Rename.done = []
    files = {name: SimpleUploadedFile(f"{name}.pdf", b"x" * size) for name, size in sizes.items()}
    request = asked(RequestFactory().post("/", {**files, "name": "一支部"}), role=EDITOR, user=person())
    request._dont_enforce_csrf_checks = True
    answer = HandIn.as_view()(request)
    page = answer.content.decode()
    assert (answer.status_code, page.count("文件超过 97 KB，没有保存，其他内容已保留")) == (status, len(told))
    assert all(f"'{name}':" in page for name in told)
    assert "请选择" not in page
    assert told == () or (answer.values["name"], Rename.done) == ("一支部", [])
