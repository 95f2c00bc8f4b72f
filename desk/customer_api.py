"""Who calls, as the agent found out by asking."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request

from desk.models import WhoCallsBody
from desk.problems import ApiError
from desk.security import Agent
from desk.services import DeskServices, services
from handoff.moves import ConfirmDenied

router = APIRouter(prefix="/api/v1")

_DENIALS: Final = {
    ConfirmDenied.UNKNOWN: (410, "this call is over"),
    ConfirmDenied.SURE: (409, "it is certain already who calls"),
    ConfirmDenied.NO_CANDIDATE: (409, "this customer is not one of the candidates"),
}


@router.post("/calls/{call}/customer")
async def say_who_calls(
    request: Request, agent: Agent, call: str, body: WhoCallsBody
) -> dict[str, str]:
    """A candidate, or somebody new: the call and what hangs on it move to their case."""
    desk = services(request)
    offer = desk.live.presenter.offer_of(agent.name)
    if offer is None or (offer.id, offer.epoch, offer.call) != (body.offer, body.epoch, call):
        raise ApiError(410, "offer_withdrawn", "you do not have this offer, or not any more")
    if agent.role == "admin":
        raise ApiError(403, "not_allowed", "an administrator does not serve customers")
    if not _spoke(desk, agent.name, call):
        raise ApiError(409, "not_asked", "answer the call and ask first")
    if body.new is not None:
        found = desk.handoffs.name_customer(call, agent.name, body.new.name, body.new.number)
    else:
        found = desk.handoffs.confirm_customer(call, agent.name, body.case or "")
    if isinstance(found, ConfirmDenied):
        status, detail = _DENIALS[found]
        raise ApiError(status, f"customer_{found.value}", detail)
    desk.queues.attach_case(call, found.id)
    await desk.log.flush()
    return {"call": call, "case": found.id}


def _spoke(desk: DeskServices, agent: str, call: str) -> bool:
    """Whether the agent has had the caller on the line: what they say opens personal values."""
    live, waiting = desk.queues.call_of(agent), desk.queues.wrap_up_of(agent)
    talking = live is not None and live.call == call and live.state != "ringing"
    return talking or (waiting is not None and waiting.call == call)
