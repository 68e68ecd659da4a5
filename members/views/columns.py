"""选择显示列: what the reader's own list of members shows."""

from django.contrib import messages
from django.urls import reverse

from accounts.powers import Power
from accounts.services.list_columns import keep_columns
from members.columns import ALWAYS, TABLE, chosen_names
from members.forms.columns import ColumnsForm
from partyplatform.ui.targets import own_target
from partyplatform.ui.views import FormPage


class ChooseColumns(FormPage):
    needs = Power.VIEW_MEMBERS
    form_class = ColumnsForm
    template_name = "members/columns.html"

    @property
    def back(self):
        list_url = reverse("members:list", args=[self.request.role.organization_id])
        return own_target(self.request, self.request.GET.get("next", ""), default=list_url)

    def get_initial(self):
        return {"columns": chosen_names(self.request.user)}

    def act(self, form):
        is_reset = "reset" in self.request.POST
        names = [] if is_reset else [ALWAYS, *form.cleaned_data["columns"]]
        keep_columns(self.request.user, table=TABLE, names=names)

    def location(self, result):
        messages.success(self.request, "显示的列已保存")
        return self.back

    def get_context_data(self, **kwargs):
        return super().get_context_data(section="信息浏览", back=self.back, **kwargs)
