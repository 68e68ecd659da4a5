"""The tables of 党员E先锋."""

from eforefront.models.activities import ActivityHours, Enrolment, SignUp
from eforefront.models.compositions import Composition
from eforefront.models.development import Applicant
from eforefront.models.development_plans import DevelopmentPlan
from eforefront.models.development_records import DevelopmentFile, DevelopmentRecord, DossierHandOver, Sponsorship
from eforefront.models.development_ways import ApplicantCode, HandIn, RegistrationDoor, SelfRegistration
from eforefront.models.dues_ledger import (
    DuesEntry,
    DuesMonth,
    DuesOpening,
    DuesReceipt,
    DuesSeries,
    DuesSubtotal,
    DuesTotal,
)
from eforefront.models.dues_papers import DuesConfirmation, DuesPublication, DuesShare, PaymentSheet
from eforefront.models.dues_standards import DuesRelief, DuesStandard
from eforefront.models.gatherings import Attendance, Gathering, GatheringEvent, GatheringFile, Vote
from eforefront.models.groups import GroupMember, PartyGroup
from eforefront.models.news import News
from eforefront.models.notice_files import NoticeFile
from eforefront.models.notices import Notice, NoticeRead, NoticeTarget
from eforefront.models.queries import SavedQuery
from eforefront.models.registrations import CommunityService, Registration, RegistrationCount
from eforefront.models.reminding import DailyRun, Digest, Reminded, ReminderAddress
from eforefront.models.reviews import Appraisal, CycleStep, ReviewCycle, StudyEntry
from eforefront.models.scores import ScoreEntry, ScoreYear
from eforefront.models.statistics import StatisticalReport

__all__ = [
    "ActivityHours",
    "Applicant",
    "ApplicantCode",
    "Appraisal",
    "Attendance",
    "CommunityService",
    "Composition",
    "CycleStep",
    "DailyRun",
    "DevelopmentFile",
    "DevelopmentPlan",
    "DevelopmentRecord",
    "Digest",
    "DossierHandOver",
    "DuesConfirmation",
    "DuesEntry",
    "DuesMonth",
    "DuesOpening",
    "DuesPublication",
    "DuesReceipt",
    "DuesRelief",
    "DuesSeries",
    "DuesShare",
    "DuesStandard",
    "DuesSubtotal",
    "DuesTotal",
    "Enrolment",
    "Gathering",
    "GatheringEvent",
    "GatheringFile",
    "GroupMember",
    "HandIn",
    "News",
    "Notice",
    "NoticeFile",
    "NoticeRead",
    "NoticeTarget",
    "PartyGroup",
    "PaymentSheet",
    "Registration",
    "RegistrationCount",
    "RegistrationDoor",
    "Reminded",
    "ReminderAddress",
    "ReviewCycle",
    "SavedQuery",
    "ScoreEntry",
    "ScoreYear",
    "SelfRegistration",
    "SignUp",
    "Sponsorship",
    "StatisticalReport",
    "StudyEntry",
    "Vote",
]
