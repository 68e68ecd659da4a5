"""The component tags; built in, so templates need no {% load %}."""

from ..components import actions, fields, frames, lists, status, trees, words
from ..components.library import register

__all__ = ["actions", "fields", "frames", "lists", "register", "status", "trees", "words"]
