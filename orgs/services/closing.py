"""撤销, 恢复 and 合并."""

import datetime
from collections.abc import Mapping, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from orgs import rules, totals
from orgs.changes import overtaken_act
from orgs.codes import ORG_TYPES
from orgs.figures import own_figures
from orgs.guards import Act, Reason, reasons_against, refusal
from orgs.models import Organization, ParentChange, Renewal
from orgs.periods import refuse_closed
from orgs.services import pasts
from orgs.services.organizations import check, prepare
from orgs.services.reach import lock_tree_for
from orgs.signals import organization_dissolved, organization_restored, organizations_merged
from partyplatform import audit


@transaction.atomic
def dissolve(
    organizations: Sequence[Organization],
    *,
    by: audit.ActingRole,
    on: datetime.date,
    document: str = "",
    reason: str = "",
    versions: Mapping[int, int] | None = None,
) -> list[Organization]:
    """Close organisations: all of them or none. Their codes are never used again.

    They stay in the tree, leave every list, and can receive nobody. Refuses (`Refusal`, with links) while one has
    living children, members, or an unfinished transfer. `versions` are those the reader saw, None for who saw no page:
    raises `Stale` when one has changed since. Source: manual part 4, section 3; workflows.md 2.4.
    """
    lock_tree_for(by, managed=organizations)
    chosen = sorted(_held([org.pk for org in organizations]), key=lambda org: -org.lft)
    if not chosen:
        raise ValidationError("请先勾选要撤销的党组织")
    if versions is not None:
        _refuse_overtaken(chosen, versions)
    if on > timezone.localdate():
        raise ValidationError({"on": "撤销日期不能晚于今天"})
    refuse_closed([org.pk for org in chosen], on, field="on")
    if reasons := [reason for org in chosen for reason in reasons_against_dissolving(org, together=chosen)]:
        raise refusal(reasons)
    for organization in chosen:
        _close(organization, on=on, document=document)
        organization_dissolved.send(Organization, organization=organization, by=by)
    audit.record_many(
        [
            audit.Act(
                by,
                "orgs.dissolve",
                org,
                organization=org.pk,
                changes=[["撤销日期", "", f"{on:%Y-%m-%d}"]],
                reason=reason,
                document=document,
            )
            for org in chosen
        ]
    )
    return chosen


def reasons_against_dissolving(organization: Organization, *, together: Sequence[Organization] = ()) -> list[Reason]:
    """Return what stands in the way, each reason naming the organisation it concerns."""
    name = organization.short_name
    if not organization.is_living:
        return [Reason(f"{name}：已于 {organization.dissolved_on:%Y-%m-%d} 撤销")]
    if organization.parent_id is None:
        return [Reason(f"{name}：最上级党组织不能撤销")]
    reasons = []
    others = {org.pk for org in together}
    children = Organization.objects.living().filter(parent=organization).exclude(pk__in=others)
    if count := children.count():
        names = "、".join(children.values_list("short_name", flat=True)[:3])
        sentence = f"{name}：有 {count} 个下级党组织（{names}{'等' if count > 3 else ''}）"
        reasons.append(Reason(sentence, "查看下级党组织", f"{reverse('orgs:list')}?org={organization.pk}"))
    reasons += open_procedures(organization)
    for reason in reasons_against(Act.DISSOLVE, Organization.objects.filter(pk=organization.pk)):
        reasons.append(Reason(f"{name}：{reason.text}", reason.link_text, reason.url))
    return reasons


def open_procedures(organization: Organization) -> list[Reason]:
    """Procedures of the tree itself that are still running for this organisation."""
    name, reasons = organization.short_name, []
    if change := ParentChange.objects.filter(organization=organization, state=ParentChange.State.ASKED).first():
        address = reverse("orgs:parent_change", args=[change.pk])
        reasons.append(Reason(f"{name}：有待审批的上级党组织变更", "查看变更", address))
    if renewal := Renewal.objects.open().filter(organization=organization).first():
        address = reverse("orgs:renewal", args=[renewal.pk])
        reasons.append(Reason(f"{name}：有办理中的换届事项", "查看换届事项", address))
    return reasons


@transaction.atomic
def restore(
    organization: Organization, *, by: audit.ActingRole, reason: str = "", version: int | None = None
) -> Organization:
    """Bring a dissolved organisation back under its old parent, which must be living.

    Refuses when name or place have been taken meanwhile, raises `Stale` when the organisation is no longer of the
    `version` the reader saw. Grants do not come back. Source: workflows.md 2.4.
    """
    lock_tree_for(by, managed=[organization])
    organization = Organization.objects.select_related("parent").get(pk=organization.pk)
    if version is not None:
        _refuse_overtaken([organization], {organization.pk: version})
    if organization.is_living:
        raise ValidationError("该党组织未撤销，无需恢复")
    if problem := rules.parent_problem(organization.org_type, organization.parent):
        raise ValidationError(problem)
    was, before = organization.dissolved_on, own_figures(organization)
    pasts.keep(organization, since=was)
    organization.dissolved_on, organization.dissolving_document = None, ""
    prepare(organization)
    check(organization, today=timezone.localdate())
    organization.version += 1
    organization.save(update_fields=["dissolved_on", "dissolving_document", "unit_name", "version"])
    totals.reclassify(organization, before=before)
    organization_restored.send(Organization, organization=organization, by=by)
    audit.record(
        by,
        "orgs.restore",
        organization,
        organization=organization.pk,
        changes=[["撤销日期", f"{was:%Y-%m-%d}", ""]],
        reason=reason,
    )
    return organization


def reasons_against_merging(source: Organization, target: Organization) -> list[Reason]:
    """Return what stands in the way of taking `source`'s members into `target`."""
    reasons = []
    if source.pk == target.pk:
        return [Reason("不能与自身合并")]
    for organization in (source, target):
        if not organization.is_living:
            reasons.append(Reason(f"{organization.short_name}：已撤销"))
        elif not organization.is_branch:
            kind = ORG_TYPES.label(organization.org_type)
            reasons.append(Reason(f"{organization.short_name}：{kind}不能合并，只能合并党支部"))
    if not target.holds_members:
        reasons.append(Reason(f"{target.short_name}：临时或功能型党支部不接收党员组织关系"))
    both: QuerySet = Organization.objects.filter(pk__in=[source.pk, target.pk])
    return reasons + open_procedures(source) + reasons_against(Act.MERGE, both)


@transaction.atomic
def merge(
    source: Organization,
    *,
    into: Organization,
    by: audit.ActingRole,
    versions: tuple[int, int],
    on: datetime.date,
    document: str = "",
) -> Organization:
    """Take all members of branch `source` into branch `into` and close `source`.

    Raises `Stale` when one of the two changed since the form was opened, `Refusal` with reasons otherwise.
    """
    lock_tree_for(by, managed=[source, into])
    found = {org.pk: org for org in _held([source.pk, into.pk])}
    source, into = found[source.pk], found[into.pk]
    _refuse_overtaken([source, into], dict(zip((source.pk, into.pk), versions, strict=True)))
    if on > timezone.localdate():
        raise ValidationError({"on": "合并日期不能晚于今天"})
    refuse_closed([source.pk, into.pk], on, field="on")
    if reasons := reasons_against_merging(source, into):
        raise refusal(reasons)
    count = source.enrolled
    organizations_merged.send(Organization, source=source, target=into, by=by)
    source.refresh_from_db()
    _close(source, on=on, document=document)
    organization_dissolved.send(Organization, organization=source, by=by)
    Organization.objects.filter(pk=into.pk).update(version=into.version + 1)
    changes = [["并入", source.short_name, into.short_name], ["随迁党员", "", f"{count} 人"]]
    audit.record_many(
        [
            audit.Act(by, "orgs.merge", org, organization=org.pk, changes=changes, document=document)
            for org in (source, into)
        ]
    )
    return into


def _held(ids: Sequence[int]) -> list[Organization]:
    """Return the organisations, locked by id as everybody does: nobody is admitted to one while it closes."""
    rows = Organization.objects.filter(pk__in=ids).order_by("pk")
    return list(rows.select_for_update(of=("self",), no_key=True))


def _refuse_overtaken(organizations: Sequence[Organization], versions: Mapping[int, int]) -> None:
    if changed := [org for org in organizations if org.version != versions.get(org.pk)]:
        raise overtaken_act(changed, versions)


def _close(organization: Organization, *, on: datetime.date, document: str) -> None:
    before = own_figures(organization)
    organization.dissolved_on, organization.dissolving_document = on, document
    organization.may_develop = organization.may_approve = False  # like grants, they do not come back by 恢复
    organization.version += 1
    organization.save(update_fields=["dissolved_on", "dissolving_document", "may_develop", "may_approve", "version"])
    totals.reclassify(organization, before=before)
