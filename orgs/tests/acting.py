"""An acting role without an account: what services of `orgs` need of it, and no more."""

from dataclasses import dataclass

from orgs.models import Organization


@dataclass
class Acting:
    organization: Organization
    user_uid: str = "00000000-0000-4000-8000-000000000001"
    user_name: str = "周敏"
    label: str = "市/区级管理员"

    @property
    def organization_id(self):
        return self.organization.pk

    @property
    def organization_name(self):
        return self.organization.short_name

    def can(self, power):
        return True
