"""`knowledge: BASE` finds an answer in a knowledge base."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ivr.commands import AskOutside
from ivr.inputs import OutsideDone, VerbEvent
from ivr.run import FlowFault, Run
from ivr.verbs.fields import StateName, Text, Variable
from ivr.verbs.state import Linear


class Knowledge(Linear):
    """An answer below `min_score` counts as missing."""

    verb = "knowledge"
    knowledge: Text
    question: Text
    save: Variable
    min_score: Annotated[float, Field(ge=0, le=1)] = 0.6
    on_missing: StateName


def enter(state: Knowledge, run: Run) -> None:
    """Ask."""
    details = {"question": run.text(state.question), "min_score": state.min_score}
    run.tell(AskOutside("knowledge", run.session.state, state.knowledge, details))


def on(state: Knowledge, event: VerbEvent, run: Run) -> None:
    """Keep the answer."""
    if not isinstance(event, OutsideDone):
        return
    if event.outcome == "missing":
        run.leave("missing", state.on_missing)
    elif event.outcome == "ok":
        run.put(state.save, event.value)
        run.leave("next", state.next)
    else:
        raise FlowFault(f"the knowledge base answered: {event.outcome}")
