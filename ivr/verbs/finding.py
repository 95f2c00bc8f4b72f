"""What the verbs that look something up share: kept, missing, or a fault."""

from __future__ import annotations

from typing import Protocol

from ivr.inputs import OutsideDone, VerbEvent
from ivr.run import FlowFault, Run


class Finding(Protocol):
    """A state that keeps what is found and has an exit for nothing found."""

    save: str
    next: str
    on_missing: str


def found(state: Finding, event: VerbEvent, run: Run, source: str) -> None:
    """Keep what the outside found; `source` is named where it failed."""
    if not isinstance(event, OutsideDone):
        return
    if event.outcome == "missing":
        run.leave("missing", state.on_missing)
    elif event.outcome == "ok":
        run.put(state.save, event.value)
        run.leave("next", state.next)
    else:
        raise FlowFault(f"{source} answered: {event.outcome}")
