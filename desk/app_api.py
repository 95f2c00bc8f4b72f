"""For applications: cases, what their users did, handoffs, Continue links."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter, Request, Response

from desk.models import CaseBody, EmptyBody, EventsBody, HandoffBody
from desk.problems import ApiError
from desk.security import App, KeyHolder
from desk.services import DeskServices, services
from handoff import uui
from handoff.cases import Case, Customer
from handoff.channels.event import FormField, Scope
from handoff.links import LinkRefusal
from handoff.moments import rfc3339
from handoff.service import NewCase

router = APIRouter(prefix="/api/v1")

_REFUSALS: Final = {
    LinkRefusal.FORGED: (404, "this link is not ours"),
    LinkRefusal.USED: (410, "this link was used already"),
    LinkRefusal.EXPIRED: (410, "this link has expired"),
    LinkRefusal.WITHDRAWN: (410, "the agent does not serve this customer any more"),
}


@router.post("/cases", status_code=201)
async def open_case(request: Request, app: App, body: CaseBody) -> dict[str, str]:
    """A customer's matter begins. Durable before it is answered."""
    desk = services(request)
    who = body.customer
    case = desk.handoffs.open_case(
        app.name,
        NewCase(
            body.channel,
            body.business,
            body.title,
            body.link,
            Customer(who.id, who.name, who.number or "", who.level or ""),
        ),
    )
    await desk.log.flush()
    return {"case": case.id}


@router.post("/cases/{case}/events", status_code=202)
async def take_events(request: Request, app: App, case: str, body: EventsBody) -> dict[str, int]:
    """What the user did and saw."""
    desk = services(request)
    now = desk.clock.now().wall
    found = _case(desk, app, case)
    taken = desk.handoffs.tell(found, [event.event(now) for event in body.events])
    return {"accepted": taken}


@router.get("/cases/{case}")
async def show_case(request: Request, app: App, case: str) -> dict[str, Any]:
    """The case as the application may see it."""
    return _view(_case(services(request), app, case))


@router.post("/cases/{case}/handoff", status_code=201)
async def hand_off(request: Request, app: App, case: str, body: HandoffBody) -> dict[str, str]:
    """A token and a code that lead a call back to this case. Durable before it is answered."""
    desk = services(request)
    issued = desk.handoffs.create_handoff(_case(desk, app, case), body.step)
    await desk.log.flush()
    return {
        "handoff": issued.handoff.id,
        "token": issued.token,
        "user_to_user": uui.user_to_user(issued.token),
        "code": issued.code,
        "expires_at": rfc3339(issued.handoff.expires),
        "dial": desk.dial,
    }


@router.post("/continue/{token}")
async def follow(
    request: Request, response: Response, app: App, token: str, body: EmptyBody
) -> dict[str, Any]:
    """Open the customer's step, once. Spent durably before it is answered."""
    desk = services(request)
    grant = desk.handoffs.redeem_continue(token, app.name)
    if isinstance(grant, LinkRefusal):
        status, detail = _REFUSALS[grant]
        raise ApiError(status, f"link_{grant.value}", detail)
    await desk.log.flush()
    return {
        "case": grant.case,
        "business": grant.business,
        "step": grant.step,
        "agent": grant.agent,
        "form": [_field(step, field) for step, field in grant.form],
    }


def _case(desk: DeskServices, app: KeyHolder, case: str) -> Case:
    found = desk.handoffs.case(case)
    # Another application's case is not told from one that does not exist.
    if found is None or found.app != app.name:
        raise ApiError(404, "no_case", "there is no such case")
    return found


def _field(step: str, field: FormField) -> dict[str, Any]:
    return {
        "step": step,
        "name": field.name,
        "label": field.label,
        "value": None if field.scope is Scope.SECRET else field.value,
        "scope": field.scope.value,
    }


def _view(case: Case) -> dict[str, Any]:
    here, continued = case.journey.breakpoint, case.continued
    return {
        "case": case.id,
        "business": case.business,
        "title": case.title,
        "state": case.journey.state.value,
        "step": here.step if here else None,
        "completed": [
            {"at": rfc3339(one.at), "step": one.step, "result": one.result}
            for one in case.journey.completed
        ],
        "continued": {
            "at": rfc3339(continued.at),
            "agent": continued.agent,
            "step": continued.step,
            "result": continued.result,
        }
        if continued
        else None,
    }
