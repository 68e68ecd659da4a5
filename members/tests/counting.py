"""What an organisation's own counters say."""

from orgs.models import Organization

COUNTERS = ("full_members", "probationary_members", "filled_items", "required_items")


def counters(organization):
    """Return (正式, 预备, filled, required) as stored."""
    return Organization.objects.values_list(*COUNTERS).get(pk=organization.pk)
