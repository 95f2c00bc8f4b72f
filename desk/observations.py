"""What only a phone, a page or an application can know, told by it."""

from __future__ import annotations

from fastapi import APIRouter, Request

from desk.models import ObservationBody
from desk.security import Observer
from desk.services import services
from records.events import Observed

router = APIRouter(prefix="/api/v1")


@router.post("/observations", status_code=202)
async def observe(request: Request, observer: Observer, body: ObservationBody) -> dict[str, bool]:
    """Keep an observation with the moment of its arrival."""
    desk = services(request)
    desk.log.emit(
        Observed(body.name, body.source, body.call, body.case, body.detail or {}),
        desk.clock.now(),
    )
    return {"accepted": True}
