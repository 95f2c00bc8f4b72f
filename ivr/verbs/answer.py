"""`answer: now` answers early; `answer: ring` lets the caller hear it ring first."""

from __future__ import annotations

from typing import Literal

from ivr.commands import Ring
from ivr.inputs import TimerDue, VerbEvent
from ivr.run import Run
from ivr.verbs.fields import Seconds
from ivr.verbs.state import Linear


class Answer(Linear):
    """`ring` is how long it rings before it is answered; without it, it only rings."""

    verb = "answer"
    answer: Literal["now", "ring"]
    ring: Seconds | None = None


def enter(state: Answer, run: Run) -> None:
    """Answer, or ring."""
    if state.answer == "now" or run.session.answered:
        run.answer()
        run.leave("next", state.next)
        return
    run.tell(Ring())
    if state.ring is None:
        run.leave("next", state.next)
    else:
        run.start_timer("ring", state.ring)


def on(state: Answer, event: VerbEvent, run: Run) -> None:
    """It has rung long enough."""
    if isinstance(event, TimerDue):
        run.answer()
        run.leave("next", state.next)
