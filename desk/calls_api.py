"""The list of calls, and each call's way and events."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request

from desk.problems import ApiError
from desk.security import Agent
from desk.services import DeskServices, services
from handoff.events import DispositionSet
from handoff.moments import rfc3339
from records.contract import Record
from records.folds.cdr import CallRecord, PathStep

router = APIRouter(prefix="/api/v1")

MAX_EVENTS: Final = 1_000

Limit = Annotated[int, Query(ge=1, le=200)]
Cursor = Annotated[str | None, Query(max_length=200)]


@router.get("/calls")
async def list_calls(
    request: Request, agent: Agent, before: Cursor = None, limit: Limit = 50
) -> dict[str, Any]:
    """A page of calls, newest first."""
    desk = services(request)
    calls, following = await desk.calls.list(before=before, limit=limit)
    return {"calls": [_call(desk, call) for call in calls], "next": following}


@router.get("/calls/{call}")
async def show_call(request: Request, agent: Agent, call: str) -> dict[str, Any]:
    """A call with its way through the flow and what happened."""
    desk = services(request)
    found = await desk.calls.get(call)
    if found is None:
        raise ApiError(404, "no_call", "there is no such call")
    events = [record async for record in _events(desk, call)]
    return {
        **_call(desk, found),
        "wrapup": _wrap_up(events),
        "path": [_step(found, step) for step in found.path],
        "events": [_event(found, record) for record in events],
    }


async def _events(desk: DeskServices, call: str) -> Any:
    count = 0
    async for record in desk.reader.read(call=call):
        yield record
        count += 1
        if count >= MAX_EVENTS:
            return


def _call(desk: DeskServices, call: CallRecord) -> dict[str, Any]:
    return {
        "call": call.call,
        "case": call.case,
        "started": rfc3339(call.started),
        "ended": rfc3339(call.ended) if call.ended is not None else None,
        "seconds": round(call.seconds if call.ended else desk.clock.now().wall - call.started, 1),
        "live": call.ended is None,
        "caller": call.caller,
        "customer": _customer(desk, call),
        "queue": call.queue or None,
        "agent": call.agent or None,
        "outcome": call.outcome,
        "disposition": call.disposition or None,
        "match": {"by": call.match_by, "confidence": call.confidence},
        "recording": _recording(call),
    }


def _customer(desk: DeskServices, call: CallRecord) -> str | None:
    """The name where it is remembered, else the application's id of the customer."""
    case = desk.handoffs.case(call.case) if call.case else None
    return case.customer.name if case is not None and case.customer else call.customer


def _recording(call: CallRecord) -> dict[str, Any] | None:
    if call.recording is None:
        return None
    return {
        "id": call.recording,
        "seconds": round(call.recording_seconds, 1),
        "keep_until": call.keep_until or None,
        "state": call.recording_state,
    }


def _wrap_up(events: Iterable[Record]) -> dict[str, Any] | None:
    """What the agent wrote last; empty where it was erased since."""
    written = [record for record in events if record.kind == DispositionSet.kind]
    if not written:
        return None
    last = written[-1]
    return {
        "at": rfc3339(last.wall),
        "agent": last.agent,
        "disposition": last.payload.get("disposition", ""),
        "notes": last.personal.get("notes", ""),
        "promise": last.personal.get("promise", ""),
        "late": last.payload.get("late", False),
        "corrects": last.payload.get("corrects", False),
    }


def _step(call: CallRecord, step: PathStep) -> dict[str, Any]:
    return {
        "t": round(step.at - call.started, 3),
        "at": rfc3339(step.at),
        "state": step.state,
        "verb": step.verb,
        "exit": step.exit,
    }


def _event(call: CallRecord, record: Record) -> dict[str, Any]:
    # Personal values stay in the log: this list is for finding out what happened when.
    fields = {
        name: value
        for name, value in record.payload.items()
        if name not in ("call", "t", "kind") and not name.endswith("_digest")
    }
    return {"t": round(record.wall - call.started, 3), "kind": record.kind, **fields}
