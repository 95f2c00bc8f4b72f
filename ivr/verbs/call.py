"""`call: FLOW` runs another flow and comes back."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from ivr.commands import AskOutside
from ivr.inputs import OutsideDone, VerbEvent
from ivr.run import FlowFault, Run
from ivr.verbs.fields import Text, Variable
from ivr.verbs.state import Linear


class Call(Linear):
    """`with` are its inputs; what it returns is in `save`."""

    verb = "call"
    call: Text
    with_: dict[Variable, Any] = Field(default_factory=dict, alias="with")
    save: Variable | None = None


def enter(state: Call, run: Run) -> None:
    """Run it."""
    details = {"with": run.value(state.with_)}
    run.tell(AskOutside("call", run.session.state, state.call, details))


def on(state: Call, event: VerbEvent, run: Run) -> None:
    """Keep what it returned."""
    if not isinstance(event, OutsideDone):
        return
    if event.outcome != "ok":
        raise FlowFault(f"the flow '{state.call}' ended with {event.outcome}")
    if state.save is not None:
        run.put(state.save, event.value)
    run.leave("next", state.next)
