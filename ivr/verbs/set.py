"""`set: {VAR: value}` gives names their values."""

from __future__ import annotations

from typing import Any

from ivr.inputs import VerbEvent
from ivr.run import Run
from ivr.verbs.fields import Variable
from ivr.verbs.state import Linear


class Set(Linear):
    """`x: ${y}` keeps the type of y."""

    verb = "set"
    set: dict[Variable, Any]


def enter(state: Set, run: Run) -> None:
    """Set them in the order written; later ones see earlier ones."""
    for name, source in state.set.items():
        run.put(name, run.value(source))
    run.leave("next", state.next)


def on(state: Set, event: VerbEvent, run: Run) -> None:
    """Never waits."""
