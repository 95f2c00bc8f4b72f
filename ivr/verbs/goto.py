"""`goto: FLOW` goes on in another flow."""

from __future__ import annotations

from ivr.inputs import VerbEvent
from ivr.run import Run
from ivr.verbs.fields import Text
from ivr.verbs.state import State


class Goto(State):
    """This flow ends here."""

    verb = "goto"
    goto: Text


def enter(state: Goto, run: Run) -> None:
    """End this flow."""
    run.end(f"goto {state.goto}")


def on(state: Goto, event: VerbEvent, run: Run) -> None:
    """Never waits."""
