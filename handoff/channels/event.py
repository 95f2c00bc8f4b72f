"""What all channels have in common: a thing that happened, at a moment."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelEvent:
    """Something the customer did, or saw, in a channel. `at` is the wall clock, seconds."""

    channel: ClassVar[str] = ""
    what: ClassVar[str] = ""
    """The name in the API and in the log; unique in its channel."""
    at: float


class Scope(enum.Enum):
    """Who may see the value of a form field."""

    OPEN = "open"
    """Every desk role, once the match is sure."""
    AGENT = "agent"
    """Those who serve customers, once the match is sure."""
    SECRET = "secret"  # noqa: S105 - the name of a scope
    """Nobody: the value is dropped at the door, only that it was filled in is kept."""


@dataclass(frozen=True, slots=True)
class FormField:
    """A field of a form as the customer left it."""

    name: str
    label: str
    value: str
    scope: Scope = Scope.AGENT

    def sealed(self) -> FormField:
        """The field as it may be kept: a secret without its value."""
        if self.scope is not Scope.SECRET:
            return self
        return FormField(self.name, self.label, "", self.scope)
