"""Errors as `application/problem+json` (RFC 9457)."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from base.errors import UnavailableError

_log = logging.getLogger("segue.desk")

MAX_ERRORS = 20


class ApiError(Exception):
    """A request that is answered with a problem. `code` is stable, `detail` is for people."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str = "",
        *,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(f"{status} {code}: {detail}")
        self.status = status
        self.code = code
        self.detail = detail
        self.headers = dict(headers or {})
        self.more = more


def problem(
    status: int,
    code: str,
    detail: str = "",
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> JSONResponse:
    """The answer that tells a problem."""
    body = {
        "type": f"urn:segue:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        **more,
    }
    return JSONResponse(body, status, dict(headers or {}), media_type="application/problem+json")


def install(app: FastAPI) -> None:
    """Answer every error of `app` as a problem; a defect of ours tells nothing to strangers."""
    app.add_exception_handler(ApiError, _api_error)
    app.add_exception_handler(RequestValidationError, _does_not_fit)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(UnavailableError, _unavailable)
    app.add_exception_handler(Exception, _defect)


async def _api_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ApiError)  # noqa: S101 - narrows the type for the checker
    return problem(error.status, error.code, error.detail, error.headers, **error.more)


async def _does_not_fit(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - narrows the type
    return problem(
        422, "does_not_fit", "the request does not fit", errors=_findings(error.errors())
    )


def _findings(errors: Sequence[Any]) -> list[dict[str, Any]]:
    # Without the input itself: it may hold what the customer typed.
    return [{"loc": list(one["loc"]), "message": one["msg"]} for one in errors[:MAX_ERRORS]]


async def _http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - narrows the type
    code = HTTPStatus(error.status_code).name.lower()
    return problem(error.status_code, code, str(error.detail), error.headers)


async def _unavailable(request: Request, error: Exception) -> JSONResponse:
    _log.warning("%s: %s", _route(request), error)
    # What exactly is lost (paths, servers) is for the log, not for strangers.
    detail = "this cannot be done now; try again in a moment"
    return problem(503, "unavailable", detail, {"Retry-After": "5"})


async def _defect(request: Request, error: Exception) -> JSONResponse:
    _log.error("%s failed", _route(request), exc_info=error)
    return problem(500, "defect", "something went wrong here; the log knows more")


def _route(request: Request) -> str:
    """The address as the API describes it: the one asked for may hold a token."""
    return f"{request.method} {getattr(request.scope.get('route'), 'path', '?')}"
