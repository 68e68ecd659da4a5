"""动态: the reader's list and page, and those of whoever reports and releases. Source: screens.md 3.9."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from accounts.powers import Power
from eforefront.forms.notices import ActForm, ManagedNewsFilter, NewsFilter, TextForm
from eforefront.models import News
from eforefront.notice_workflow import NEWS_STEPS, WAITING
from eforefront.rich_text import render
from eforefront.services import news as services
from eforefront.views import written
from eforefront.views.notices import COUNTED, MENU
from partyplatform.ui.columns import Column
from partyplatform.ui.tables import ListPage
from partyplatform.ui.views import FormPage, Scoped

COLUMNS = (
    Column("标题", "title", link="get_absolute_url", width=40),
    Column("报送组织", "organization.short_name", width=30),
    Column("发布组织", "released_in.short_name", width=30, fold=True),
    Column("发布日期", "released_on", kind="date"),
)
MANAGED_COLUMNS = (
    Column("标题", "title", link="get_absolute_url", width=40),
    Column("报送组织", "organization.short_name", width=30),
    Column("报送时间", "submitted_at"),
    Column("状态", "status", kind="tag"),
)
NOT_YOURS = "该动态由报送的党组织维护，当前角色不能修改。"
DONE = {
    "submit": "已报送",
    "recall": "已收回",
    "drop": "已作废",
    "release": "已发布",
    "send_back": "已退回",
    "take_down": "已撤下",
}


class NewsList(Scoped, ListPage):
    """动态 for the reader, the newest first."""

    model = News
    needs = Power.USE_PORTAL
    columns = COLUMNS
    filter_class = NewsFilter
    count_cap = COUNTED
    template_name = "eforefront/news/list.html"
    extra_context = MENU

    def get_queryset(self):
        return News.objects.addressed_to(self.request.role).listed().latest_first()


class ManagedNews(Scoped, ListPage):
    """动态管理: what the own organisation wrote, and what those below handed in."""

    model = News
    needs = Power.PUBLISH_NOTICES
    columns = MANAGED_COLUMNS
    filter_class = ManagedNewsFilter
    count_cap = COUNTED
    template_name = "eforefront/news/managed.html"
    extra_context = MENU

    def get_queryset(self):
        rows, role = News.objects.overseen_by(self.request.role), self.request.role
        if self.filters.values.get("state") == WAITING:
            rows = rows.waiting_for(role)
        return rows.listed().newest_first()


class OfNews:
    """The report of the address."""

    extra_context = MENU

    @cached_property
    def news(self):
        rows = News.objects.visible_to(self.request.role).select_related("organization", "released_in")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    @property
    def is_own(self):
        role = self.request.role
        return role.can(Power.PUBLISH_NOTICES) and self.news.organization_id == role.organization_id

    def require_own(self):
        if not self.is_own:
            raise PermissionDenied(NOT_YOURS)


class Detail(OfNews, Scoped, TemplateView):
    needs = Power.USE_PORTAL
    template_name = "eforefront/news/detail.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            news=self.news,
            body=render(self.news.body),
            files=list(self.news.files.kept()),
            is_own=self.is_own,
            steps=services.offers(self.news, self.request.role),
            **kwargs,
        )


class _Writing(FormPage):
    needs = Power.PUBLISH_NOTICES
    form_class = TextForm
    template_name = "eforefront/news/write.html"
    extra_context = MENU

    def form_valid(self, form):
        if "preview" in self.request.POST:  # shown, nothing is kept
            return self.render_to_response(self.get_context_data(form=form, preview=render(form.cleaned_data["body"])))
        return super().form_valid(form)

    def location(self, result):
        messages.success(self.request, "已保存草稿，可添加照片和附件，核对后报送")
        return result.get_absolute_url()


class Create(_Writing):
    def act(self, form):
        return services.write(by=self.request.role, title=form.cleaned_data["title"], body=form.cleaned_data["body"])


class Edit(OfNews, _Writing):
    def get_initial(self):
        return {name: getattr(self.news, name) for name in ("title", "body", "version")}

    def check_target(self):
        self.require_own()

    def get(self, request, *args, **kwargs):
        if not self.news.can_be_written:
            messages.info(request, f"该动态现为“{self.news.status.label}”，不能再修改")
            return redirect(self.news)
        return super().get(request, *args, **kwargs)

    def act(self, form):
        words = form.cleaned_data
        version = words["version"] or 0
        return services.rewrite(
            self.news, by=self.request.role, version=version, title=words["title"], body=words["body"]
        )

    def get_context_data(self, **kwargs):
        return super().get_context_data(news=self.news, **kwargs)


class Act(OfNews, FormPage):
    """One step of the table, confirmed on a page of its own."""

    needs = Power.PUBLISH_NOTICES
    form_class = ActForm
    template_name = "eforefront/news/act.html"

    @cached_property
    def step(self):
        if self.kwargs["verb"] not in NEWS_STEPS:
            raise Http404
        return NEWS_STEPS[self.kwargs["verb"]]

    def _require_step(self):
        if not services.may(self.news, self.step, self.request.role):
            raise PermissionDenied(NOT_YOURS if self.step.side == "writer" else "该项由上级党组织办理。")

    def get(self, request, *args, **kwargs):
        self._require_step()
        if self.news.state not in self.step.before:
            messages.info(request, f"该动态现为“{self.news.status.label}”，不能再{self.step.label}")
            return redirect(self.news)
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        self._require_step()
        return super().post(request, *args, **kwargs)

    def get_initial(self):
        return {"version": self.news.version}

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "step": self.step}

    def act(self, form):
        return services.act(self.news, self.step.verb, by=self.request.role, **form.cleaned_data)

    def location(self, result):
        messages.success(self.request, f"“{result.title}”{DONE[self.step.verb]}")
        return reverse("eforefront:managed_news") if self.step.verb == "drop" else result.get_absolute_url()

    def get_context_data(self, **kwargs):
        return super().get_context_data(news=self.news, step=self.step, **kwargs)


class Attach(OfNews, written.Attach):
    @property
    def written(self):
        return self.news
