"""`lookup: TABLE` finds a row of a named table."""

from __future__ import annotations

from typing import Any

from ivr.commands import AskOutside
from ivr.inputs import VerbEvent
from ivr.run import Run
from ivr.verbs import finding
from ivr.verbs.fields import StateName, Text, Variable
from ivr.verbs.state import Linear


class Lookup(Linear):
    """`where` is compared field by field."""

    verb = "lookup"
    lookup: Text
    where: dict[str, Any]
    save: Variable
    on_missing: StateName


def enter(state: Lookup, run: Run) -> None:
    """Look it up."""
    details = {"where": run.value(state.where)}
    run.tell(AskOutside("lookup", run.session.state, state.lookup, details))


def on(state: Lookup, event: VerbEvent, run: Run) -> None:
    """Keep the row."""
    finding.found(state, event, run, "the table")
