"""The least a logged-in Django list page can be, for P10: session, user, one count, 25 rows × 8 columns."""

from django.http import HttpResponse
from django.template import engines
from django.urls import path

from orgs.models import Organization

COLUMNS = ("short_name", "code", "affiliation", "org_type", "unit_name", "full_name", "founded_on", "contact_name")
_CELLS = "".join(f"<td>{{{{ row.{name} }}}}</td>" for name in COLUMNS)
_PAGE = (
    "<!DOCTYPE html><title>List</title><h1>{{ name }}: {{ count }}</h1>"
    f"<table>{{% for row in rows %}}<tr>{_CELLS}</tr>{{% endfor %}}</table>"
)


def page(request):
    rows = Organization.objects.order_by("pk")
    context = {"name": request.user.name, "count": rows.count(), "rows": rows[:25]}
    return HttpResponse(_template().render(context))


def _template(kept=[]):  # noqa: B006 (compiled once)
    if not kept:
        kept.append(engines["django"].from_string(_PAGE))
    return kept[0]


urlpatterns = [path("", page)]
