"""Writing up a call: what came of it, in time, later or again, and more time for it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from desk.models import ExtendBody, WrapUpBody
from desk.problems import ApiError
from desk.security import Agent
from desk.services import DeskServices, services
from handoff.events import DispositionSet
from handoff.moments import rfc3339
from records.folds.cdr import CallRecord

router = APIRouter(prefix="/api/v1")


@router.get("/dispositions")
async def dispositions(request: Request, agent: Agent) -> dict[str, Any]:
    """What can come of a call."""
    known = services(request).dispositions()
    return {"dispositions": [{"id": one.id, "en": one.en, "zh": one.zh} for one in known]}


@router.post("/wrapup")
async def wrap_up(request: Request, agent: Agent, body: WrapUpBody) -> dict[str, Any]:
    """What came of the call. Durable before it is answered; then the next offer may come.

    Whoever had the call may still write it up when the time is over, and correct it.
    """
    desk = services(request)
    if body.disposition not in {one.id for one in desk.dispositions()}:
        raise ApiError(422, "no_disposition", f"the site has no disposition {body.disposition!r}")
    known = await desk.calls.get(body.call)
    in_time = _in_hand(desk, agent.name, body.call)
    if not in_time and not _had(known, agent.name):
        raise ApiError(409, "no_wrap_up", "you had no such call to write up")
    written = _written(desk, body, agent.name, known, late=not in_time)
    desk.handoffs.set_disposition(written)
    await desk.log.flush()
    after = desk.queues.wrap_up_of(agent.name)
    # It may have run out, and another call have come, while the disk was waited for.
    if after is not None and after.call == body.call:
        desk.queues.finish_wrap_up(agent.name)
    return {
        "call": body.call,
        "disposition": body.disposition,
        "late": written.late,
        "corrects": written.corrects,
    }


@router.post("/wrapup/extend")
async def extend(request: Request, agent: Agent, body: ExtendBody) -> dict[str, Any]:
    """More time to write up the call, a bounded number of times; audited with its reason."""
    desk = services(request)
    waiting = desk.queues.wrap_up_of(agent.name)
    if waiting is None or waiting.call != body.call:
        raise ApiError(409, "no_wrap_up", "you are not writing up this call, or not any more")
    extended = desk.queues.extend_wrap_up(agent.name, body.call, body.reason)
    if extended is None:
        raise ApiError(409, "no_more_time", "it was extended as often as it may be")
    await desk.log.flush()
    return {
        "call": body.call,
        "until": rfc3339(extended.until),
        "extensions": extended.extensions,
    }


def _in_hand(desk: DeskServices, agent: str, call: str) -> bool:
    theirs = (desk.queues.wrap_up_of(agent), desk.queues.call_of(agent))
    return any(one is not None and one.call == call for one in theirs)


def _had(call: CallRecord | None, agent: str) -> bool:
    """Whether the agent spoke with the caller, alone or one after another."""
    if call is None:
        return False
    return any(pop.agent == agent and pop.answered is not None for pop in call.pops)


def _written(
    desk: DeskServices, body: WrapUpBody, agent: str, known: CallRecord | None, *, late: bool
) -> DispositionSet:
    case = desk.handoffs.case_of_call(body.call)
    remembered = known.case if known is not None else None
    return DispositionSet(
        body.call,
        case.id if case is not None else remembered or "",
        agent,
        body.disposition,
        body.notes or "",
        body.promise or "",
        late=late,
        corrects=known is not None and known.disposition != "",
    )
