"""查询统计: the form of a query, its list, saved queries. Source: screens.md 2.8.

A query is never in an address: it stays sealed in the session under a number, or in a saved query. Lists that 首页
leads to have names; they hold no word of a person.
"""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import OperationalError
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.views.generic import TemplateView

from accounts.powers import Power
from eforefront.forms import query_buttons, query_nodes, query_reading
from eforefront.forms.queries import RemoveForm, SaveForm
from eforefront.models import SavedQuery
from eforefront.queries import canned, compiling, describing, listing, tabulating
from eforefront.queries.checking import Checked, exact_values, needs_today
from eforefront.queries.definition import UNREADABLE, Query, dump, load
from eforefront.queries.subjects import SUBJECTS
from eforefront.services import queries as services
from members import number_guessing
from partyplatform.crypto import Undecipherable
from partyplatform.postgresql import was_cut_off
from partyplatform.ui import searches
from partyplatform.ui.columns import Column
from partyplatform.ui.paging import Pager
from partyplatform.ui.tables import ListPage
from partyplatform.ui.texts import is_number
from partyplatform.ui.views import FormPage, Scoped, get_managed, get_visible

COUNTED = 1000  # rows counted exactly; more are "1000+"
SECTION = {"section": "查询统计"}
FORGOTTEN = "该查询已不在本次登录中，请重新设置条件"
EXACTLY = "按身份证号或电话"
TOO_SLOW = "查询范围较大，用时较长，没有在页面上列出，可以在后台查询"
KEPT = "query"  # under this name in the session
GIVEN = ("search", "saved", "change", "list", "row", "column")  # what an address says about the query it is of


def kept_address(request: Any, name: str, query: Query, *args: Any, **more: str) -> str:
    """Keep a query in the session; return the address of a page about it."""
    number = searches.keep(request, {KEPT: dump(query)})
    return f"{reverse(name, args=args)}?{urlencode({searches.NUMBER: number, **more})}"


class OfQuery(Scoped):
    """A page about the query the address speaks of."""

    needs = Power.QUERY
    extra_context = SECTION
    in_background = "queries:export"

    @cached_property
    def saved(self) -> SavedQuery | None:
        return self._named_by(self.request.GET.get("saved", ""), get_visible)

    @cached_property
    def changing(self) -> SavedQuery | None:
        """The saved query of one's own that this one is meant to take the place of."""
        uid = self.request.POST.get("change", "") or self.request.GET.get("change", "")
        if not uid and self.is_own:
            return self.saved
        return self._named_by(uid, get_managed)

    @property
    def is_own(self) -> bool:
        return self.saved is not None and str(self.saved.owner_uid) == str(self.request.role.user_uid)

    def _named_by(self, uid: str, get: Any) -> SavedQuery | None:
        if not uid:
            return None
        try:
            return get(SavedQuery, self.request.role, uid=uid)
        except ValidationError:  # no uid at all
            raise Http404 from None

    @cached_property
    def named(self) -> tuple[str, Query] | None:
        """The list of 首页 that is asked for."""
        slug = self.request.GET.get("list", "")
        if not slug:
            return None
        found = canned.find(slug, timezone.localdate(), self.request.role)
        if found is None:
            raise Http404
        return found

    @cached_property
    def whole(self) -> Query:
        """The query, with both groupings where it is of a table. Raises ValidationError for one that is gone."""
        if self.saved is not None:
            return self._known(self.saved.query)
        if self.named is not None:
            return self.named[1]
        return self.kept or self.fresh()

    @cached_property
    def kept(self) -> Query | None:
        """The query the session keeps under the number of the address, None where there is no number."""
        number = self.request.GET.get(searches.NUMBER, "")
        text = searches.kept(self.request, number).get(KEPT)
        if number and text is None:
            raise ValidationError(FORGOTTEN)
        return self._known(load(text)) if text else None

    def _known(self, query: Query) -> Query:
        if query.subject not in SUBJECTS:
            raise ValidationError(UNREADABLE)
        return query

    def fresh(self) -> Query:
        subject = self.request.GET.get("subject", "member")
        return Query(subject=subject if subject in SUBJECTS else "member")

    @cached_property
    def query(self) -> Query:
        """The query, narrowed to the cell that is asked for."""
        places = [self._place(name) for name in ("row", "column")]
        if self.whole.rows and (self.request.GET.keys() & {"row", "column"}):
            return tabulating.cell_query(self.whole, self.request.role, *places)
        return self.whole

    def _place(self, name: str) -> int | None:
        text = self.request.GET.get(name, "")
        return int(text) if is_number(text, digits=3) else None

    @cached_property
    def checked(self) -> Checked:
        return Checked(self.query, self.request.role)

    @property
    def way(self) -> str:
        """What an address must say to be about the same query."""
        given = {name: self.request.GET[name] for name in GIVEN if name in self.request.GET}
        return f"?{urlencode(given)}" if given else ""

    @property
    def described(self) -> str:
        return describing.described(self.query, self.checked.places)

    def dispatch(self, request, *args, **kwargs):
        try:
            return super().dispatch(request, *args, **kwargs)
        except ValidationError as refusal:
            messages.error(request, "；".join(refusal.messages))
            is_gone = refusal.messages[0] in (FORGOTTEN, UNREADABLE)
            return redirect(reverse("queries:build") + ("" if is_gone else self.way))
        except Undecipherable:
            messages.error(request, "该查询无法解密，请联系运维人员")
            return redirect("queries:build")
        except OperationalError as fault:
            if not was_cut_off(fault):
                raise
            return self.too_slow()

    def too_slow(self):
        """Lead to where a job answers what a page does not wait for."""
        messages.warning(self.request, TOO_SLOW)
        return redirect(reverse(self.in_background) + self.way)


class Build(OfQuery, TemplateView):
    """组合查询: conditions, columns, order. Every button posts the whole form and leads back to it."""

    template_name = "eforefront/queries/build.html"

    def post(self, request):
        query = query_reading.read(request.POST, request.role)
        do = request.POST.get("do", "")
        if do in ("run", "count", "table", "save", "update"):
            return self._go_on(query, do)
        query, at = query_buttons.pressed(query, do, request.POST)
        anchor = f"#{at.replace('.', '-')}" if at else ""
        return HttpResponseRedirect(kept_address(request, "queries:build", query, **self.on_its_way) + anchor)

    @property
    def on_its_way(self):
        """What tells the next page which saved query is being changed."""
        return {"change": str(self.changing.uid)} if self.changing is not None else {}

    def _go_on(self, query, do):
        """Lead to what was asked for, or show what the query lacks."""
        checked = Checked(query, self.request.role)
        if not checked.problems and exact_values(query):
            refusal = number_guessing.count(EXACTLY, by=self.request.role)
            checked.problems |= {"exact": refusal} if refusal else {}
        if checked.problems:
            context = self.get_context_data(checked=checked, is_refused=True)
            return self.render_to_response(context, status=422)
        if do == "update" and self.changing is not None:
            return HttpResponseRedirect(kept_address(self.request, "queries:edit", query, self.changing.uid))
        if do == "save":
            return HttpResponseRedirect(kept_address(self.request, "queries:save", query))
        more = self.on_its_way | ({"only": "count"} if do == "count" else {})
        page = "queries:table" if do == "table" else "queries:result"
        return HttpResponseRedirect(kept_address(self.request, page, query, **more))

    def get_context_data(self, checked=None, **kwargs):
        if checked is None:
            checked = Checked(self.whole, self.request.role)
            if self.saved is None:
                checked.problems.clear()  # nobody is told before asking that a fresh line is empty
        query, subject = checked.query, checked.subject
        return super().get_context_data(
            query=query,
            subject=subject,
            subjects=[one for one in SUBJECTS.values() if self.request.role.can(one.power)],
            place=query_nodes.place_shown(query.place, checked),
            root=query_nodes.tree(checked),
            problems=checked.problems,
            columns=query_nodes.columns_shown(checked),
            offered=query_nodes.columns_offered(checked),
            changing=self.changing,
            table_title=tabulating.title(query),
            **kwargs,
        )


class Result(OfQuery, TemplateView):
    """The list of a query, or how many it finds."""

    template_name = "eforefront/queries/result.html"

    @cached_property
    def found(self):
        return compiling.rows(self.query, self.request.role, self.checked)

    def page(self):
        found = self.found.only("pk").select_related(None)
        pager = Pager(found, self.request.GET, cap=COUNTED, first=list(found[: COUNTED + 1]))
        day = self.checked.day
        rows = listing.records(self.query, day, pager.rows)
        return {
            "pager": pager,
            "columns": listing.columns(self.query, day),
            "rows": list(listing.lines(rows, self.query, self.request.role)),
        }

    def get_context_data(self, **kwargs):
        only_count = self.request.GET.get("only") == "count"
        page = {"count": self.found.order_by().count()} if only_count else self.page()
        subject = self.checked.subject
        return super().get_context_data(
            title=self.saved.name if self.saved else self.named[0] if self.named else "查询结果",
            subject=subject,
            described=self.described,
            way=self.way,
            only_count=only_count,
            is_cell=bool(self.request.GET.keys() & {"row", "column"}),
            speaks_of_today=self.checked.day is not None and subject.reaches_back and needs_today(self.query),
            may_export_full=subject.name == "member" and self.request.role.can(Power.EXPORT_MEMBERS_FULL),
            **page,
            **kwargs,
        )


SAVED_COLUMNS = (
    Column("查询名称", "name", link="get_absolute_url", width=30),
    Column("用途", "get_use_display"),
    Column("共享范围", "get_sharing_display"),
    Column("党组织", "organization.short_name"),
    Column("保存人", "owner_name"),
    Column("保存时间", "updated_at", kind="date", fold=True),
    Column("操作", "uid", cell="eforefront/queries/_saved_actions.html", acts=True),
)


class SavedQueries(Scoped, ListPage):
    """已保存的查询: one's own, and those that others share."""

    model = SavedQuery
    needs = Power.QUERY
    columns = SAVED_COLUMNS
    template_name = "eforefront/queries/saved.html"
    extra_context = SECTION

    def get_queryset(self):
        return super().get_queryset().listed()


class Save(OfQuery, FormPage):
    """Give a query a name."""

    form_class = SaveForm
    template_name = "eforefront/queries/save.html"

    def get_initial(self):
        return {"sharing": SavedQuery.Sharing.NOBODY}

    def act(self, form):
        return services.save(self.whole, by=self.request.role, **form.cleaned_data)

    def location(self, result):
        messages.success(self.request, f"已保存查询“{result.name}”")
        return reverse("queries:saved")

    def get_context_data(self, **kwargs):
        return super().get_context_data(described=self.described, table_title=tabulating.title(self.whole), **kwargs)


class OfOwn(OfQuery):
    """A page about one saved query of one's own."""

    target = ("saved",)

    @cached_property
    def saved(self):
        return get_managed(SavedQuery, self.request.role, uid=self.kwargs["uid"])

    def get_context_data(self, **kwargs):
        return super().get_context_data(saved=self.saved, **kwargs)


class EditSaved(OfOwn, FormPage):
    """Another name, other readers; with the number of a query in the address, that definition in place of the old."""

    form_class = SaveForm
    template_name = "eforefront/queries/save.html"

    @cached_property
    def whole(self):
        return self.kept or self.saved.query

    def get_initial(self):
        return {"name": self.saved.name, "sharing": self.saved.sharing}

    def act(self, form):
        version = self.request.POST.get("version", "")
        return services.change(
            self.saved,
            self.kept,
            by=self.request.role,
            version=int(version) if is_number(version, digits=9) else 0,
            **form.cleaned_data,
        )

    def location(self, result):
        messages.success(self.request, f"已修改查询“{result.name}”")
        return reverse("queries:saved")

    def get_context_data(self, **kwargs):
        return super().get_context_data(described=self.described, table_title=tabulating.title(self.whole), **kwargs)


class RemoveSaved(OfOwn, FormPage):
    """Take one's own saved query away, also from those it is shared with."""

    form_class = RemoveForm
    template_name = "eforefront/queries/remove.html"

    def act(self, form):
        services.remove(self.saved, by=self.request.role)

    def location(self, result):
        messages.success(self.request, f"已删除查询“{self.saved.name}”")
        return reverse("queries:saved")
