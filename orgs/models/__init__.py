from orgs.models.attachments import Attachment
from orgs.models.imports import ImportSession
from orgs.models.organizations import CodeSequence, Organization, OrganizationProfile
from orgs.models.parent_changes import ParentChange
from orgs.models.pasts import OrganizationPast
from orgs.models.terms import Renewal, Term
from orgs.models.totals import CounterChange, SubtreeTotal

__all__ = [
    "Attachment",
    "CodeSequence",
    "CounterChange",
    "ImportSession",
    "Organization",
    "OrganizationPast",
    "OrganizationProfile",
    "ParentChange",
    "Renewal",
    "SubtreeTotal",
    "Term",
]
