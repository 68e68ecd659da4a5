"""A state as pages show it: its name, and the tone its tag has everywhere."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Status:
    label: str
    tone: str = ""
