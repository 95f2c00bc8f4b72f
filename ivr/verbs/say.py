"""`say: PROMPT` speaks."""

from __future__ import annotations

from ivr.inputs import DigitPressed, PlayDone, VerbEvent
from ivr.run import Run
from ivr.verbs.fields import Flag, Prompt, Text
from ivr.verbs.state import Linear


class Say(Linear):
    """With `barge_in` any key skips it."""

    verb = "say"
    say: Prompt
    barge_in: Flag = False
    voice: Text | None = None


def enter(state: Say, run: Run) -> None:
    """Speak."""
    run.play([state.say], barge_in=state.barge_in)


def on(state: Say, event: VerbEvent, run: Run) -> None:
    """Go on at the end, or at a key."""
    if isinstance(event, PlayDone) or (isinstance(event, DigitPressed) and state.barge_in):
        run.leave("next", state.next)
