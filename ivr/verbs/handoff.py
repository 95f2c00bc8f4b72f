"""`handoff: {KEY: value}` writes what the next agent, bot or channel will see."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from ivr.commands import WriteContext
from ivr.inputs import VerbEvent
from ivr.run import Run
from ivr.verbs.fields import Text, Variable
from ivr.verbs.state import Linear


class Handoff(Linear):
    """`pop` names the keys shown; `link` is where the customer's business goes on."""

    verb = "handoff"
    handoff: dict[Variable, Any]
    pop: list[Text] = Field(default_factory=list)
    link: Text | None = None


def enter(state: Handoff, run: Run) -> None:
    """Write."""
    values = {key: run.value(source) for key, source in state.handoff.items()}
    if state.link is not None:
        values["link"] = run.text(state.link)
    run.change(tags={**run.session.tags, **values})
    run.changed.update({f"tags.{key}": value for key, value in values.items()})
    shown = {"pop": list(state.pop)} if state.pop else {}
    run.tell(WriteContext({**values, **shown}))
    run.leave("next", state.next)


def on(state: Handoff, event: VerbEvent, run: Run) -> None:
    """Never waits."""
