"""`record: start/stop/pause/resume` steers the recording."""

from __future__ import annotations

from typing import Literal

from ivr.inputs import VerbEvent
from ivr.run import Run
from ivr.verbs.fields import Flag
from ivr.verbs.state import Linear


class Record(Linear):
    """Two-party laws may ask for a `beep`."""

    verb = "record"
    record: Literal["start", "stop", "pause", "resume"]
    beep: Flag = False


def enter(state: Record, run: Run) -> None:
    """Steer it."""
    run.set_recording(state.record)
    run.leave("next", state.next)


def on(state: Record, event: VerbEvent, run: Run) -> None:
    """Never waits."""
