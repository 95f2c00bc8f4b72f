"""A scripted desk: serves the built page and says what a test tells it, in http-api.md's words.

The real desk is tested elsewhere; here the test is the server, so that it can say what a real one
seldom does: an older epoch, a withdrawal between commit and paint, silence.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import io
import wave
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, Request, Response, WebSocket, WebSocketDisconnect
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles

from base.system import SystemClock

STATIC = Path(__file__).parents[2] / "desk" / "static"
CSRF = "csrf-of-this-session"
POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; object-src 'none'; "
    "base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
DISPOSITIONS = [
    {"id": "solved", "en": "Solved", "zh": "已解决"},
    {"id": "call_back", "en": "Call back", "zh": "需回电"},
]


def stamp(offset_s: float = 0) -> str:
    """RFC 3339 in UTC, `offset_s` seconds from now."""
    return dt.datetime.fromtimestamp(SystemClock().now().wall + offset_s, dt.UTC).isoformat()


class ScriptedDesk:
    """One agent's desk. `heard` is what the page said over the socket, `asked` what by HTTP."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.asked: list[tuple[str, str, Any]] = []
        self.snapshot: dict[str, Any] = {
            "agent": "li_na",
            "presence": {"presence": "available", "reason": "", "since": stamp(-761)},
            "queues": [{"queue": "support", "waiting": 3, "longest_s": 65}],
            "offer": None,
            "call": None,
            "wrapup": None,
            "today": {"calls": 12, "handling_s": 3010},
        }
        self.calls: list[dict[str, Any]] = []
        self.link = "/app/step?continue=once"
        self.refuse_sockets = False
        self.signed_in = False
        self.language = "en"
        self.url = ""
        self._sockets: set[WebSocket] = set()
        self._seq = 0

    async def say(self, kind: str, **fields: Any) -> None:
        """Send a message to each page."""
        self._seq += 1
        for socket in tuple(self._sockets):
            await socket.send_json({"type": kind, "seq": self._seq, **fields})

    async def hear(self, timeout_s: float = 5.0) -> dict[str, Any]:
        """The next message of a page about an offer."""
        async with asyncio.timeout(timeout_s):
            while (message := await self.heard.get())["type"] in ("ping", "language"):
                pass
            return message

    async def cut(self) -> None:
        """Close all sockets, as a network does."""
        for socket in tuple(self._sockets):
            self._sockets.discard(socket)
            with contextlib.suppress(RuntimeError):
                await socket.close(1012)

    def note(self, request: Request, body: Any) -> Response | None:
        """Keep what was asked; refuse a write without the session's token."""
        self.asked.append((request.method, request.url.path.removeprefix("/api/v1"), body))
        if request.headers.get("X-CSRF-Token") == CSRF:
            return None
        return problem(403, "csrf", "the X-CSRF-Token header is missing")

    async def talk(self, socket: WebSocket) -> None:
        """One page's connection, from the snapshot to its end."""
        if self.refuse_sockets:
            await socket.close(1013)
            return
        await socket.accept()
        self._seq = 1
        await socket.send_json({"type": "snapshot", "seq": 1, "now": stamp(), **self.snapshot})
        self._sockets.add(socket)
        try:
            while True:
                self.heard.put_nowait(await socket.receive_json())
        except (WebSocketDisconnect, RuntimeError):
            self._sockets.discard(socket)


def problem(status: int, code: str, detail: str) -> JSONResponse:
    """An error as the API tells it."""
    body = {"type": "about:blank", "status": status, "code": code, "detail": detail}
    return JSONResponse(body, status, media_type="application/problem+json")


def silence_wav(seconds: float = 2.0) -> bytes:
    """PCM16 stereo at 8 kHz."""
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(2)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(int(seconds * 8000) * 4))
    return out.getvalue()


def application(desk: ScriptedDesk) -> FastAPI:
    """The HTTP face of a scripted desk."""
    app = FastAPI()
    api = "/api/v1"
    known = {"agent": "li_na", "display_name": "Li Na", "role": "agent", "csrf": CSRF}

    @app.middleware("http")
    async def guard(request: Request, call_next: Any) -> Response:
        response: Response = await call_next(request)
        response.headers["Content-Security-Policy"] = POLICY
        return response

    @app.post(f"{api}/login")
    async def login(request: Request) -> Response:
        if (await request.json())["password"] != "right":
            return problem(401, "login", "name or password is not right")
        desk.signed_in = True
        return JSONResponse(known | {"language": desk.language})

    @app.get(f"{api}/me")
    async def who() -> Response:
        if not desk.signed_in:
            return problem(401, "login", "not signed in")
        return JSONResponse(known | {"language": desk.language})

    @app.get(f"{api}/dispositions")
    async def dispositions() -> Response:
        return JSONResponse({"dispositions": DISPOSITIONS})

    @app.get(f"{api}/calls")
    async def calls() -> Response:
        return JSONResponse({"calls": desk.calls, "next": None})

    @app.get(f"{api}/calls/{{call}}")
    async def one_call(call: str) -> Response:
        found = next(one for one in desk.calls if one["call"] == call)
        path = [{"t": stamp(-60), "state": "welcome", "verb": "play", "exit": "next"}]
        events = [{"t": stamp(-60), "kind": "call_received"}]
        return JSONResponse({**found, "path": path, "events": events})

    @app.get(f"{api}/recordings/{{recording}}/audio")
    async def audio(recording: str) -> Response:
        desk.asked.append(("GET", f"/recordings/{recording}/audio", None))
        return Response(silence_wav(), media_type="audio/wav")

    @app.api_route(f"{api}/{{path:path}}", methods=["POST", "PUT"])
    async def write(path: str, request: Request) -> Response:
        body = await request.json()
        if refused := desk.note(request, body):
            return refused
        if path == "presence":
            return JSONResponse({"reason": "", "since": stamp(), **body})
        if path.endswith("/continue"):
            return JSONResponse({"url": desk.link}, 201)
        return JSONResponse({}, 202)

    @app.get("/app/step")
    async def app_step() -> Response:
        return Response("<h1>Step 3: amount</h1>", media_type="text/html")

    app.add_api_websocket_route(f"{api}/desk", desk.talk)
    app.mount("/", StaticFiles(directory=STATIC, html=True))
    return app


class _Server(uvicorn.Server):
    """Tells when it listens; leaves the signals to the tests."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[Any] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()


@contextlib.asynccontextmanager
async def scripted_desk(port: int = 0) -> AsyncIterator[ScriptedDesk]:
    """A desk on a free port of the loopback interface; gone at the end."""
    desk = ScriptedDesk()
    config = uvicorn.Config(
        application(desk),
        host="127.0.0.1",
        port=port,
        log_level="error",
        ws="websockets-sansio",
        timeout_graceful_shutdown=1,
    )
    server = _Server(config)
    async with asyncio.TaskGroup() as group:
        group.create_task(server.serve())
        await server.listening.wait()
        desk.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        try:
            yield desk
        finally:
            await desk.cut()
            server.should_exit = True
