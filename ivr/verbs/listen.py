"""`listen: VAR` takes what the caller says."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ivr.inputs import SpeechHeard, VerbEvent
from ivr.run import Run
from ivr.verbs import asking
from ivr.verbs.asking import Verdict
from ivr.verbs.fields import Prompt, StateName, Text, Variable
from ivr.verbs.state import Asking


class Listen(Asking):
    """Below `min_confidence` what was heard is invalid."""

    verb = "listen"
    listen: Variable
    prompt: Prompt
    hints: list[Text] = Field(default_factory=list)
    min_confidence: Annotated[float, Field(ge=0, le=1)] = 0.5
    next: StateName


def enter(state: Listen, run: Run) -> None:
    """Ask."""
    asking.ask(state, state.prompt, run)


def on(state: Listen, event: VerbEvent, run: Run) -> None:
    """Take the words."""
    if not isinstance(event, SpeechHeard):
        asking.hear(state, state.prompt, event, run, lambda *_: Verdict.WRONG)
    elif event.confidence < state.min_confidence:
        asking.again(state, state.prompt, run, "invalid")
    else:
        run.put(state.listen, event.text)
        run.leave("next", state.next)
