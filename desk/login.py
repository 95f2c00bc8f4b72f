"""Logging in and out."""

from __future__ import annotations

import math
from dataclasses import replace

from fastapi import APIRouter, Request, Response

from desk.models import LoginBody, MeBody
from desk.problems import ApiError
from desk.security import (
    COOKIE,
    Agent,
    Anybody,
    DeskUser,
    LoginLimits,
    address_of,
    same_origin,
)
from desk.services import services

router = APIRouter(prefix="/api/v1")


@router.post("/login")
async def login(
    request: Request, response: Response, _: Anybody, body: LoginBody
) -> dict[str, str]:
    """A session in a cookie, for the right password; five wrong tries in five minutes."""
    if "origin" in request.headers and not same_origin(request):
        raise ApiError(403, "csrf", "the request comes from another site")
    desk = services(request)
    limits: LoginLimits = request.app.state.login_limits
    now, address = desk.clock.now(), address_of(request)
    wait = limits.retry_after(body.name, address, now.mono)
    if wait > 0:
        seconds = str(math.ceil(wait))
        raise ApiError(
            429,
            "too_many_tries",
            f"too many wrong tries; try again in {seconds} s",
            headers={"Retry-After": seconds},
        )
    # Counted before the slow check, so that tries side by side are limited too.
    limits.failed(body.name, address, now.mono)
    user = await desk.accounts.verify_password(body.name, body.password)
    if user is None:
        raise ApiError(401, "wrong_login", "the name or the password is wrong")
    limits.succeeded(body.name, address)
    secret, session = await desk.sessions.create(user.name, now)
    response.set_cookie(
        COOKIE,
        secret,
        max_age=max(0, int(session.expires - now.wall)),
        httponly=True,
        samesite="strict",
        secure=desk.secure_cookies,
        path="/",
    )
    return _me(
        DeskUser(user.name, user.display_name, user.role, user.language, secret, session.csrf)
    )


@router.get("/me")
async def me(agent: Agent) -> dict[str, str]:
    """Who is logged in."""
    return _me(agent)


@router.put("/me")
async def change_me(request: Request, agent: Agent, body: MeBody) -> dict[str, str]:
    """The language that this account's pages begin in."""
    desk = services(request)
    if agent.language != body.language:
        await desk.accounts.set_language(agent.name, body.language)
    return _me(replace(agent, language=body.language))


@router.post("/logout", status_code=204)
async def logout(request: Request, response: Response, agent: Agent) -> None:
    """End the session and its pages."""
    desk = services(request)
    await desk.sessions.end(agent.session)
    desk.live.pages.end_session(agent.session)
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")


def _me(user: DeskUser) -> dict[str, str]:
    return {
        "agent": user.name,
        "display_name": user.display_name,
        "role": user.role,
        "csrf": user.csrf,
        "language": user.language,
    }
