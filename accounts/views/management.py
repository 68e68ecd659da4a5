"""权限配置 → 账号管理: accounts in reach, and what a superior may do to one of them. Source: workflows.md 1.2."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import DetailView

from accounts.forms import AccountFilter, GivenReasonForm, ReasonForm
from accounts.models import User
from accounts.powers import Power
from accounts.services import activations, credentials, handovers
from accounts.standing import describe
from partyplatform.ui.columns import Column
from partyplatform.ui.tables import ListPage
from partyplatform.ui.targets import own_target
from partyplatform.ui.texts import is_number
from partyplatform.ui.views import FormPage, Scoped, get_visible

MOST = 200  # codes issued in one act: one PDF of a hundred sheets
COUNTED = 1000
NOT_BELOW = "该账号的角色不全在您的下级党组织，只能由其上级党组织的管理员办理。"

COLUMNS = (
    Column("姓名", "name", link="address"),
    Column("登录名", "uid", cell="accounts/_id_number_cell.html", fold=True),
    Column("党组织和角色", "known_grants", cell="accounts/_grants_cell.html"),
    Column("状态", "standing", kind="tag"),
    Column("最近登录", "last_login", kind="date", fold=True),
)


class Accounts(Scoped, ListPage):
    """Everybody with a role at the own organisation or below."""

    model = User
    needs = Power.MANAGE_ACCOUNTS
    columns = COLUMNS
    filter_class = AccountFilter
    count_cap = COUNTED
    template_name = "accounts/accounts.html"
    none_at_all = "还没有账号。"

    def get_queryset(self):
        return super().get_queryset().order_by("-pk")

    def get_context_data(self, **kwargs):
        prepare(self.object_list, role=self.request.role)
        nothing = "没有符合条件的账号，可放宽筛选条件。" if self.filters.is_active else self.none_at_all
        return super().get_context_data(nothing=nothing, **kwargs)


class WaitingAccounts(Accounts):
    """待激活账号: those who have no password yet, to be ticked for codes. Only what the role may do is listed."""

    template_name = "accounts/waiting.html"
    none_at_all = "没有待激活的账号。"

    def get_queryset(self):
        return User.objects.managed_by(self.request.role).waiting().order_by("-pk")

    def get_context_data(self, **kwargs):
        """Ticks travel with the pages: those of this page as ticks, the others as hidden fields of the same form."""
        ticked = list(dict.fromkeys(pk for pk in self.request.GET.getlist("ids") if is_number(pk, digits=18)))[:MOST]
        here = {str(user.pk) for user in self.object_list}
        return super().get_context_data(
            ticked=ticked, ticked_elsewhere=[pk for pk in ticked if pk not in here], **kwargs
        )


class AccountPage(Scoped, DetailView):
    model = User
    needs = Power.MANAGE_ACCOUNTS
    slug_field = slug_url_kwarg = "uid"
    template_name = "accounts/one_account.html"
    context_object_name = "account"

    def get_context_data(self, **kwargs):
        role = self.request.role
        prepare([self.object], role=role)
        return super().get_context_data(
            is_managed=User.objects.managed_by(role).filter(pk=self.object.pk).exists(),
            is_self=self.object.pk == self.request.user.pk,
            grants_elsewhere=self.object.grants.open().exclude_reach(role.organization_id).count(),
            acts=[act for act in ACTS.values() if self._is_offered(act)],
            **kwargs,
        )

    def _is_offered(self, act):
        if act.verb == "reset" and not self.object.has_usable_password():
            return False
        return (act.to == "active") == self.object.is_active


class IssueCodes(FormPage):
    """发放启用码 for the ticked accounts; one foreign id spoils the whole choice."""

    needs = Power.MANAGE_ACCOUNTS
    proof = True
    form_class = ReasonForm
    template_name = "accounts/issue_codes.html"

    def get(self, request, *args, **kwargs):
        if not request.GET.getlist("ids"):
            messages.error(request, "请先勾选要发放启用码的账号")
            return HttpResponseRedirect(resolve_url("accounts:waiting"))
        return super().get(request, *args, **kwargs)

    @cached_property
    def chosen(self):
        sent = self.request.POST if self.request.method == "POST" else self.request.GET
        return chosen(self.request.role, sent.getlist("ids"))

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        form.also_sent = ("ids",)
        return form

    def act(self, form):
        role = self.request.role
        return handovers.hand_over([(user, activations.issue(user, by=role)) for user in self.chosen], by=role)

    def location(self, result):
        return reverse("accounts:handover", args=[result.uid], query={"next": resolve_url("accounts:waiting")})

    def get_context_data(self, **kwargs):
        prepare(self.chosen, role=self.request.role)
        return super().get_context_data(chosen=self.chosen, **kwargs)


@dataclass(frozen=True)
class Act:
    """Something done to one account: its name, what follows from it, and the service, which may return a code.

    `to` says whether it is offered for a stopped account, or for one in use; `form` whether it asks why.
    """

    verb: str
    label: str
    follows: str
    done: str
    service: object
    to: str = "active"
    form: type = ReasonForm


ACTS = {
    act.verb: act
    for act in (
        Act(
            "reset",
            "重置密码",
            "现有密码立即作废，已打开的登录全部结束；生成一次性启用码，由您当面交给本人，本人用它设置新密码。",
            "密码已重置",
            credentials.reset_password,
        ),
        Act("unlock", "解除锁定", "清除登录失败次数，本人可以立即用自己的密码登录。", "已解除锁定", credentials.unlock),
        Act(
            "close",
            "结束登录",
            "已打开的登录在下一次操作时结束，需要重新登录；密码不变。",
            "登录已结束",
            credentials.close_sessions,
        ),
        Act(
            "disable",
            "停用账号",
            "已打开的登录在下一次操作时结束，各项角色全部停止，密码和启用码都不能再登录；授权和记录保留，可以随时恢复。",
            "账号已停用",
            credentials.disable,
            form=GivenReasonForm,
        ),
        Act(
            "enable",
            "恢复使用",
            "本人可以用原来的密码登录，仍然有效的角色随即恢复；没有密码的须重新发放启用码。",
            "账号已恢复使用",
            credentials.enable,
            to="stopped",
        ),
    )
}


class ActOnAccount(FormPage):
    """One act on one account, confirmed on a page that says what follows."""

    needs = Power.MANAGE_ACCOUNTS
    proof = True
    template_name = "accounts/act.html"

    def get_form_class(self):
        return self.what.form

    @cached_property
    def what(self):
        if self.kwargs["verb"] not in ACTS:
            raise Http404
        return ACTS[self.kwargs["verb"]]

    @cached_property
    def account(self):
        return get_below(self.request.role, uid=self.kwargs["uid"])

    @property
    def back(self):
        """The page that led here, 授权管理 for one; else the account's own."""
        own = resolve_url("accounts:one_account", self.account.uid)
        return own_target(self.request, self.request.GET.get("next", ""), default=own)

    def act(self, form):
        role = self.request.role
        code = self.what.service(self.account, by=role, reason=form.cleaned_data["reason"])
        return handovers.hand_over([(self.account, code)], by=role) if code else None

    def location(self, result):
        messages.success(self.request, f"{self.what.done}：{self.account.name}")
        if result is not None:
            return reverse("accounts:handover", args=[result.uid], query={"next": self.back})
        return self.back

    def get_context_data(self, **kwargs):
        return super().get_context_data(account=self.account, what=self.what, back=self.back, **kwargs)


def get_below(role, **key):
    """Return the account of this key the role looks after; 404 out of reach, 403 where it can only be seen."""
    found = get_visible(User, role, **key)
    if not User.objects.managed_by(role).filter(pk=found.pk).exists():
        raise PermissionDenied(NOT_BELOW)
    return found


def chosen(role, ids):
    """Return the ticked accounts in the order of the list, by the rule of `get_below`."""
    wanted = {int(pk) for pk in ids if is_number(pk, digits=18)}
    if len(wanted) != len(set(ids)) or not 0 < len(wanted) <= MOST:
        raise Http404
    if User.objects.visible_to(role).filter(pk__in=wanted).count() != len(wanted):
        raise Http404
    found = list(User.objects.managed_by(role).filter(pk__in=wanted).order_by("-pk"))
    if len(found) != len(wanted):
        raise PermissionDenied(NOT_BELOW)
    return found


def prepare(users, *, role):
    describe(users, role=role)
    for user in users:
        user.address = resolve_url("accounts:one_account", user.uid)
