"""`bot: NAME` lets a bot talk with the caller."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from ivr.commands import AskOutside
from ivr.inputs import OutsideDone, VerbEvent
from ivr.run import FlowFault, Run
from ivr.verbs.fields import Key, Seconds, StateName, Text, Variable
from ivr.verbs.state import State


class Bot(State):
    """It hands over on words, a key, or by itself; what it learnt is in `save`."""

    verb = "bot"
    bot: Text
    with_: dict[Variable, Any] = Field(default_factory=dict, alias="with")
    save: Variable | None = None
    max: Seconds = 600.0
    handoff_words: list[Text] = Field(default_factory=list)
    handoff_key: Key | None = "0"
    next: StateName
    on_handoff: StateName
    on_silence: StateName | None = None


def enter(state: Bot, run: Run) -> None:
    """Start it."""
    details = {"with": run.value(state.with_)}
    run.tell(AskOutside("bot", run.session.state, state.bot, details, state.max))


def on(state: Bot, event: VerbEvent, run: Run) -> None:
    """Keep what it learnt and go on."""
    if not isinstance(event, OutsideDone):
        return
    if state.save is not None and event.value is not None:
        run.put(state.save, event.value)
    exits = {
        "done": ("next", state.next),
        "handoff": ("handoff", state.on_handoff),
        "silence": ("silence", state.on_silence or state.on_handoff),
    }
    if event.outcome not in exits:
        raise FlowFault(f"the bot ended with {event.outcome}")
    run.leave(*exits[event.outcome])
