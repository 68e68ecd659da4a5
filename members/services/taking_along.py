"""What a record merged into another one brings along beside 党统信息集: single items, lines, 附件, photograph.

Everything that changes anything runs in the transaction of `merging.merge`, which holds both members. Source: issue 4.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError

from members.items import BY_FIELD
from members.models import Member, MemberFile, MemberPhoto, MemberProfile, Review
from members.sections import SECTIONS, TABLES
from members.services.records import CHANGED, KEPT
from members.services.sections import SEALED, profile_of
from partyplatform import audit
from partyplatform.crypto import Undecipherable

PHOTO = "photo"
ITEMS = (
    *(name for section in SECTIONS.values() for name in section.items),
    *("probation_months", "seniority_correction"),
)
PLAIN = tuple(name for name in ITEMS if name not in SEALED)
LABELS = audit.labels(MemberProfile, PLAIN) | {name: column.label for name, column in SEALED.items()} | {PHOTO: "照片"}
Lines = Mapping[tuple[str, int], int]  # (name of the table, line of the record that goes): line of the one that stays


def compared(first: Member, second: Member) -> list[tuple[str, Any, Any, bool]]:
    """Return (field, what pages show of the first, of the second, whether they differ) of all that can be chosen."""
    rows = {row.member_id: row for row in MemberProfile.objects.filter(member__in=[first, second])}
    one, two = (rows.get(member.pk) or MemberProfile(member=member) for member in (first, second))
    left, right = _shown(one), _shown(two)
    lines: list[tuple[str, Any, Any, bool]] = [
        (name, left[name], right[name], _stored(one, name) != _stored(two, name)) for name in ITEMS
    ]
    photos = {photo.member_id: photo for photo in MemberPhoto.objects.on_page().filter(member__in=[first, second])}
    return [*lines, (PHOTO, photos.get(first.pk), photos.get(second.pk), bool(photos))]


def marks(members: Iterable[Member]) -> dict[int, str]:
    """Return {member: what tells two states of the record apart}: its version, that of its profile, its photograph."""
    by_id = {member.pk: member for member in members}
    profiles = dict(MemberProfile.objects.filter(member__in=by_id).values_list("member", "version"))
    photos = dict(MemberPhoto.objects.on_page().filter(member__in=by_id).values_list("member", "pk"))
    return {pk: f"{row.version}-{profiles.get(pk, 0)}-{photos.get(pk, 0)}" for pk, row in by_id.items()}


def take_items(gone: Member, keep: Member, fields: Collection[str]) -> list[list[str]]:
    """Give the record that stays these items as the other one has them; return the changes as the audit tells them."""
    wanted = [name for name in ITEMS if name in fields]
    if not wanted:
        return []
    mine, theirs = profile_of(keep), profile_of(gone)
    plain = [name for name in wanted if name not in SEALED]
    before = audit.snapshot(mine, plain)
    for name in plain:
        setattr(mine, name, getattr(theirs, name))
    changes = audit.differences(before, audit.snapshot(mine, plain), {name: LABELS[name] for name in plain})
    changes += [_take_sealed(mine, theirs, name) for name in wanted if name in SEALED]
    if mine.former_number_index and mine.former_number_index == _former_key(keep):
        raise ValidationError("曾用证件号与证件号码相同，请改选另一条的曾用证件号")
    mine.version += 1
    mine.save()
    return changes


def copy_lines(gone: Member, keep: Member) -> tuple[Lines, int]:
    """Copy the lines of the other sections, and say how many; a 民主评议 of a year that is there is not copied."""
    places: dict[tuple[str, int], int] = {}
    copied, years = 0, {line.year: line.pk for line in Review.objects.of(keep)}
    for table in TABLES.values():
        for line in table.model.objects.of(gone):
            old = line.pk
            if isinstance(line, Review) and line.year in years:
                places[table.slug, old] = years[line.year]
                continue
            line.pk, line.member, line._state.adding = None, keep, True
            line.save(force_insert=True)
            places[table.slug, old] = line.pk
            copied += 1
    return places, copied


def move_files(gone: Member, keep: Member, lines: Lines) -> int:
    """Put the 附件 under the record that stays, each beside its line; return how many.

    Those of an act of 党籍管理 belong to the history of the other record and stay there.
    """
    moved = 0
    for file in MemberFile.objects.of(gone).filter(standing=None):
        file.entry = lines.get((file.table, file.entry or 0))
        file.table = file.table if file.entry else ""
        file.member = keep
        file.save(update_fields=["member", "table", "entry"])
        moved += 1
    return moved


def take_photo(gone: Member, keep: Member) -> list[list[str]]:
    """Show the photograph of the other record, or none where it has none; the one there was stays stored."""
    photos = {photo.member_id: photo for photo in MemberPhoto.objects.on_page().filter(member__in=[gone, keep])}
    mine, theirs = photos.get(keep.pk), photos.get(gone.pk)
    if mine is not None:
        mine.take_off()
    if theirs is not None:
        theirs.member = keep
        theirs.save(update_fields=["member"])
    return [["照片", "有" if mine else "", ("已更换" if mine else "有") if theirs else ""]]


def _take_sealed(mine: MemberProfile, theirs: MemberProfile, name: str) -> list[str]:
    column = SEALED[name]
    try:
        text = column.text(theirs)
    except Undecipherable:
        raise ValidationError(f"{column.label}无法解密，不能采用，请改选另一条") from None
    before = KEPT if getattr(mine, column.field) else ""
    if text:
        column.put(mine, text)
    else:
        column.clear(mine)
    return [column.label, before, CHANGED if text else ""]


def _former_key(keep: Member) -> str:
    """The search key that the present 身份证号 would have as a former one."""
    try:
        number = keep.unsealed_id_number()
    except Undecipherable:
        return ""
    return SEALED["former_number"].search_key(number) if number else ""


def _shown(profile: MemberProfile) -> dict[str, str]:
    region = BY_FIELD["native_place"].shown(profile.household_place)
    shown = audit.snapshot(profile, PLAIN) | {"household_place": region}
    if not profile.seniority_correction:
        shown["seniority_correction"] = ""
    return shown | {name: getattr(profile, f"shown_{name}") for name in SEALED}


def _stored(profile: MemberProfile, name: str) -> Any:
    if name not in SEALED:
        return getattr(profile, name)
    try:
        return SEALED[name].text(profile)
    except Undecipherable:
        return None
