"""`hours: CALENDAR` goes by the opening hours."""

from __future__ import annotations

from ivr.inputs import VerbEvent
from ivr.run import Run
from ivr.verbs.fields import StateName, Text
from ivr.verbs.state import Linear


class Hours(Linear):
    """`next` when open; a holiday counts as closed unless `on_holiday` is given."""

    verb = "hours"
    hours: Text
    on_closed: StateName
    on_holiday: StateName | None = None


def enter(state: Hours, run: Run) -> None:
    """Look at the calendar as it is now."""
    found = run.calendar(run.text(state.hours))
    if found == "open":
        run.leave("next", state.next)
    elif found == "holiday" and state.on_holiday is not None:
        run.leave("holiday", state.on_holiday)
    else:
        run.leave("closed", state.on_closed)


def on(state: Hours, event: VerbEvent, run: Run) -> None:
    """Never waits."""
