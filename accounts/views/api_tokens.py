"""接口凭证: systems that may read the data of the own organisation and below."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from accounts.models import ApiToken
from accounts.powers import Power
from accounts.services import api_tokens
from accounts.views.api_token_forms import IssueForm, RevokeForm
from partyplatform.ui.columns import Column
from partyplatform.ui.form_keys import Repeated, once
from partyplatform.ui.forms import refuse
from partyplatform.ui.tables import ListPage
from partyplatform.ui.views import FormPage, Scoped

COLUMNS = (
    Column("使用系统", "name"),
    Column("党组织", "organization.short_name", width=36),
    Column("开放范围", "scopes_text"),
    Column("有效期至", "ends_on", kind="date"),
    Column("变动推送", "webhook_status", kind="tag", fold=True),
    Column("发放人", "issued_by_name", fold=True),
    Column("状态", "status", kind="tag"),
    Column("操作", "uid", cell="accounts/_api_token_act.html"),
)
SHOWN_ONCE = "凭证已显示过一次，不能再次查看；如未记下，请停用后重新发放"


class TokenList(Scoped, ListPage):
    model = ApiToken
    needs = Power.MANAGE_API_TOKENS
    columns = COLUMNS
    template_name = "accounts/api_tokens.html"

    def get_queryset(self):
        return super().get_queryset().select_related("organization", "webhook").order_by("revoked_at", "-pk")


class Issue(FormPage):
    """A new token. It stands on the answer to the form and nowhere else, so that nothing has to keep it."""

    needs = Power.MANAGE_API_TOKENS
    proof = True
    form_class = IssueForm
    template_name = "accounts/api_token_form.html"

    def form_valid(self, form):
        try:
            with once(self.request) as claim:
                role = self.request.role
                token, secret = api_tokens.issue(role.organization, by=role, **form.cleaned_data)
                claim.location = reverse("accounts:api_tokens")
        except Repeated as repeated:
            messages.warning(self.request, SHOWN_ONCE)
            return HttpResponseRedirect(repeated.location)
        except ValidationError as refusal:
            refuse(form, refusal)
            return self.form_invalid(form)
        self.template_name = "accounts/api_token_issued.html"
        return self.render_to_response({"token": token, "secret": secret})


class Revoke(FormPage):
    needs = Power.MANAGE_API_TOKENS
    proof = True
    form_class = RevokeForm
    template_name = "accounts/api_token_revoke.html"

    @cached_property
    def token(self):
        rows = ApiToken.objects.visible_to(self.request.role).select_related("organization")
        return get_object_or_404(rows, uid=self.kwargs["uid"])

    def act(self, form):
        api_tokens.revoke(self.token, by=self.request.role, reason=form.cleaned_data["reason"])

    def location(self, result):
        messages.success(self.request, f"已停用“{self.token.name}”的接口凭证，立即生效")
        return reverse("accounts:api_tokens")

    def get_context_data(self, **kwargs):
        return super().get_context_data(token=self.token, **kwargs)
