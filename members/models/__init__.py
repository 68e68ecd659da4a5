from members.models.admissions import Admission
from members.models.batches import Batch, BatchRow
from members.models.checks import Doubt, Twin
from members.models.corrections import Correction
from members.models.entries import Hardship, Honour, Office, Penalty, Relative, Review, Schooling, Training
from members.models.export_requests import ExportRequest
from members.models.files import MemberFile, MemberPhoto
from members.models.imports import ImportRow, MemberImport
from members.models.matters import Matter, MatterStep
from members.models.members import Member
from members.models.pasts import PastRecord
from members.models.posts import Post
from members.models.profiles import MemberProfile
from members.models.rule_versions import RuleLine, RuleVersion
from members.models.scans import Scan
from members.models.standings import Standing

__all__ = [
    "Admission",
    "Batch",
    "BatchRow",
    "Correction",
    "Doubt",
    "ExportRequest",
    "Hardship",
    "Honour",
    "ImportRow",
    "Matter",
    "MatterStep",
    "Member",
    "MemberFile",
    "MemberImport",
    "MemberPhoto",
    "MemberProfile",
    "Office",
    "PastRecord",
    "Penalty",
    "Post",
    "Relative",
    "Review",
    "RuleLine",
    "RuleVersion",
    "Scan",
    "Schooling",
    "Standing",
    "Training",
    "Twin",
]
