"""附件, 表彰 and 曾用证件号 of a few people: what a branch keeps beside the items of a record."""

import datetime
from collections.abc import Sequence

from django.core.files.base import ContentFile

from accounts.models import RoleGrant
from members.models import Member
from members.sections import HONOURS, SECTIONS, TRAININGS
from members.services import files, sections

KEEPING = 3  # members of a branch who have papers
_PAGE = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


def keep(people: Sequence[Member], *, by: RoleGrant, today: datetime.date) -> None:
    """Let the first people of a branch have a scan of the record, an honour with its decision, a training."""
    for member in people[:KEEPING]:
        files.attach(member, upload=_scan("入党志愿书"), by=by)
        given = {"kind": "2", "level": "5", "given_on": datetime.date(today.year, 7, 1), "authority": "示范大学党委"}
        honour = sections.add(HONOURS, member, by=by, values=given | {"document": f"示党〔{today.year}〕12号"})
        files.attach(member, upload=_scan("表彰决定"), by=by, table=HONOURS, entry=honour)
        held = {"name": "党员教育培训示范班", "organizer": "示范大学党校", "begins_on": datetime.date(today.year, 3, 9)}
        sections.add(TRAININGS, member, by=by, values=held | {"ends_on": None, "hours": 24})
    elder = min(people, key=lambda member: member.born_on or today)
    if (number := elder.unsealed_id_number())[6:8] == "19":
        former = number[:6] + number[8:17]
        sections.update_items(elder, SECTIONS["basic"], by=by, version=0, values={"former_number": former})


def _scan(name: str) -> ContentFile:
    return ContentFile(_PAGE, name=f"{name}.pdf")
