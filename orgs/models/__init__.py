from orgs.models.attachments import Attachment
from orgs.models.imports import ImportSession
from orgs.models.organizations import CodeSequence, Organization, OrganizationProfile
from orgs.models.parent_changes import ParentChange
from orgs.models.terms import Renewal, Term

__all__ = [
    "Attachment",
    "CodeSequence",
    "ImportSession",
    "Organization",
    "OrganizationProfile",
    "ParentChange",
    "Renewal",
    "Term",
]
