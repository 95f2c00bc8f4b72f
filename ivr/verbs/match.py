"""`match: CODE` refines which journey this call belongs to."""

from __future__ import annotations

from typing import Literal

from ivr.commands import Match as MatchCommand
from ivr.context import Journey, MatchFailure
from ivr.inputs import MatchDone, VerbEvent, journey_record
from ivr.run import Run
from ivr.verbs.fields import StateName, Text, Variable
from ivr.verbs.state import Linear


class Match(Linear):
    """`by` says what the value is; a wrong one takes `on_missing`, an old one `on_expired`."""

    verb = "match"
    match: Text
    by: Literal["token", "code", "number", "customer"] = "code"
    save: Variable = "journey"
    on_missing: StateName | None = None
    on_expired: StateName | None = None


def enter(state: Match, run: Run) -> None:
    """Ask for the match."""
    run.tell(MatchCommand(state.by, run.text(state.match)))


def on(state: Match, event: VerbEvent, run: Run) -> None:
    """Keep the journey, or say why there is none."""
    if not isinstance(event, MatchDone):
        return
    if isinstance(event.found, Journey):
        run.put(state.save, journey_record(event.found))
        run.leave("next", state.next)
    elif event.found is MatchFailure.EXPIRED:
        run.leave("expired", state.on_expired or state.on_missing)
    else:
        run.leave(event.found.value, state.on_missing)
