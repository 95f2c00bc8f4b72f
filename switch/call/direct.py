"""A call between two extensions: an application that only dials."""

from __future__ import annotations

from typing import Final

from switch.application import CallControl, CallEvent, DialEnded, DialOutcome, DialPlan
from switch.call.call import Call

RING_S: Final = 60.0

_STATUS: Final[dict[DialOutcome, int]] = {
    DialOutcome.ANSWERED_AND_FINISHED: 480,
    DialOutcome.BUSY: 486,
    DialOutcome.NO_ANSWER: 480,
    DialOutcome.FAILED: 480,
}
"""What a caller who was never answered is told."""


class DirectCall:
    """Rings an extension and ends with it."""

    def __init__(self, call: Call, control: CallControl, extension: str) -> None:
        self._call = call
        control.dial(DialPlan((f"ext:{extension}",), timeout_s=RING_S))

    def call_event(self, event: CallEvent) -> None:
        """Nothing but the end of the dial matters."""
        if isinstance(event, DialEnded):
            finished = event.outcome is DialOutcome.ANSWERED_AND_FINISHED
            self._call.hang_up("agent" if finished else "flow", _STATUS[event.outcome])
