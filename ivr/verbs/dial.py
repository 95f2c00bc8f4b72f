"""`dial: ext:201` rings phones and connects the first that answers."""

from __future__ import annotations

from typing import Literal

from ivr.commands import Dial as DialCommand
from ivr.inputs import DialDone, VerbEvent
from ivr.run import FlowFault, Run
from ivr.verbs.fields import Seconds, StateName, Text
from ivr.verbs.leg import Leg
from switch.application import DialOutcome


class Dial(Leg):
    """Targets are `ext:`, `agent:`, `trunk:` or `tel:`; `order` rings all, or one by one."""

    verb = "dial"
    dial: Text | list[Text]
    order: Literal["all", "one_by_one"] = "all"
    caller_id: Text | None = None
    timeout: Seconds = 25.0
    next: StateName
    on_busy: StateName | None = None
    on_no_answer: StateName
    on_failed: StateName | None = None


def enter(state: Dial, run: Run) -> None:
    """Ring them."""
    sources = state.dial if isinstance(state.dial, list) else [state.dial]
    targets = tuple(text for source in sources if (text := run.text(source)))
    if not targets:
        raise FlowFault("there is nobody to dial")
    caller_id = run.text(state.caller_id) if state.caller_id else None
    run.tell(DialCommand(targets, state.order == "one_by_one", state.timeout, caller_id))


def on(state: Dial, event: VerbEvent, run: Run) -> None:
    """Go on when the talk is over, or nobody came."""
    if not isinstance(event, DialDone):
        return
    exits = {
        DialOutcome.ANSWERED_AND_FINISHED: ("next", state.next),
        DialOutcome.BUSY: ("busy", state.on_busy or state.on_no_answer),
        DialOutcome.NO_ANSWER: ("no_answer", state.on_no_answer),
        DialOutcome.FAILED: ("failed", state.on_failed or state.on_no_answer),
    }
    run.leave(*exits[event.outcome])
