"""The tables of 党员E先锋."""

from eforefront.models.dues_ledger import DuesEntry, DuesMonth, DuesOpening, DuesReceipt, DuesSeries, DuesTotal
from eforefront.models.dues_papers import DuesConfirmation, DuesPublication, DuesShare, PaymentSheet
from eforefront.models.dues_standards import DuesRelief, DuesStandard
from eforefront.models.gatherings import Attendance, Gathering, GatheringEvent, GatheringFile, Vote
from eforefront.models.groups import GroupMember, PartyGroup
from eforefront.models.registrations import CommunityService, Registration, RegistrationCount
from eforefront.models.reviews import Appraisal, CycleStep, ReviewCycle, StudyEntry
from eforefront.models.scores import ScoreEntry, ScoreYear

__all__ = [
    "Appraisal",
    "Attendance",
    "CommunityService",
    "CycleStep",
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
    "DuesTotal",
    "Gathering",
    "GatheringEvent",
    "GatheringFile",
    "GroupMember",
    "PartyGroup",
    "PaymentSheet",
    "Registration",
    "RegistrationCount",
    "ReviewCycle",
    "ScoreEntry",
    "ScoreYear",
    "StudyEntry",
    "Vote",
]
