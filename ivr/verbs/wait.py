"""`wait: TIME` waits, with music if wanted."""

from __future__ import annotations

from ivr.inputs import TimerDue, VerbEvent
from ivr.run import Run
from ivr.verbs.fields import Seconds, Text
from ivr.verbs.state import Linear
from media.contract import Segment


class Wait(Linear):
    """`music` loops meanwhile."""

    verb = "wait"
    wait: Seconds
    music: Text | None = None


def enter(state: Wait, run: Run) -> None:
    """Wait."""
    if state.music:
        sound = Segment("", "", run.text(state.music))
        run.play_segments((sound,), loop=True)
    run.start_timer("wait", state.wait)


def on(state: Wait, event: VerbEvent, run: Run) -> None:
    """Go on."""
    if isinstance(event, TimerDue):
        run.leave("next", state.next)
