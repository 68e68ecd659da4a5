"""The tables of 组织关系转接."""

from transfers.models.arrivals import Arrival
from transfers.models.events import TransferEvent
from transfers.models.letters import Letter, LetterSeries
from transfers.models.steps import TransferStep
from transfers.models.transfers import Transfer

__all__ = ["Arrival", "Letter", "LetterSeries", "Transfer", "TransferEvent", "TransferStep"]
