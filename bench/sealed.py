"""P8: a person found by 身份证号, and what sealing costs with either algorithm."""

import random
import time
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import override_settings

from bench import database
from bench.lines import Line, median, percentile, timed
from members.models import Member
from partyplatform.ciphers import NUMBERS
from partyplatform.crypto import seal, unseal
from partyplatform.keyring import Key

LOOK_UPS = 200
VALUES = 20_000
_CELL = {"table": "bench", "column": "id_number"}


def lines() -> Iterator[Line]:
    where = database.label()
    times = sorted(_look_ups())
    yield Line(f"P8 按身份证号找人（SQL） · {where}", median(times), "ms", 2)
    yield Line(f"P8 按身份证号找人（SQL），p95 · {where}", percentile(times, 0.95), "ms")
    for algorithm in NUMBERS:
        yield from _sealing(algorithm, where)


def _look_ups() -> Iterator[float]:
    """Yield the milliseconds of the statements alone, for people drawn from the whole table."""
    last = Member.objects.order_by("-pk").values_list("pk", flat=True)[0]
    chance = random.Random(20260601)
    for member in Member.objects.filter(pk__in=chance.sample(range(1, last + 1), LOOK_UPS)):
        number, spent = member.unsealed_id_number(), _Spent()
        with connection.execute_wrapper(spent):
            found = list(Member.objects.with_id_number(number))
        if found != [member]:
            raise RuntimeError("somebody else was found")
        yield spent.milliseconds


class _Spent:
    """Adds up what the database needs."""

    milliseconds = 0.0

    def __call__(self, execute: Any, *arguments: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(*arguments)
        finally:
            self.milliseconds += (time.perf_counter() - began) * 1000


def _sealing(algorithm: str, where: str) -> Iterator[Line]:
    key = Key("bench", next(iter(settings.FIELD_KEYS.values())).secret, algorithm)
    numbers = [f"99000019900101{serial:04d}" for serial in range(VALUES // 2)] * 2
    blobs: list[bytes] = []
    with override_settings(FIELD_KEYS={key.id: key}):
        spent = timed(lambda: blobs.extend(seal(number, row=row, **_CELL) for row, number in enumerate(numbers)))
        yield Line(f"P8 {algorithm}：加密 {VALUES:,} 个 · {where}", spent, "ms")
        spent = timed(lambda: [unseal(blob, row=row, **_CELL) for row, blob in enumerate(blobs)])
        yield Line(f"P8 {algorithm}：解密 {VALUES:,} 个 · {where}", spent, "ms")
