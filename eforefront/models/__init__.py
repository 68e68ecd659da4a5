"""The tables of 党员E先锋."""

from eforefront.models.gatherings import Attendance, Gathering, GatheringEvent, GatheringFile, Vote
from eforefront.models.groups import GroupMember, PartyGroup

__all__ = ["Attendance", "Gathering", "GatheringEvent", "GatheringFile", "GroupMember", "PartyGroup", "Vote"]
