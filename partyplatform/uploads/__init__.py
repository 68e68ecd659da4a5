"""Uploaded files: checked by ending and content, stored under random names, sent back as attachments."""

from .kinds import KINDS
from .names import clean_name, disposition
from .oversized import Oversized
from .sending import attachment_response, content_response, stream_response
from .space import (
    MOST_READ,
    BodyTooLarge,
    InsufficientStorage,
    StorageAway,
    refuse_too_large,
    require_space,
    spoken,
    too_large,
)
from .storing import MAX_BYTES, SCANS, StoredFile, discard, open_stored, owns_files, store, stored_size, sweep

__all__ = [
    "KINDS",
    "MAX_BYTES",
    "MOST_READ",
    "SCANS",
    "BodyTooLarge",
    "InsufficientStorage",
    "Oversized",
    "StorageAway",
    "StoredFile",
    "attachment_response",
    "clean_name",
    "content_response",
    "discard",
    "disposition",
    "open_stored",
    "owns_files",
    "refuse_too_large",
    "require_space",
    "spoken",
    "store",
    "stored_size",
    "stream_response",
    "sweep",
    "too_large",
]
