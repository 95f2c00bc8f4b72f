"""`return: VALUE` ends a flow that another one called."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from ivr.inputs import VerbEvent
from ivr.run import Run
from ivr.verbs.state import State


class Return(State):
    """The caller's flow finds the value in its `save`."""

    verb = "return"
    return_: Any = Field(alias="return")


def enter(state: Return, run: Run) -> None:
    """End this flow."""
    run.changed["return"] = run.value(state.return_)
    run.end("return")


def on(state: Return, event: VerbEvent, run: Run) -> None:
    """Never waits."""
