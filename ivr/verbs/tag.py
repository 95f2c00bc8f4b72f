"""`tag: {KEY: value}` marks the call: screen pop, CDR and webhooks show it."""

from __future__ import annotations

from typing import Any

from ivr.commands import WriteContext
from ivr.inputs import VerbEvent
from ivr.run import Run
from ivr.verbs.fields import Variable
from ivr.verbs.state import Linear


class Tag(Linear):
    """Tags are told to the case at once."""

    verb = "tag"
    tag: dict[Variable, Any]


def enter(state: Tag, run: Run) -> None:
    """Tag."""
    values = {key: run.value(source) for key, source in state.tag.items()}
    run.change(tags={**run.session.tags, **values})
    run.changed.update({f"tags.{key}": value for key, value in values.items()})
    run.tell(WriteContext(values))
    run.leave("next", state.next)


def on(state: Tag, event: VerbEvent, run: Run) -> None:
    """Never waits."""
