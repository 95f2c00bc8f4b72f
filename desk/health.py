"""Whether the node lives, whether it can work, and its figures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse

from desk import metrics
from desk.metrics import Sample
from desk.security import Anybody, LocalOrObserver
from desk.services import DeskServices, services

router = APIRouter()


@router.get("/healthz")
async def healthz(_: Anybody) -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz")
async def readyz(request: Request, _: Anybody) -> JSONResponse:
    """Whether calls are taken: 200, or 503 with what is not ready."""
    checks = services(request).health.checks()
    ready = all(checks.values())
    body: dict[str, Any] = {"status": "ready" if ready else "not_ready", "checks": dict(checks)}
    return JSONResponse(body, 200 if ready else 503)


@router.get("/metrics")
async def show_metrics(request: Request, _: LocalOrObserver) -> PlainTextResponse:
    """Figures for Prometheus."""
    desk = services(request)
    samples = [*_of_desk(desk), *desk.health.samples()]
    return PlainTextResponse(metrics.text(samples), media_type=metrics.CONTENT_TYPE)


def _of_desk(desk: DeskServices) -> Iterator[Sample]:
    pages = desk.live.pages
    yield Sample("segue_desk_pages", len(pages), "Pages that are connected.")
    yield Sample("segue_desk_offers", len(desk.live.presenter), "Pops that are shown.")
    yield Sample(
        "segue_desk_pages_dropped_total", pages.dropped, "Pages that were too slow.", "counter"
    )
    yield Sample(
        "segue_desk_bad_messages_total", pages.bad, "Messages that did not fit.", "counter"
    )
    for line in desk.queues.queue_states():
        labels = {"queue": line.queue}
        yield Sample("segue_queue_waiting", line.waiting, "Callers that wait.", labels=labels)
        yield Sample(
            "segue_queue_longest_wait_seconds", line.longest_s, "The longest wait.", labels=labels
        )
    for name, ready in desk.health.checks().items():
        yield Sample("segue_ready", float(ready), "Whether a part is ready.", labels={"part": name})
