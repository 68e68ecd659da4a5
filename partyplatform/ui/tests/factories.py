"""Stand-ins for what the ground knows of the apps above it: an acting role, a row of a list."""

from dataclasses import dataclass, field
from types import SimpleNamespace


@dataclass
class Role:
    powers: set = field(default_factory=set)
    user_uid: str = "u-1"
    user_name: str = "周敏"
    label: str = "党总支管理员"
    organization_id: int = 1
    organization_name: str = "信息学院党总支"
    system: str = "info"

    def can(self, power):
        return power in self.powers


def person(*, is_authenticated=True, uid="u-1", **fields):
    return SimpleNamespace(is_authenticated=is_authenticated, uid=uid, pk=1, **fields)


def asked(request, *, role=None, user=None, is_proved=True):
    """Return a request as the middleware hands it to a view."""
    request.is_proved = is_proved
    request.user = user or person(is_authenticated=role is not None)
    request.role = role
    request.htmx = False
    request.resolver_match = SimpleNamespace(view_name="test:page")
    return request
