"""What the tree says about the codes and names of a sheet, read in a fixed number of statements."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Q

from orgs.models import Organization, OrganizationProfile
from orgs.services.importing.paths import is_code, segments
from orgs.services.importing.rows import Row
from partyplatform.audit import ActingRole

_T = TypeVar("_T")
_AT_ONCE = 5_000  # values in one IN list; SQLite takes 32,766


@dataclass
class Known:
    """The organisations a sheet can mean. Each is one object, so a change made to it is seen by its children.

    `by_code` and `by_full_name` hold those in reach; `chain` leads from the top to the target; the `taken` ones
    lie anywhere on the platform.
    """

    by_pk: dict[int, Organization]
    by_code: dict[str, Organization]
    by_full_name: dict[str, Organization]
    chain: list[Organization]
    taken_codes: set[str]
    taken_names: dict[str, int]
    reach: set[int]


def load(rows: Collection[Row], *, target: Organization, by: ActingRole) -> Known:
    """Read what the codes and names in `rows` mean under `target`, as far as the acting role sees."""
    full_names = {row.values["full_name"] for row in rows if "full_name" in row.values}
    references = {row.values["parent"] for row in rows if "parent" in row.values}
    codes = {row.values["code"] for row in rows if "code" in row.values} | set(filter(is_code, references))
    names = full_names | references | {part for reference in references for part in segments(reference)}

    seen = Organization.objects.visible_to(by).within(target.pk)
    coded = [org for part in _parts(codes) for org in seen.filter(code__in=part)]
    named = [
        org
        for part in _parts(names)
        for condition in (Q(full_name__in=part), Q(short_name__in=part))
        for org in seen.living().filter(condition)
    ]
    chain = list(Organization.objects.above(target.pk, include_self=True))
    by_pk = {org.pk: org for org in [*chain, *named, *coded]}
    coded, named = ([by_pk[org.pk] for org in found] for found in (coded, named))
    reach = {org.pk for org in [*coded, *named]} | {target.pk}
    _join_parents(by_pk)
    return Known(
        by_pk=by_pk,
        by_code={org.code: org for org in coded},
        by_full_name={org.full_name: org for org in named},
        chain=[by_pk[org.pk] for org in chain],
        taken_codes={code for part in _parts(codes) for code in _codes_in_use(part)},
        taken_names={name: pk for part in _parts(full_names) for name, pk in _names_in_use(part)},
        reach=reach,
    )


def siblings(parents: Iterable[int], short_names: Iterable[str]) -> dict[tuple[int, str], int]:
    """Return {(parent, short name): id} of the living children of `parents` that carry one of the names."""
    living = Organization.objects.living().filter(parent__in=list(parents))
    return {
        (parent, name): pk
        for part in _parts(set(short_names))
        for parent, name, pk in living.filter(short_name__in=part).values_list("parent_id", "short_name", "pk")
    }


def profiles(organizations: Collection[int]) -> dict[int, OrganizationProfile]:
    """Return the stored 扩展信息集 by organisation."""
    return {
        profile.pk: profile
        for part in _parts(organizations)
        for profile in OrganizationProfile.objects.filter(pk__in=part)
    }


def managed(organizations: Collection[int], *, by: ActingRole) -> set[int]:
    """Return those of the organisations that the acting role may change."""
    rows = Organization.objects.managed_by(by)
    return {pk for part in _parts(organizations) for pk in rows.filter(pk__in=part).values_list("pk", flat=True)}


def _codes_in_use(codes: list[str]) -> Iterable[str]:
    return Organization.objects.filter(code__in=codes).values_list("code", flat=True)


def _names_in_use(names: list[str]) -> Iterable[tuple[str, int]]:
    return Organization.objects.living().filter(full_name__in=names).values_list("full_name", "pk")


def _join_parents(by_pk: dict[int, Organization]) -> None:
    """Read the parents that are missing and make every organisation share the object of its parent."""
    missing = {org.parent_id for org in by_pk.values() if org.parent_id and org.parent_id not in by_pk}
    for part in _parts(missing):
        by_pk.update({org.pk: org for org in Organization.objects.filter(pk__in=part)})
    for org in by_pk.values():
        if org.parent_id in by_pk:
            org.parent = by_pk[org.parent_id]


def _parts(values: Collection[_T]) -> Iterator[list[_T]]:
    found = list(values)
    for start in range(0, len(found), _AT_ONCE):
        yield found[start : start + _AT_ONCE]
