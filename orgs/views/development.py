"""权限配置 → 发展党员权限: the list, and the page that changes one or several organisations. Source: screens.md 2.9."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property

from accounts.powers import Power
from orgs.forms.development import DevelopmentFilter, DevelopmentForm
from orgs.forms.versions import versions_of
from orgs.models import Organization
from orgs.services import development
from orgs.views.closing import MOST_KEPT, chosen
from orgs.views.words import say
from partyplatform.ui.columns import Column
from partyplatform.ui.tables import ListPage
from partyplatform.ui.views import FormPage, Scoped

COUNTED = 1000
COLUMNS = (
    Column("组织简称", "short_name", link="get_absolute_url", tags="marks"),
    Column("组织类型", "org_type_label"),
    Column("上级党组织", "parent.short_name", fold=True),
    Column("发展党员模块", "development", kind="tag"),
    Column("批准预备党员", "approval", kind="tag"),
)


class DevelopmentRights(Scoped, ListPage):
    model = Organization
    needs = Power.SET_DEVELOPMENT
    columns = COLUMNS
    filter_class = DevelopmentFilter
    count_cap = COUNTED
    template_name = "orgs/development.html"

    def get_queryset(self):
        return super().get_queryset().living().select_related("parent").in_tree_order()

    def get_context_data(self, **kwargs):
        own, is_root = self.request.role.organization_id, self.request.role.organization.parent_id is None
        for row in self.object_list:
            row.is_managed = row.pk != own or is_root
        return super().get_context_data(
            list_query=self.request.GET.urlencode(),
            nothing="没有符合条件的党组织，可放宽筛选条件。",
            **kwargs,
        )


class ChangeDevelopmentRights(FormPage):
    """What is ticked, what is to be changed, and why; the form is the confirmation."""

    needs = Power.SET_DEVELOPMENT
    proof = True
    form_class = DevelopmentForm
    template_name = "orgs/development_change.html"

    def get(self, request, *args, **kwargs):
        if not request.GET.getlist("ids"):
            messages.error(request, "请先勾选要变更权限的党组织")
            return redirect(self.back)
        return super().get(request, *args, **kwargs)

    @property
    def sent(self):
        return self.request.POST if self.request.method == "POST" else self.request.GET

    @cached_property
    def chosen(self):
        return chosen(self.request.role, self.sent.getlist("ids"))

    @property
    def back(self):
        """The list as the reader left it."""
        kept = QueryDict(self.sent.get("list", "")[:MOST_KEPT])
        return f"{reverse('orgs:development_rights')}?{urlencode(kept.dict())}"

    def get_initial(self):
        return {"versions": versions_of(self.chosen)}

    def post(self, request, *args, **kwargs):
        if not self.chosen:
            messages.error(request, "请先勾选要变更权限的党组织")
            return redirect(self.back)
        return super().post(request, *args, **kwargs)

    def act(self, form):
        return development.set_rights(self.chosen, by=self.request.role, **form.cleaned_data)

    def location(self, result):
        names = "、".join(org.short_name for org in result[:3])
        say(self.request, f"已变更 {len(result)} 个党组织的发展党员权限：{names}{'等' if len(result) > 3 else ''}")
        return self.back

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            chosen=self.chosen, columns=COLUMNS, back=self.back, listed=self.sent.get("list", ""), **kwargs
        )
