"""`http: METHOD connection/path` asks a named connection."""

from __future__ import annotations

import re
from typing import Annotated, Any
from urllib.parse import quote

from pydantic import Field

from ivr.commands import AskOutside
from ivr.expression import expression
from ivr.functions import as_text
from ivr.inputs import OutsideDone, VerbEvent
from ivr.run import FlowFault, Run
from ivr.verbs.fields import Request, Seconds, StateName, Variable
from ivr.verbs.state import Linear

_PLACE = re.compile(r"\$\{([^{}]*)\}")


class Http(Linear):
    """`next` for any 2xx; `on_status` by number; a value in the path is percent-encoded."""

    verb = "http"
    http: Request
    headers: dict[str, str] = Field(default_factory=dict)
    body: Any = None
    timeout: Seconds = 5.0
    retries: Annotated[int, Field(strict=True, ge=0, le=5)] = 0
    save: Variable | None = None
    on_status: dict[Annotated[str, Field(pattern=r"^[1-5][0-9][0-9]$")], StateName] = Field(
        default_factory=dict
    )
    on_timeout: StateName | None = None


def enter(state: Http, run: Run) -> None:
    """Send the request."""
    scope = run.scope()

    def encoded(place: re.Match[str]) -> str:
        return quote(as_text(expression(place[1])(scope)), safe="")

    method, _, where = state.http.partition(" ")
    connection, _, path = where.partition("/")
    details = {
        "method": method,
        "path": _PLACE.sub(encoded, path),
        "headers": run.value(state.headers),
        "body": run.value(state.body),
        "retries": state.retries,
    }
    name = run.session.state
    run.tell(AskOutside("http", name, connection, details, state.timeout))


def on(state: Http, event: VerbEvent, run: Run) -> None:
    """Go by the status."""
    if not isinstance(event, OutsideDone):
        return
    if event.outcome == "timeout":
        if state.on_timeout is None:
            raise FlowFault("the request was not answered in time")
        run.leave("timeout", state.on_timeout)
        return
    status = event.status or 0
    if str(status) in state.on_status:
        run.leave(f"status {status}", state.on_status[str(status)])
    elif 200 <= status < 300:
        if state.save is not None:
            run.put(state.save, {} if event.value is None else event.value)
        run.leave("next", state.next)
    else:
        raise FlowFault(f"the request was answered with {status or event.outcome}")
