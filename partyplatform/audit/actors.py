"""Who acts: what the audit reads of an acting role, and the platform itself as an actor."""

from dataclasses import dataclass
from typing import Protocol


class ActingRole(Protocol):
    """The part of an acting role that the audit writes down."""

    @property
    def user_uid(self) -> object: ...
    @property
    def user_name(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def organization_id(self) -> int | None: ...
    @property
    def organization_name(self) -> str: ...


@dataclass(frozen=True)
class Platform:
    """The platform acting by itself: migrations, timers, commands of the operator."""

    user_uid: str = ""
    user_name: str = "系统"
    label: str = "系统"
    organization_id: int | None = None
    organization_name: str = ""

    def can(self, power: object) -> bool:
        """Say yes: what the platform starts by itself has no person whose powers could be asked."""
        return True


SYSTEM = Platform()
