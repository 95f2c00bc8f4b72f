"""The presence machine, as a table.

A break or the end of the shift that is asked for while talking is remembered and takes effect
when the call and its wrap-up are over; in wrap-up it ends the wrap-up; while an offer is out it
withdraws the offer.
"""

from __future__ import annotations

import enum
from typing import Final

from switch.offer import Presence


class Cause(enum.Enum):
    """Why an agent's state may change."""

    ASKED_AVAILABLE = enum.auto()
    ASKED_BREAK = enum.auto()
    ASKED_OFFLINE = enum.auto()
    OFFERED = enum.auto()
    UNOFFERED = enum.auto()
    MISSED_TOO_OFTEN = enum.auto()
    ANSWERED = enum.auto()
    FINISHED = enum.auto()
    WRAPPED_UP = enum.auto()


ASKED: Final = {
    Presence.AVAILABLE: Cause.ASKED_AVAILABLE,
    Presence.BREAK: Cause.ASKED_BREAK,
    Presence.OFFLINE: Cause.ASKED_OFFLINE,
}
"""What an agent may ask for."""

TABLE: Final[dict[tuple[Presence, Cause], Presence]] = {
    (Presence.OFFLINE, Cause.ASKED_AVAILABLE): Presence.AVAILABLE,
    (Presence.OFFLINE, Cause.ASKED_BREAK): Presence.BREAK,
    (Presence.OFFLINE, Cause.ASKED_OFFLINE): Presence.OFFLINE,
    (Presence.AVAILABLE, Cause.ASKED_AVAILABLE): Presence.AVAILABLE,
    (Presence.AVAILABLE, Cause.ASKED_BREAK): Presence.BREAK,
    (Presence.AVAILABLE, Cause.ASKED_OFFLINE): Presence.OFFLINE,
    (Presence.AVAILABLE, Cause.OFFERED): Presence.OFFERED,
    (Presence.BREAK, Cause.ASKED_AVAILABLE): Presence.AVAILABLE,
    (Presence.BREAK, Cause.ASKED_BREAK): Presence.BREAK,
    (Presence.BREAK, Cause.ASKED_OFFLINE): Presence.OFFLINE,
    (Presence.OFFERED, Cause.ASKED_AVAILABLE): Presence.OFFERED,
    (Presence.OFFERED, Cause.ASKED_BREAK): Presence.BREAK,
    (Presence.OFFERED, Cause.ASKED_OFFLINE): Presence.OFFLINE,
    (Presence.OFFERED, Cause.UNOFFERED): Presence.AVAILABLE,
    (Presence.OFFERED, Cause.MISSED_TOO_OFTEN): Presence.BREAK,
    (Presence.OFFERED, Cause.ANSWERED): Presence.TALKING,
    (Presence.TALKING, Cause.ASKED_AVAILABLE): Presence.TALKING,
    (Presence.TALKING, Cause.ASKED_BREAK): Presence.TALKING,
    (Presence.TALKING, Cause.ASKED_OFFLINE): Presence.TALKING,
    (Presence.TALKING, Cause.FINISHED): Presence.WRAP_UP,
    (Presence.WRAP_UP, Cause.ASKED_AVAILABLE): Presence.AVAILABLE,
    (Presence.WRAP_UP, Cause.ASKED_BREAK): Presence.BREAK,
    (Presence.WRAP_UP, Cause.ASKED_OFFLINE): Presence.OFFLINE,
    (Presence.WRAP_UP, Cause.WRAPPED_UP): Presence.AVAILABLE,
}
"""Pairs that are not here cannot happen: the allocator asks only for these."""
