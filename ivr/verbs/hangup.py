"""`hangup: normal` ends the call."""

from __future__ import annotations

from typing import Literal

from ivr.commands import HangUp
from ivr.inputs import PlayDone, VerbEvent
from ivr.run import Run
from ivr.verbs.fields import Prompt
from ivr.verbs.state import State
from switch.application import HangupCause


class Hangup(State):
    """`say` is heard before."""

    verb = "hangup"
    hangup: Literal["normal", "busy", "rejected", "error"]
    say: Prompt | None = None


def enter(state: Hangup, run: Run) -> None:
    """Say good-bye to whom is still there."""
    if state.say is None or run.session.gone:
        _end(state, run)
    else:
        run.answer()
        run.play([state.say])


def on(state: Hangup, event: VerbEvent, run: Run) -> None:
    """End it when that was heard."""
    if isinstance(event, PlayDone):
        run.remember(play=0)
        _end(state, run)


def _end(state: Hangup, run: Run) -> None:
    if not run.session.gone:
        run.tell(HangUp(HangupCause[state.hangup.upper()]))
    run.end("hangup")
