"""The desk's application: `create_app(services)`."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute, APIWebSocketRoute
from starlette.routing import BaseRoute

from base.errors import UsageError
from desk import (
    agent_api,
    app_api,
    calls_api,
    customer_api,
    health,
    login,
    observations,
    page_files,
    problems,
    recordings_api,
    socket,
    wrapup_api,
)
from desk.middleware import BodyLimit, SecurityHeaders
from desk.recordings_api import Plays
from desk.security import GUARDS, LoginLimits
from desk.services import DeskServices

# The page's files come last: they answer every address that nothing else does.
ROUTERS: Final[tuple[APIRouter, ...]] = (
    health.router,
    login.router,
    app_api.router,
    observations.router,
    agent_api.router,
    wrapup_api.router,
    customer_api.router,
    calls_api.router,
    recordings_api.router,
    socket.router,
    page_files.router,
)


def create_app(services: DeskServices) -> FastAPI:
    """The ASGI application over these services; nothing of it is shared with another one.

    Serve it with small frames: `ws_max_size=65536`, and `ws_per_message_deflate=False`, which
    costs more time than it saves on a local network.
    """
    app = FastAPI(title="Segue", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.services = services
    app.state.login_limits = LoginLimits()
    app.state.plays = Plays()
    for router in ROUTERS:
        refuse_unguarded(router.routes)
        app.include_router(router)
    problems.install(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(SecurityHeaders)
    return app


def refuse_unguarded(routes: list[BaseRoute]) -> None:
    """Raises `UsageError` for a route that does not say who may call it."""
    for route in routes:
        if not isinstance(route, APIRoute | APIWebSocketRoute) or not _guarded(route):
            raise UsageError(f"a route without a guard: {route}")


def _guarded(route: APIRoute | APIWebSocketRoute) -> bool:
    return any(dependency.call in GUARDS for dependency in route.dependant.dependencies)
