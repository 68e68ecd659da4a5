"""审计: who did what, when and in which role. Source: security.md 37, 68."""

from io import BytesIO
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.functional import cached_property
from django.views.generic import DetailView, TemplateView, View

from partyplatform import uploads
from partyplatform.jobs import enqueue
from partyplatform.jobs.models import Job
from partyplatform.jobs.offers import OffersJob
from partyplatform.ui import searches
from partyplatform.ui.keyset import KeysetPager
from partyplatform.ui.refusals import Refusal
from partyplatform.ui.views import Scoped

from .. import exports
from ..forms import PEOPLE, RecordFilter
from ..models import Record
from ..reach import tree

LINKS = ("actor", "object", "org")  # in the address: identifiers, never names
TOO_MANY = f"超过 {exports.MOST} 条，无法导出到一个文件。请用开始日期和结束日期缩小范围。"


class Asked:
    """What the address asks for, with the names of people that stayed out of it."""

    request: Any

    @cached_property
    def query(self) -> Any:
        return searches.query_of(self.request, private=PEOPLE)

    @cached_property
    def place(self) -> str:
        """The name of the organisation of the address, "" without one; 404 for one out of reach."""
        asked = exports.place(self.query)
        name = tree().name_in_reach(self.request.role, asked) if asked is not None else ""
        if name is None:
            raise Http404
        return name

    def chosen(self) -> Any:
        self.place  # noqa: B018 (raises Http404)
        return exports.chosen(self.request.role, self.query)


class RecordList(Scoped, Asked, TemplateView):
    needs = "view_audit"
    template_name = "audit/records.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Take a search for people."""
        return searches.answer(request, private=PEOPLE)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        pager = KeysetPager(self.chosen(), self.request.GET, key="seq")
        rows = list(exports.with_organizations(pager.rows))
        filters = RecordFilter(self.query or None)
        linked = [name for name in LINKS if self.query.get(name)]
        return super().get_context_data(
            columns=exports.COLUMNS,
            filters=filters,
            pager=pager,
            rows=rows,
            linked=self._linked(linked, rows),
            nothing="没有符合条件的记录，可放宽筛选条件。" if filters.is_active or linked else "还没有记录。",
            **kwargs,
        )

    def _linked(self, names: list[str], rows: list[Any]) -> list[str]:
        """Return in words which one actor, object or organisation the list was narrowed to by a link."""
        first = rows[0] if rows else None
        words = {
            "actor": f"操作人：{first.actor_name}" if first else "操作人",
            "object": f"对象：{first.object_label}" if first else "对象",
            "org": f"党组织及下级：{self.place}",
        }
        return [words[name] for name in names]


class RecordDetail(Scoped, DetailView):
    model = Record
    needs = "view_audit"
    context_object_name = "record"
    template_name = "audit/record.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record = self.object
        names = tree().names([record.organization_id] if record.organization_id else [])
        return super().get_context_data(organization_name=names.get(record.organization_id or 0, ""), **kwargs)


class ExportRecords(Scoped, OffersJob, Asked, View):
    """导出Excel: the records the filters leave, at once or as a job; itself recorded."""

    request: Any
    needs = "export_audit"

    def get(self, request: Any) -> HttpResponseBase:
        count = self.chosen()[: exports.MOST + 1].count()
        if count > exports.MOST:
            raise Refusal(TOO_MANY)
        if count > exports.AT_ONCE:
            return self.offer(count)
        book, name = BytesIO(), exports.book_name()
        exports.note(by=request.role, file_name=name, rows=count, filters=exports.described(self.query))
        exports.write(book, self.chosen().order_by("-seq"), by=request.role)
        return uploads.stream_response([book.getvalue()], name)

    def hand_in(self) -> Job:
        return enqueue(
            exports.KIND, by=self.request.role, title="导出审计记录", params={"query": self.query.urlencode()}
        )
