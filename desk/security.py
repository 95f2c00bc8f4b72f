"""Who may do what. Default deny: `desk.app` refuses to build a route that names no guard.

A handler names its guard in its signature: `agent: Agent`, `app: App`, `observer: Observer`.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Annotated, Final
from urllib.parse import urlsplit

from fastapi import Depends, Request, WebSocket, WebSocketException
from starlette.requests import HTTPConnection

from desk.problems import ApiError
from desk.services import services
from handoff.limits import SlidingWindow
from handoff.pop import Viewer

COOKIE: Final = "segue_session"
CSRF_HEADER: Final = "X-CSRF-Token"
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
DESK_ROLES: Final = frozenset({"agent", "supervisor", "admin"})

WRONG_LOGINS: Final = 5
WRONG_LOGINS_PER_ADDRESS: Final = 30
WITHIN_S: Final = 300.0


@dataclass(frozen=True, slots=True)
class DeskUser:
    """Somebody who is logged in. `name` is the agent's name in queues."""

    name: str
    display_name: str
    role: str
    language: str
    session: str
    """The cookie's token; never logged, never sent."""
    csrf: str

    @property
    def viewer(self) -> Viewer:
        """What this user may see, and in which language."""
        return Viewer(self.role, self.language)


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """A program that proved itself by a key. `id` is the key's public part."""

    id: str
    name: str


class LoginLimits:
    """Wrong logins by name and by address, within five minutes."""

    def __init__(self) -> None:
        self._names = SlidingWindow(WRONG_LOGINS, WITHIN_S)
        self._addresses = SlidingWindow(WRONG_LOGINS_PER_ADDRESS, WITHIN_S)

    def retry_after(self, name: str, address: str, mono: float) -> float:
        """Seconds until another try may be made; 0 if now."""
        return max(
            self._names.retry_after((name, address), mono),
            self._addresses.retry_after(address, mono),
        )

    def failed(self, name: str, address: str, mono: float) -> None:
        """Count a try, wrong until it is known to be right."""
        self._names.failed((name, address), mono)
        self._addresses.failed(address, mono)

    def succeeded(self, name: str, address: str) -> None:
        """The right password: the tries before it are forgotten."""
        self._names.forgive((name, address))
        self._addresses.take_back(address)


async def agent_of(request: Request) -> DeskUser:
    """The user whose cookie this is; a write must also show the CSRF token."""
    user = await user_of(request)
    if user is None:
        raise ApiError(401, "not_logged_in", "log in first")
    if user.role not in DESK_ROLES:
        raise ApiError(403, "not_allowed", "this account has no desk role")
    if request.method not in SAFE:
        _check_csrf(request, user)
    return user


async def admin_of(request: Request) -> DeskUser:
    """The same, and an administrator."""
    user = await agent_of(request)
    if user.role != "admin":
        raise ApiError(403, "not_allowed", "only an administrator may do this")
    return user


async def app_of(request: Request) -> KeyHolder:
    """The application whose key this is."""
    return await _key_of(request, "app")


async def observer_of(request: Request) -> KeyHolder:
    """The observer whose key this is."""
    return await _key_of(request, "observer")


async def local_or_observer(request: Request) -> None:
    """A program on this machine, or one with an observer's key."""
    if not is_local(request):
        await _key_of(request, "observer")


async def anybody(request: Request) -> None:
    """Open on purpose: a login, the page's files, whether the node is alive."""


async def page_of(socket: WebSocket) -> DeskUser:
    """The user whose cookie opens a WebSocket from our own page."""
    user = await user_of(socket) if same_origin(socket) else None
    if user is None or user.role not in DESK_ROLES:
        raise WebSocketException(1008, "log in first")
    return user


GUARDS: Final = frozenset(
    {agent_of, admin_of, app_of, observer_of, local_or_observer, anybody, page_of}
)

Agent = Annotated[DeskUser, Depends(agent_of)]
Admin = Annotated[DeskUser, Depends(admin_of)]
App = Annotated[KeyHolder, Depends(app_of)]
Observer = Annotated[KeyHolder, Depends(observer_of)]
LocalOrObserver = Annotated[None, Depends(local_or_observer)]
Anybody = Annotated[None, Depends(anybody)]
PageUser = Annotated[DeskUser, Depends(page_of)]


def same_origin(connection: HTTPConnection) -> bool:
    """Whether the browser says that our own page asks (`Origin` names our `Host`)."""
    origin = connection.headers.get("origin", "")
    host = connection.headers.get("host", "")
    return bool(host) and urlsplit(origin).netloc.lower() == host.lower()


def is_local(connection: HTTPConnection) -> bool:
    """Whether a program on this machine asks, not through a proxy."""
    if connection.client is None or "x-forwarded-for" in connection.headers:
        return False
    try:
        return ip_address(connection.client.host).is_loopback
    except ValueError:
        return False


def address_of(connection: HTTPConnection) -> str:
    """Where a request comes from."""
    return connection.client.host if connection.client is not None else ""


async def user_of(connection: HTTPConnection) -> DeskUser | None:
    """Who is logged in by the cookie of this connection, as of now."""
    secret = connection.cookies.get(COOKIE, "")
    if not secret:
        return None
    desk = services(connection)
    session = await desk.sessions.find(secret, desk.clock.now())
    user = await desk.accounts.get(session.user) if session is not None else None
    if session is None or user is None or user.disabled:
        return None
    return DeskUser(user.name, user.display_name, user.role, user.language, secret, session.csrf)


def _check_csrf(request: Request, user: DeskUser) -> None:
    shown = request.headers.get(CSRF_HEADER, "").encode()
    if not hmac.compare_digest(shown, user.csrf.encode()):
        raise ApiError(403, "csrf", f"the header {CSRF_HEADER} is missing or wrong")
    if "origin" in request.headers and not same_origin(request):
        raise ApiError(403, "csrf", "the request comes from another site")


async def _key_of(request: Request, role: str) -> KeyHolder:
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    known = await services(request).keys.identify(key.strip()) if key else None
    if scheme.lower() != "bearer" or known is None:
        challenge = {"WWW-Authenticate": "Bearer"}
        raise ApiError(401, "no_key", "send Authorization: Bearer KEY", headers=challenge)
    if known.role != role:
        raise ApiError(403, "not_allowed", f"this needs a key of role {role}")
    return KeyHolder(known.id, known.name)
