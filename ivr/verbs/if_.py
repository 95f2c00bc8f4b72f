"""`if: EXPR` goes one way or the other."""

from __future__ import annotations

from pydantic import Field

from ivr.inputs import VerbEvent
from ivr.run import Run
from ivr.verbs.fields import StateName, Text
from ivr.verbs.state import State


class If(State):
    """`then` where it holds, else `else`."""

    verb = "if"
    if_: Text = Field(alias="if")
    then: StateName
    else_: StateName = Field(alias="else")


def enter(state: If, run: Run) -> None:
    """Decide."""
    holds = bool(run.decide(state.if_))
    run.leave("then" if holds else "else", state.then if holds else state.else_)


def on(state: If, event: VerbEvent, run: Run) -> None:
    """Never waits."""
