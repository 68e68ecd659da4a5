"""党员E先锋: the first page and 党员信息. Source: screens.md 3.1, 3.2."""

from django.views.generic import TemplateView

from accounts.powers import Power
from eforefront import home
from eforefront.forms import PortalMemberFilter
from members.models import Member
from members.services.posts import duties
from partyplatform.ui.columns import Column
from partyplatform.ui.tables import ListPage
from partyplatform.ui.views import Scoped

MEMBER_COLUMNS = (
    Column("姓名", "name"),
    Column("身份证号", "uid", cell="members/_id_number.html"),
    Column("所属组织", "organization.short_name"),
    Column("党员类别", "category_label"),
    Column("党内职务", "duties"),
)


class Home(Scoped, TemplateView):
    needs = Power.USE_PORTAL
    template_name = "eforefront/home.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(head=home.head(self.request.role), **kwargs)


class Members(Scoped, ListPage):
    """Active members of the role's organisation and below: those the figures of the first page count."""

    model = Member
    needs = Power.VIEW_MEMBERS
    columns = MEMBER_COLUMNS
    filter_class = PortalMemberFilter
    count_cap = 1000
    template_name = "eforefront/members.html"

    def chosen(self):
        return self.filters.members(self.request.role).active().listed()

    def get_context_data(self, **kwargs):
        self.object_list = Member.objects.in_order([row.pk for row in self.object_list])
        held = duties([row.pk for row in self.object_list])
        for row in self.object_list:
            row.duties = held.get(row.pk, "")
        return super().get_context_data(
            nothing="没有符合条件的党员，可放宽筛选条件。" if self.filters.is_active else "该党组织还没有党员。",
            **kwargs,
        )
