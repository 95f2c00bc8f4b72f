"""`switch: EXPR` goes by a value."""

from __future__ import annotations

from pydantic import Field

from ivr.functions import as_text
from ivr.inputs import VerbEvent
from ivr.run import Run
from ivr.verbs.fields import StateName, Text
from ivr.verbs.state import State


class Switch(State):
    """`cases` are compared as text."""

    verb = "switch"
    switch: Text
    cases: dict[str, StateName]
    else_: StateName = Field(alias="else")


def enter(state: Switch, run: Run) -> None:
    """Decide."""
    value = as_text(run.decide(state.switch))
    if value in state.cases:
        run.leave(value, state.cases[value])
    else:
        run.leave("else", state.else_)


def on(state: Switch, event: VerbEvent, run: Run) -> None:
    """Never waits."""
