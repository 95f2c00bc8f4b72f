"""The states of legs, as tables: what may be done to a leg, and what becomes of it."""

from __future__ import annotations

import enum
from typing import Final


class LegState(enum.Enum):
    """How far a leg has come."""

    NEW = "new"
    RINGING = "ringing"
    ANSWERED = "answered"
    """200 is sent or received; for a caller's leg the ACK is still to come."""
    UP = "up"
    ENDING = "ending"
    """We asked for the end; only `LegEnded` matters now."""
    ENDED = "ended"


class Step(enum.Enum):
    """What happens to a leg."""

    RING = enum.auto()
    ANSWER = enum.auto()
    CONFIRM = enum.auto()
    END = enum.auto()
    GONE = enum.auto()


CALLER: Final[dict[tuple[LegState, Step], LegState]] = {
    (LegState.NEW, Step.RING): LegState.RINGING,
    (LegState.NEW, Step.ANSWER): LegState.ANSWERED,
    (LegState.RINGING, Step.ANSWER): LegState.ANSWERED,
    (LegState.ANSWERED, Step.CONFIRM): LegState.UP,
    (LegState.NEW, Step.END): LegState.ENDING,
    (LegState.RINGING, Step.END): LegState.ENDING,
    (LegState.ANSWERED, Step.END): LegState.ENDING,
    (LegState.UP, Step.END): LegState.ENDING,
    (LegState.NEW, Step.GONE): LegState.ENDED,
    (LegState.RINGING, Step.GONE): LegState.ENDED,
    (LegState.ANSWERED, Step.GONE): LegState.ENDED,
    (LegState.UP, Step.GONE): LegState.ENDED,
    (LegState.ENDING, Step.GONE): LegState.ENDED,
}
"""The leg of the caller; pairs that are not here change nothing and do nothing."""

OUTGOING: Final[dict[tuple[LegState, Step], LegState]] = {
    (LegState.NEW, Step.RING): LegState.RINGING,
    (LegState.NEW, Step.CONFIRM): LegState.UP,
    (LegState.RINGING, Step.CONFIRM): LegState.UP,
    (LegState.NEW, Step.END): LegState.ENDING,
    (LegState.RINGING, Step.END): LegState.ENDING,
    (LegState.UP, Step.END): LegState.ENDING,
    (LegState.NEW, Step.GONE): LegState.ENDED,
    (LegState.RINGING, Step.GONE): LegState.ENDED,
    (LegState.UP, Step.GONE): LegState.ENDED,
    (LegState.ENDING, Step.GONE): LegState.ENDED,
}
"""A leg to an agent or a dialled target; the ACK to its 200 is sent below us."""
