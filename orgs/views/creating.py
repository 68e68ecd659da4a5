"""新建党组织 and 组织机构排序."""

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from accounts.powers import Power
from orgs.codes import PARENTS
from orgs.forms.organizations import OrganizationForm
from orgs.models import Organization
from orgs.services import ordering
from orgs.services import organizations as services
from orgs.views.words import say, warn_of_founding, warn_of_units
from partyplatform.ui.form_keys import Repeated, once
from partyplatform.ui.refusals import tell
from partyplatform.ui.texts import cleaned, is_number
from partyplatform.ui.views import FormPage, Scoped, get_visible


class Create(FormPage):
    """新建党组织 under the organisation `pk`, which lies in the role's reach and holds children."""

    needs = Power.CREATE_ORG
    form_class = OrganizationForm
    template_name = "orgs/create.html"

    @cached_property
    def parent(self):
        return get_visible(Organization, self.request.role, pk=self.kwargs["pk"])

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "parent": self.parent}

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        fitting = {kind for kind, parents in PARENTS.items() if self.parent.org_type in parents}
        choices = [(value, label) for value, label in form.fields["org_type"].choices if not value or value in fitting]
        form.fields["org_type"].choices = choices
        return form

    def act(self, form):
        return services.create(self.parent, by=self.request.role, **form.values)

    def location(self, result):
        say(self.request, f"已新建“{result.short_name}”，党组织编码 {result.code}")
        warn_of_founding(self.request, result)
        warn_of_units(self.request, result)
        return list_of(self.parent)

    def get_context_data(self, **kwargs):
        return super().get_context_data(parent=self.parent, list_url=list_of(self.parent), **kwargs)


class Order(Scoped, TemplateView):
    """组织机构排序: each child gets a number; moving one up or down needs no script."""

    needs = Power.ORDER_ORGS
    template_name = "orgs/order.html"

    @cached_property
    def parent(self):
        return get_visible(Organization, self.request.role, pk=self.kwargs["pk"])

    @cached_property
    def children(self):
        return list(
            Organization.objects.visible_to(self.request.role).living().filter(parent=self.parent).in_tree_order()
        )

    def get_context_data(self, **kwargs):
        rows = [(child, self.request.POST.get(f"position_{child.pk}", number)) for number, child in self.numbered()]
        return super().get_context_data(parent=self.parent, list_url=list_of(self.parent), rows=rows, **kwargs)

    def numbered(self):
        return enumerate(self.children, start=1)

    def post(self, request, *args, **kwargs):
        try:
            ids = self._ids(request.POST)
        except ValueError as fault:
            return self.render_to_response(self.get_context_data(fault=str(fault), is_refused=True), status=422)
        try:
            with once(request) as claim:
                ordering.reorder(self.parent, ids=ids, by=request.role)
                claim.location = list_of(self.parent)
                say(request, f"“{self.parent.short_name}”的下级党组织已按新顺序排列")
        except Repeated as repeated:
            return redirect(repeated.location)
        except ValidationError as refusal:
            tell(request, refusal)
            return redirect("orgs:order", self.parent.pk)
        return redirect(claim.location)

    def _ids(self, posted):
        """Return the ids in the order of the numbers typed; equal numbers keep the present order."""
        foreign = {name for name in posted if name.startswith("position_")} - {
            f"position_{child.pk}" for child in self.children
        }
        if foreign:
            raise Http404
        places = []
        for number, child in self.numbered():
            typed = cleaned(posted.get(f"position_{child.pk}", ""))
            if not is_number(typed, digits=5):
                raise ValueError(f"“{child.short_name}”的序号应为数字")
            places.append((int(typed), number, child.pk))
        return [pk for _, _, pk in sorted(places)]


def list_of(organization):
    """Return the address of the list that shows an organisation and its children."""
    return f"{reverse('orgs:list')}?org={organization.pk}"
