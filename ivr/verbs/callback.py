"""`callback: NUMBER` promises a call back."""

from __future__ import annotations

from pydantic import Field

from ivr.commands import AskOutside
from ivr.inputs import OutsideDone, PlayDone, VerbEvent
from ivr.run import FlowFault, Run
from ivr.verbs.fields import Prompt, Text
from ivr.verbs.state import Linear


class Callback(Linear):
    """`at` is `asap` or a time; `confirm` is heard when it is booked."""

    verb = "callback"
    callback: Text
    queue: Text | None = None
    agent: Text | None = None
    at: Text = "asap"
    confirm: Prompt | None = None
    pop: list[Text] = Field(default_factory=list)


def enter(state: Callback, run: Run) -> None:
    """Book it."""
    at = run.text(state.at)
    details = {
        "number": run.text(state.callback),
        "queue": run.text(state.queue) if state.queue else None,
        "agent": run.text(state.agent) if state.agent else None,
        "at": at,
        "pop": list(state.pop),
    }
    run.change(tags={**run.session.tags, "callback_at": at})
    run.tell(AskOutside("callback", run.session.state, "callback", details))


def on(state: Callback, event: VerbEvent, run: Run) -> None:
    """Tell that it is booked."""
    if isinstance(event, PlayDone):
        run.leave("next", state.next)
    elif isinstance(event, OutsideDone):
        if event.outcome != "ok":
            raise FlowFault(f"the call back could not be booked: {event.outcome}")
        if state.confirm is None or run.session.gone:
            run.leave("next", state.next)
        else:
            run.answer()
            run.play([state.confirm])
