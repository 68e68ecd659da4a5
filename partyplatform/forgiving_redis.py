"""The cache in Redis, without which the platform goes on: nothing found, nothing kept."""

import json
import logging
import time
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as Disconnected
from redis.exceptions import RedisError
from redis.retry import Retry

logger = logging.getLogger(__name__)

AWAY_SECONDS = 5.0  # a server that failed is left alone for so long
PATIENCE = 0.5  # seconds it may take to answer
Answer = TypeVar("Answer")

_away_until: dict[tuple[str, ...], float] = {}  # by server, for all threads of the process


class Json:
    """Texts and numbers, never pickle: whoever can write into Redis must not run code here."""

    def dumps(self, value: Any) -> bytes:
        return json.dumps(value).encode()

    def loads(self, data: bytes) -> Any:
        return json.loads(data)


class ForgivingRedis(RedisCache):
    """Django's, with a server that is away, or silent, taken for an empty one. The database knows everything in it."""

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        again = Retry(NoBackoff(), 1, supported_errors=(Disconnected,))  # a connection of before a restart is dead
        patience = {"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE, "retry": again}
        super().__init__(server, params | {"OPTIONS": {"serializer": Json, **patience}})

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._asked(lambda: super(ForgivingRedis, self).get(key, default, version), default)

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        self._asked(lambda: super(ForgivingRedis, self).set(key, value, timeout, version), None)

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Return whether the key was free; with the server away, as if it were."""
        return self._asked(lambda: super(ForgivingRedis, self).add(key, value, timeout, version), True)

    def delete(self, key: Any, version: int | None = None) -> bool:
        return self._asked(lambda: super(ForgivingRedis, self).delete(key, version), False)

    def _asked(self, question: Callable[[], Answer], otherwise: Answer) -> Answer:
        server = tuple(self._servers)
        if time.monotonic() < _away_until.get(server, 0):
            return otherwise
        try:
            return question()
        except ValueError:  # something nobody here has written
            logger.warning("cache: a value that is not ours")
        except RedisError as fault:
            logger.warning("cache: %s", type(fault).__name__)
            _away_until[server] = time.monotonic() + AWAY_SECONDS
        return otherwise
