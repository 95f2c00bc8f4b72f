"""`transfer: TARGET` gives the caller to someone else and ends the flow."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ivr.commands import AskOutside
from ivr.inputs import OutsideDone, VerbEvent
from ivr.run import Run
from ivr.verbs.fields import StateName, Text
from ivr.verbs.state import State


class Transfer(State):
    """Where it cannot be done the flow goes on at `on_failed`."""

    verb = "transfer"
    transfer: Text
    mode: Literal["blind", "attended"] = "blind"
    on_failed: StateName
    pop: list[Text] = Field(default_factory=list)


def enter(state: Transfer, run: Run) -> None:
    """Transfer."""
    details = {"mode": state.mode, "pop": list(state.pop)}
    run.tell(AskOutside("transfer", run.session.state, run.text(state.transfer), details))


def on(state: Transfer, event: VerbEvent, run: Run) -> None:
    """End, or go on where it failed."""
    if not isinstance(event, OutsideDone):
        return
    if event.outcome == "done":
        run.end("transfer")
    else:
        run.leave("failed", state.on_failed)
