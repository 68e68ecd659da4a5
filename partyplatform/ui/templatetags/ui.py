"""The component tags; built in, so templates need no {% load %}."""

from ..components import actions, fields, frames, lists, status, words
from ..components.library import register

__all__ = ["actions", "fields", "frames", "lists", "register", "status", "words"]
