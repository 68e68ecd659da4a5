"""What must be true of the accounts of applicants; `manage.py check_integrity` proves it."""

from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef

from accounts.codes import RoleKind
from accounts.models import RoleGrant
from eforefront.models import Applicant, HandIn
from partyplatform.integrity import invariant


@invariant("党员发展：入党申请人角色与发展记录一致")
def roles_of_applicants() -> Iterator[str]:
    """Whoever has the role applies at that branch; nobody has it beside the role 党员."""
    grants = RoleGrant.objects.open().filter(kind=RoleKind.APPLICANT).order_by("pk")
    own = Applicant.objects.open().filter(user=OuterRef("user"), organization=OuterRef("organization"), member=None)
    for grant in grants.exclude(Exists(own)).select_related("organization").iterator(chunk_size=500):
        yield f"授权 {grant.pk}：{grant.label}没有正在办理的发展党员记录"
    members = RoleGrant.objects.open().filter(kind=RoleKind.MEMBER, user=OuterRef("user"))
    for grant in grants.filter(Exists(members)).select_related("organization").iterator(chunk_size=500):
        yield f"授权 {grant.pk}：{grant.label}同时有党员角色"


@invariant("党员发展：本人递交的材料属于本人")
def hand_ins_are_own() -> Iterator[str]:
    rows = HandIn.objects.exclude(file__applicant=F("applicant"))
    for pk in rows.order_by("pk").values_list("pk", flat=True):
        yield f"本人递交的申请 {pk}：材料不是本人的"
