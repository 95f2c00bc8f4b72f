"""`notify: sms/email/webhook/agent` sends a message."""

from __future__ import annotations

from typing import Any, Literal

from ivr.commands import AskOutside
from ivr.inputs import OutsideDone, VerbEvent
from ivr.run import FlowFault, Run
from ivr.verbs.fields import Prompt, Text
from ivr.verbs.state import Linear


class Notify(Linear):
    """`to` is a number, an address, an agent or `connection/path`."""

    verb = "notify"
    notify: Literal["sms", "email", "webhook", "agent"]
    to: Text
    text: Prompt | None = None
    data: Any = None


def enter(state: Notify, run: Run) -> None:
    """Send."""
    text = run.segment(state.text).text if state.text else None
    details = {"to": run.text(state.to), "text": text, "data": run.value(state.data)}
    run.tell(AskOutside("notify", run.session.state, state.notify, details))


def on(state: Notify, event: VerbEvent, run: Run) -> None:
    """Go on."""
    if isinstance(event, OutsideDone):
        if event.outcome != "ok":
            raise FlowFault(f"the message was not taken: {event.outcome}")
        run.leave("next", state.next)
