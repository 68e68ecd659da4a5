"""The cache in Redis, without which the platform goes on: nothing found, nothing kept."""

import logging
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


class ForgivingRedis(RedisCache):
    """Django's, with a server that is away taken for an empty one. Sessions and locks are in the database."""

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        try:
            return super().get(key, default, version)
        except RedisError as fault:
            logger.warning("cache: %s", type(fault).__name__)
            return default

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        try:
            super().set(key, value, timeout, version)
        except RedisError as fault:
            logger.warning("cache: %s", type(fault).__name__)

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Return whether the key was free; with the server away, as if it were."""
        try:
            return super().add(key, value, timeout, version)
        except RedisError as fault:
            logger.warning("cache: %s", type(fault).__name__)
            return True
