"""The tables of 组织关系转接."""

from transfers.models.arrivals import Arrival
from transfers.models.batches import TransferBatch, TransferBatchRow
from transfers.models.events import TransferEvent
from transfers.models.exchange import InMessage, OutMessage, Peer
from transfers.models.files import TransferFile
from transfers.models.letters import Letter, LetterSeries
from transfers.models.releases import TransferRelease
from transfers.models.steps import TransferStep
from transfers.models.transfers import Transfer

__all__ = [
    "Arrival",
    "InMessage",
    "Letter",
    "LetterSeries",
    "OutMessage",
    "Peer",
    "Transfer",
    "TransferBatch",
    "TransferBatchRow",
    "TransferEvent",
    "TransferFile",
    "TransferRelease",
    "TransferStep",
]
