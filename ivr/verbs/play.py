"""`play: FILE` plays a sound of the prompt library."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ivr.inputs import DigitPressed, PlayDone, VerbEvent
from ivr.run import Run
from ivr.verbs.fields import Flag, Text
from ivr.verbs.state import Linear
from media.contract import Segment


class Play(Linear):
    """`loop` is how many times it is heard."""

    verb = "play"
    play: Text
    loop: Annotated[int, Field(strict=True, ge=1, le=100)] = 1
    barge_in: Flag = False


def enter(state: Play, run: Run) -> None:
    """Play it `loop` times."""
    language = str(run.session.names.get("language"))
    sound = Segment(language, "", run.text(state.play))
    names = (state.play,) * state.loop
    run.play_segments((sound,) * state.loop, names, barge_in=state.barge_in)


def on(state: Play, event: VerbEvent, run: Run) -> None:
    """Go on at the end, or at a key."""
    if isinstance(event, PlayDone) or (isinstance(event, DigitPressed) and state.barge_in):
        run.leave("next", state.next)
