"""What agents do from their page: presence, their call, Continue."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Final

from fastapi import APIRouter, Request

from base.errors import UsageError
from desk.models import ContinueBody, PresenceBody
from desk.presenter import offer_key
from desk.problems import ApiError
from desk.security import Agent
from desk.services import DeskServices, services
from handoff.service import ContinueDenied
from media.contract import MediaError
from switch.offer import Presence

router = APIRouter(prefix="/api/v1")

_log = logging.getLogger("segue.desk")

_DENIALS: Final = {
    ContinueDenied.UNSURE: (403, "it is not sure who calls: ask first"),
    ContinueDenied.NOTHING_OPEN: (409, "there is no open step to continue"),
    ContinueDenied.UNKNOWN: (410, "this call is over"),
}


@router.put("/presence")
async def set_presence(request: Request, agent: Agent, body: PresenceBody) -> dict[str, Any]:
    """Ask for a presence; during a call it takes effect after it."""
    desk = services(request)
    try:
        desk.queues.set_presence(agent.name, Presence(body.presence), body.reason)
    except UsageError as error:
        raise ApiError(409, "presence", str(error)) from error
    return desk.live.presence(agent.name)


@router.post("/call/hold", status_code=202)
async def hold(request: Request, agent: Agent) -> dict[str, str]:
    """The customer hears music."""
    desk = services(request)
    return _steer(desk, agent.name, desk.queues.hold, "talking", "held")


@router.post("/call/resume", status_code=202)
async def resume(request: Request, agent: Agent) -> dict[str, str]:
    """The customer is taken back."""
    desk = services(request)
    return _steer(desk, agent.name, desk.queues.resume, "talking", "held")


@router.post("/call/hangup", status_code=202)
async def hang_up(request: Request, agent: Agent) -> dict[str, str]:
    """End the agent's call; one that rings is rejected."""
    desk = services(request)
    return _steer(desk, agent.name, desk.queues.hang_up, "ringing", "talking", "held")


@router.post("/cases/{case}/continue", status_code=201)
async def continue_case(
    request: Request, agent: Agent, case: str, body: ContinueBody
) -> dict[str, str]:
    """A link to the customer's step, for the agent who serves them now."""
    desk = services(request)
    offer = desk.live.presenter.offer_of(agent.name)
    if offer is None or (offer.id, offer.epoch) != (body.offer, body.epoch):
        raise ApiError(410, "offer_withdrawn", "you do not have this offer, or not any more")
    known = desk.handoffs.case_of_call(offer.call)
    if known is None or known.id != case:
        raise ApiError(404, "no_case", "this call belongs to another case")
    if agent.role == "admin":
        raise ApiError(403, "not_allowed", "an administrator does not serve customers")
    url = desk.handoffs.issue_continue(offer.call, agent.name, offer_key(offer.id, offer.epoch))
    if isinstance(url, ContinueDenied):
        status, detail = _DENIALS[url]
        raise ApiError(status, f"continue_{url.value}", detail)
    await desk.log.flush()
    return {"url": url}


def _steer(
    desk: DeskServices, agent: str, steer: Callable[[str], None], *states: str
) -> dict[str, str]:
    call = desk.queues.call_of(agent)
    if call is None:
        raise ApiError(409, "no_call", "your phone has no call")
    if call.state not in states:
        raise ApiError(409, "no_call", "your phone rings: the call is not answered yet")
    try:
        steer(agent)
    except MediaError as error:
        _log.warning("call %s cannot be steered: %s", call.call, type(error).__name__)
        raise ApiError(409, "no_call", "this call is just ending") from error
    return {"call": call.call}
