"""`knowledge: BASE` finds an answer in a knowledge base."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ivr.commands import AskOutside
from ivr.inputs import VerbEvent
from ivr.run import Run
from ivr.verbs import finding
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
    finding.found(state, event, run, "the knowledge base")
