"""通知: the reader's list and page, and those of whoever publishes. Source: screens.md 3.9."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from accounts.powers import Power
from eforefront.forms.notices import ActForm, ManagedNoticeFilter, NoticeFilter, NoticeForm, ReaderFilter
from eforefront.gatherings import Kind
from eforefront.models import Attendance, Notice, NoticeFile
from eforefront.notice_workflow import NOTICE_STEPS, Range
from eforefront.querysets.notices import audience, has_read, with_reads
from eforefront.rich_text import render
from eforefront.services import notices as services
from eforefront.services import writing
from eforefront.views import written
from members.models import Member
from partyplatform.ui.columns import Column
from partyplatform.ui.form_keys import once_only
from partyplatform.ui.status import Status
from partyplatform.ui.tables import ListPage
from partyplatform.ui.views import NOT_MANAGED, FormPage, Scoped, needs
from partyplatform.uploads.records import file_response

COUNTED = 1000
ASKED = 10  # gatherings above the list
MENU = {"section": "通知动态"}
READ_COLUMNS = (
    Column("标题", "title", link="get_absolute_url", tags="reader_marks", width=40),
    Column("发布组织", "organization.short_name", width=30),
    Column("发布日期", "published_on", kind="date"),
    Column("截止日期", "closes_on", kind="date", fold=True),
)
MANAGED_COLUMNS = (
    Column("标题", "title", link="get_absolute_url", width=40),
    Column("发布组织", "organization.short_name", width=30),
    Column("发布范围", "get_range_display", fold=True),
    Column("发布日期", "published_on", kind="date"),
    Column("状态", "status", kind="tag"),
)
READER_COLUMNS = (
    Column("姓名", "name"),
    Column("所在党组织", "organization.short_name", width=30),
    Column("阅读时间", "read_at"),
    Column("回执时间", "receipted_at"),
    Column("账号", "account_mark", kind="tag"),
)


class Notices(Scoped, ListPage):
    """通知 for the reader: pinned first, then the newest."""

    model = Notice
    needs = Power.USE_PORTAL
    columns = READ_COLUMNS
    filter_class = NoticeFilter
    count_cap = COUNTED
    template_name = "eforefront/notices/list.html"
    extra_context = MENU

    def get_queryset(self):
        rows = Notice.objects.addressed_to(self.request.role).for_reader(self.request.user)
        if self.filters.values.get("unread"):
            rows = rows.unread_by(self.request.user, timezone.localdate())
        return rows.listed().pinned_first()

    def get_context_data(self, **kwargs):
        asked = Attendance.objects.told(self.request.role, timezone.now())[:ASKED]
        mail = settings.REMINDER_EMAILS
        return super().get_context_data(asked=[_asked(row) for row in asked], sends_mail=mail, **kwargs)


def _asked(row):
    """Let the line of somebody who is asked to come lead to the own page of the gathering."""
    page = "eforefront:my_meeting" if row.gathering.kind == Kind.MEETING else "eforefront:my_activity"
    row.url = reverse(page, args=[row.gathering_id])
    return row


class ManagedNotices(Scoped, ListPage):
    """通知管理: what the own organisation wrote, and what was published below."""

    model = Notice
    needs = Power.PUBLISH_NOTICES
    columns = MANAGED_COLUMNS
    filter_class = ManagedNoticeFilter
    count_cap = COUNTED
    template_name = "eforefront/notices/managed.html"
    extra_context = MENU

    def get_queryset(self):
        return Notice.objects.overseen_by(self.request.role).listed().newest_first()


class OfNotice:
    """The notice of the address, whom it is for, and what the role may do with it."""

    extra_context = MENU

    @cached_property
    def notice(self):
        rows = Notice.objects.visible_to(self.request.role).for_reader(self.request.user)
        return get_object_or_404(rows.select_related("organization"), pk=self.kwargs["pk"])

    @property
    def is_own(self):
        role = self.request.role
        return role.can(Power.PUBLISH_NOTICES) and self.notice.organization_id == role.organization_id

    @cached_property
    def targets(self):
        return list(
            self.notice.targets.select_related("organization").order_by("organization__tree_id", "organization__lft")
        )

    @cached_property
    def files(self):
        return list(self.notice.files.kept())

    def require_own(self):
        """Let nobody but the organisation that wrote it go on; 403 for those who may only look."""
        if not self.is_own:
            raise PermissionDenied(NOT_MANAGED if self.notice.is_published else NOT_WRITTEN)


NOT_WRITTEN = "该通知由起草的党组织维护，当前角色不能修改。"


class Detail(OfNotice, Scoped, TemplateView):
    needs = Power.USE_PORTAL
    template_name = "eforefront/notices/detail.html"

    def get_context_data(self, **kwargs):
        notice, role = self.notice, self.request.role
        oversees = role.can(Power.PUBLISH_NOTICES) and Notice.objects.overseen_by(role).filter(pk=notice.pk).exists()
        is_reader = notice.is_published and Notice.objects.addressed_to(role).filter(pk=notice.pk).exists()
        return super().get_context_data(
            notice=notice,
            body=render(notice.body),
            files=self.files,
            targets=self.targets if oversees else (),
            is_own=self.is_own,
            oversees=oversees,
            is_reader=is_reader,
            steps=self._steps() if self.is_own else (),
            **kwargs,
        )

    def _steps(self):
        found = [step for step in NOTICE_STEPS.values() if self.notice.state in step.before]
        return [step for step in found if not services.problem_of(self.notice, step.verb) or step.verb == "publish"]


class _Writing(FormPage):
    needs = Power.PUBLISH_NOTICES
    form_class = NoticeForm
    template_name = "eforefront/notices/write.html"
    extra_context = MENU

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "role": self.request.role}

    def form_valid(self, form):
        if "preview" in self.request.POST:  # shown, nothing is kept
            return self.render_to_response(self.get_context_data(form=form, preview=render(form.cleaned_data["body"])))
        return super().form_valid(form)

    def location(self, result):
        messages.success(self.request, "已保存草稿，可添加附件，核对后发布")
        return result.get_absolute_url()


class Create(_Writing):
    def act(self, form):
        return services.write(by=self.request.role, **form.words)


class Edit(OfNotice, _Writing):
    """The draft; of what is published nothing can be changed."""

    def get_initial(self):
        notice = self.notice
        if notice.range == Range.CHOSEN:
            places = [target.organization for target in self.targets]
            children = [place.pk for place in places if place.parent_id == notice.organization_id]
            codes = "\n".join(place.code for place in places if place.parent_id != notice.organization_id)
        else:
            children, codes = [], ""
        names = ("title", "body", "range", "closes_on", "is_pinned", "needs_receipt", "version")
        return {name: getattr(notice, name) for name in names} | {"children": children, "codes": codes}

    def check_target(self):
        self.require_own()

    def get(self, request, *args, **kwargs):
        if not self.notice.is_draft:
            messages.info(request, f"该通知现为“{self.notice.status.label}”，不能再修改")
            return redirect(self.notice)
        return super().get(request, *args, **kwargs)

    def act(self, form):
        version = form.cleaned_data["version"] or 0
        return services.rewrite(self.notice, by=self.request.role, version=version, **form.words)

    def get_context_data(self, **kwargs):
        return super().get_context_data(notice=self.notice, **kwargs)


class Act(OfNotice, FormPage):
    """One step of the table, confirmed on a page of its own."""

    needs = Power.PUBLISH_NOTICES
    form_class = ActForm
    template_name = "eforefront/notices/act.html"
    target = ("step",)

    @cached_property
    def step(self):
        if self.kwargs["verb"] not in NOTICE_STEPS:
            raise Http404
        return NOTICE_STEPS[self.kwargs["verb"]]

    def check_target(self):
        super().check_target()
        self.require_own()

    def get(self, request, *args, **kwargs):
        problem = services.problem_of(self.notice, self.step.verb)
        if self.notice.state not in self.step.before or problem:
            messages.info(request, problem or f"该通知现为“{self.notice.status.label}”，不能再{self.step.label}")
            return redirect(self.notice)
        return super().get(request, *args, **kwargs)

    def get_initial(self):
        return {"version": self.notice.version}

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "step": self.step}

    def act(self, form):
        return services.act(self.notice, self.step.verb, by=self.request.role, **form.cleaned_data)

    def location(self, result):
        messages.success(self.request, f"“{result.title}”{DONE[self.step.verb]}")
        return reverse("eforefront:managed_notices") if self.step.verb == "drop" else result.get_absolute_url()

    def get_context_data(self, **kwargs):
        figures = services.readership(self.notice, self.targets) if self.step.verb in ("publish", "remind") else None
        return super().get_context_data(
            notice=self.notice, step=self.step, figures=figures, targets=self.targets, **kwargs
        )


DONE = {"publish": "已发布", "remind": "已提醒", "unpin": "已取消置顶", "withdraw": "已撤回", "drop": "已作废"}


class Readers(OfNotice, Scoped, ListPage):
    """阅读情况: how many and who, for the organisation that published it and those above."""

    needs = Power.PUBLISH_NOTICES
    columns = READER_COLUMNS
    filter_class = ReaderFilter
    count_cap = COUNTED
    template_name = "eforefront/notices/readers.html"

    @cached_property
    def notice(self):
        rows = Notice.objects.overseen_by(self.request.role).select_related("organization")
        return get_object_or_404(rows.exclude(published_at=None), pk=self.kwargs["pk"])

    @cached_property
    def figures(self):
        return services.readership(self.notice, self.targets)

    def chosen(self):
        asked, notice = self.filters.values, self.notice
        rows = audience(Member.objects.active(), self.targets).in_places_called(asked.get("place", ""))
        match asked.get("done", ""):
            case "read":
                rows = rows.filter(has_read(notice))
            case "open":
                rows = rows.filter(has_read(notice, receipted_at=None))
            case "told":
                rows = rows.filter(has_read(notice, receipted_at__isnull=False))
            case _:
                rows = rows.filter(~has_read(notice))
        return with_reads(rows, notice).select_related("organization").in_tree_order()

    def get_context_data(self, **kwargs):
        self.object_list = [_with_account(row) for row in self.object_list]
        return super().get_context_data(
            notice=self.notice,
            figures=self.figures,
            is_own=self.is_own,
            may_remind=self.is_own and self.notice.is_published and not services.problem_of(self.notice, "remind"),
            **kwargs,
        )


def _with_account(member):
    """Say of a member without an account that no notice can reach them here."""
    member.account_mark = Status("已开通", "green") if member.user_id else Status("未开通", "amber")
    return member


class Attach(OfNotice, written.Attach):
    @property
    def written(self):
        return self.notice


@require_POST
@needs(Power.USE_PORTAL)
def read(request, pk):
    """标为已读: by the reader, or by the page itself where scripts run. A repetition changes nothing."""
    notice = get_object_or_404(Notice.objects.addressed_to(request.role), pk=pk)
    services.read(notice, by=request.role)
    if request.htmx:
        return HttpResponse('<p class="muted small" role="status">已读</p>')
    return redirect(notice)


@require_POST
@needs(Power.USE_PORTAL)
@once_only
def confirm(request, pk):
    notice = get_object_or_404(Notice.objects.addressed_to(request.role).filter(needs_receipt=True), pk=pk)
    services.confirm(notice, by=request.role)
    messages.success(request, "已确认收到")
    return redirect(notice)


@needs(Power.USE_PORTAL)
def download(request, uid):
    return file_response(_file(request, uid))


@require_POST
@needs(Power.PUBLISH_NOTICES)
@once_only
def remove_file(request, uid):
    file = _file(request, uid)
    if not NoticeFile.objects.managed_by(request.role).filter(pk=file.pk).exists():
        raise PermissionDenied(NOT_WRITTEN)
    writing.detach(file, by=request.role)
    messages.success(request, f"已移除“{file.original_name}”")
    return redirect(file.subject)


def _file(request, uid):
    rows = NoticeFile.objects.visible_to(request.role).select_related("notice", "news").kept()
    return get_object_or_404(rows, uid=uid)
