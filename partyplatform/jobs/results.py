"""The files jobs leave behind: written under a random name outside the web root, kept for seven days.

A stored name is "<job>-<attempt>-<random>", with an "s" at the end for one that nobody reads without the
platform's keys; while it is being written on a disk it ends in ".part".
"""

import io
import logging
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO

from partyplatform.chores import chore
from partyplatform.crypto import Undecipherable
from partyplatform.uploads.places import place
from partyplatform.uploads.secrets import SecretReader, SecretWriter

from .models import Job, State

logger = logging.getLogger(__name__)

FOLDER = "jobs"
_STORED = re.compile(r"(\d+)-(\d+)-[0-9a-f]{32}(s?)(\.part)?")
_UNFIT = re.compile(r'[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\\/:*?"<>|]')


@dataclass
class Result:
    """A finished file: the name it is offered under, the name it is stored under, its size in bytes."""

    name: str
    stored: str
    size: int = 0


def place_of(stored: str) -> str:
    """Return the name a result has among all files."""
    return f"{FOLDER}/{stored}"


@contextmanager
def writing(job: Job, name: str, *, is_secret: bool = False) -> Iterator[tuple[Result, BinaryIO]]:
    """Give a file to write into; it appears whole under its stored name when the block ends well, else not at all."""
    result = Result(shown_name(name), f"{job.pk}-{job.attempts}-{secrets.token_hex(16)}{'s' * is_secret}")
    with place().writing(place_of(result.stored)) as file:
        writer: Any = SecretWriter(file, result.stored) if is_secret else None
        yield result, writer or file
        if writer is not None:
            writer.finish()
        file.flush()
        result.size = writer.size if writer is not None else os.fstat(file.fileno()).st_size


def opened(job: Job) -> BinaryIO | None:
    """Return the result of a job for reading; None when there is none or its file is gone."""
    if not job.has_result or not _STORED.fullmatch(job.result_path):
        return None
    try:
        file = place().open(place_of(job.result_path))
    except FileNotFoundError:
        return None
    if not job.result_path.endswith("s"):
        return file
    try:
        return io.BufferedReader(SecretReader(file, job.result_path))
    except Undecipherable:
        logger.error("the result of job %s does not open", job.pk)
        return None


def remove(stored: str) -> None:
    place().remove(place_of(stored))


@chore
def remove_expired() -> int:
    """Delete results kept long enough, and return their number; the job stays in the list."""
    expired = list(Job.objects.with_expired_result()[:1000])
    for job in expired:
        remove(job.result_path)
        Job.objects.filter(pk=job.pk, result_path=job.result_path).update(result_path="", result_size=0)
    return len(expired)


@chore
def remove_orphans() -> int:
    """Delete files that belong to no result and to no running attempt, and return their number.

    The folder is listed before the jobs are read: a file that appears in between is not judged.
    """
    names = [name.removeprefix(place_of("")) for name in place().names(FOLDER)]
    found = {name: _STORED.fullmatch(name) for name in names}
    jobs = Job.objects.in_bulk({int(match[1]) for match in found.values() if match})
    orphans = [name for name, match in found.items() if match and not _is_wanted(name, match, jobs.get(int(match[1])))]
    for name in orphans:
        remove(name)
    return len(orphans)


def _is_wanted(name: str, match: re.Match[str], job: Job | None) -> bool:
    if job is None:
        return False
    return job.result_path == name or (job.state == State.RUNNING and job.attempts == int(match[2]))


def shown_name(name: str) -> str:
    """Return a file name without path, control and direction characters, at most 150 characters, ending kept."""
    clean = _UNFIT.sub("_", name).strip(" .")
    stem, ending = os.path.splitext(clean)
    return f"{stem[:140]}{ending}" if len(ending) <= 10 and clean else clean[:150] or "结果"
