"""导出Excel of a query and of 随机统计, and 全项导出 of the members a query finds. Source: security.md 44."""

from dataclasses import replace

from django.contrib import messages
from django.http import Http404
from django.utils.functional import cached_property
from django.views.generic import View

from accounts.powers import Power
from eforefront import query_jobs
from eforefront.forms.queries import AskForm
from eforefront.queries import compiling, listing
from eforefront.views.queries import OfQuery
from members.models import ExportRequest
from members.services import full_exports
from partyplatform import uploads
from partyplatform.excel import book_chunks
from partyplatform.jobs.offers import OffersJob
from partyplatform.ui.views import FormPage


class Export(OffersJob, OfQuery, View):
    """The list as shown: the same columns, the same masks."""

    @cached_property
    def found(self):
        return compiling.rows(self.query, self.request.role, self.checked)

    def get(self, request):
        count = self.found.order_by()[: query_jobs.AT_ONCE + 1].count()
        if count > query_jobs.AT_ONCE:
            return self.offer(self.found.order_by().count())
        name = query_jobs.book_name(self.checked.subject)
        query_jobs.note(self.checked, rows=count, name=name, described=self.described)
        book = book_chunks(
            title=self.checked.subject.label,
            columns=listing.columns(self.query, self.checked.day),
            rows=query_jobs.lines(self.found, self.checked),
            meta=query_jobs.book_meta(self.described, by=request.role),
        )
        return uploads.stream_response(book, name)

    def too_slow(self):
        return self.offer(None)

    def hand_in(self):
        self.checked.refuse()
        return query_jobs.start(replace(self.query, rows="", across=""), by=self.request.role)


class AskFull(OfQuery, FormPage):
    """The list with numbers, phones and addresses in full: a reason, and beyond 500 rows a second administrator."""

    needs = Power.EXPORT_MEMBERS_FULL
    proof = True
    form_class = AskForm
    template_name = "eforefront/queries/ask_full.html"

    @cached_property
    def count(self):
        if self.query.subject != "member":
            raise Http404
        return query_jobs.members_in_full(self.query, self.request.role).order_by().count()

    def act(self, form):
        role, reason = self.request.role, form.cleaned_data["reason"]
        asked = full_exports.ask(
            role.organization,
            query=query_jobs.full_query(self.query),
            described=self.described,
            rows=self.count,
            by_branch=False,
            reason=reason,
            by=role,
        )
        if asked.state == ExportRequest.State.APPROVED:
            full_exports.start(asked)
        return asked

    def location(self, result):
        said = "导出已开始，完成后可在本页下载" if result.job_uid else "申请已提交，由同级或上级的其他管理员审批"
        messages.success(self.request, said)
        return result.get_absolute_url()

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            count=self.count,
            alone=full_exports.ALONE,
            needs_second=full_exports.needs_second(self.count, by=self.request.role),
            described=self.described,
            fields="、".join(column.label for column in listing.columns(self.query, self.checked.day, clear=True)),
            way=self.way,
            **kwargs,
        )
