"""党员信息. Source: screens.md 3.2."""

from accounts.powers import Power
from eforefront.forms.members import PortalMemberFilter
from members.models import Member
from members.services.duties import roles
from members.services.posts import duties
from partyplatform.ui.columns import Column
from partyplatform.ui.tables import ListPage
from partyplatform.ui.views import Scoped

ACTIONS = Column("操作", "name", cell="eforefront/_member_actions.html", acts=True)
MEMBER_COLUMNS = (
    Column("姓名", "name"),
    Column("身份证号", "uid", cell="members/_id_number.html"),
    Column("所属组织", "organization.short_name"),
    Column("党员类别", "category_label"),
    Column("党内职务", "duties"),
    Column("角色", "roles"),
)


class Members(Scoped, ListPage):
    """Active members of the role's organisation and below: those the figures of the first page count."""

    model = Member
    needs = Power.VIEW_MEMBERS
    filter_class = PortalMemberFilter
    count_cap = 1000
    template_name = "eforefront/members.html"

    @property
    def columns(self):
        """The manual's 操作 stands first; it is offered to those who may give duties."""
        may_act = self.request.role.can(Power.SET_DUTIES)
        return (ACTIONS, *MEMBER_COLUMNS) if may_act else MEMBER_COLUMNS

    def chosen(self):
        return self.filters.members(self.request.role).active().listed()

    def get_context_data(self, **kwargs):
        ids = [row.pk for row in self.object_list]
        self.object_list = Member.objects.in_order(ids)
        held, acting = duties(ids), roles(ids, by=self.request.role)
        for row in self.object_list:
            row.duties, row.roles = held.get(row.pk, ""), acting.get(row.pk, "党员")
        return super().get_context_data(
            listed=self.request.GET.urlencode(),
            nothing="没有符合条件的党员，可放宽筛选条件。" if self.filters.is_active else "该党组织还没有党员。",
            **kwargs,
        )
