"""权限配置 → 年度权限复核: grants nobody has confirmed for a year, kept or taken away, one or several at once."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from accounts.forms import EndGrantsForm, KeepGrantsForm, ReviewFilter
from accounts.models import RoleGrant
from accounts.powers import Power
from accounts.services import reviews
from partyplatform.ui.columns import Column
from partyplatform.ui.tables import ListPage
from partyplatform.ui.texts import is_number
from partyplatform.ui.views import FormPage, Scoped

COUNTED = 1000
MOST = 200  # grants kept or taken away in one act
NOT_BELOW = "该授权由上级党组织的管理员管理，当前角色只能查看，不能办理。"
COLUMNS = (
    Column("人员", "user.name"),
    Column("党组织", "organization.short_name", link="organization.get_absolute_url"),
    Column("系统", "system_label"),
    Column("角色", "kind_label"),
    Column("职务", "duty"),
    Column("开始日期", "starts_on", kind="date"),
    Column("授权人", "granted_by_name", fold=True),
    Column("上次确认", "confirmation"),
    Column("最近登录", "user.last_login", kind="date"),
)


def chosen(role, ids):
    """Return the ticked grants; one foreign id spoils the whole choice (404), one of the own level as well (403)."""
    wanted = {int(pk) for pk in ids if is_number(pk, digits=18)}
    if len(wanted) != len(set(ids)) or len(wanted) > MOST:
        raise Http404
    rows = RoleGrant.objects.visible_to(role).administrators().filter(pk__in=wanted)
    found = list(rows.select_related("user", "organization").in_tree_order())
    if len(found) != len(wanted):
        raise Http404
    if any(grant.organization_id == role.organization_id for grant in found):
        raise PermissionDenied(NOT_BELOW)
    return found


class ReviewList(Scoped, ListPage):
    model = RoleGrant
    needs = Power.REVIEW_GRANTS
    columns = COLUMNS
    filter_class = ReviewFilter
    count_cap = COUNTED
    template_name = "accounts/grants/reviews.html"

    def get_queryset(self):
        waiting = reviews.due_below if self.filters.values.get("everything") else reviews.due
        return waiting(self.request.role, today=timezone.localdate()).select_related("user", "organization")

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            nothing="没有符合条件的授权，可放宽筛选条件。" if self.filters.is_active else "没有需要复核的授权。",
            **kwargs,
        )


class Decide(FormPage):
    """The ticked grants once more, with what will happen to them; the form is the confirmation."""

    needs = Power.REVIEW_GRANTS
    proof = True
    template_name = "accounts/grants/review.html"
    is_ending = False

    @cached_property
    def chosen(self):
        source = self.request.POST if self.request.method == "POST" else self.request.GET
        return chosen(self.request.role, source.getlist("ids"))

    def get(self, request, *args, **kwargs):
        return super().get(request, *args, **kwargs) if self.chosen else self._nothing_chosen()

    def post(self, request, *args, **kwargs):
        return super().post(request, *args, **kwargs) if self.chosen else self._nothing_chosen()

    def _nothing_chosen(self):
        messages.error(self.request, "请先勾选要复核的授权")
        return redirect("accounts:reviews")

    def location(self, result):
        names = "、".join(grant.user_name for grant in result[:3])
        messages.success(self.request, f"{self.done} {len(result)} 项授权：{names}{'等' if len(result) > 3 else ''}")
        return reverse("accounts:reviews")

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            chosen=self.chosen, columns=COLUMNS, is_ending=self.is_ending, title=self.title, **kwargs
        )


class Keep(Decide):
    form_class = KeepGrantsForm
    title, done = "确认保留权限", "已确认保留"

    def act(self, form):
        return reviews.confirm(self.chosen, by=self.request.role)


class End(Decide):
    form_class = EndGrantsForm
    title, done = "解除管理员权限", "已解除"
    is_ending = True

    def act(self, form):
        return reviews.end(self.chosen, by=self.request.role, reason=form.cleaned_data["reason"])
