"""What strangers and broken programs send to the HTTP and WebSocket API."""

from __future__ import annotations

import asyncio
import contextlib
import json
from dataclasses import dataclass, field

import httpx
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.interop.live_node import LiveNode

PATHS = (
    "/../../etc/passwd", "/..%2f..%2fetc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/a/../keys.json",
    "/assets/..%5c..%5ckeys.json", "//etc/passwd", "/%00", "/index.html%00.js", "/" + "a" * 6000,
    "/api/v1/recordings/..%2f..%2fkeys.json/audio", "/api/v1/recordings/%00/audio",
    "/api/v1/recordings/../../../keys.json", "/api/v1/calls/..%2f..%2f", "/api/v1/calls?before=%ff",
    "/api/v1/calls?limit=-1", "/api/v1/calls?limit=99999999999999999999", "/api/v1/nothing",
    "/api/v1/continue/" + "x" * 3000, "/metrics/../keys.json", "/\u4e2d", "/?" + "q=1&" * 2000,
)  # fmt: skip
BODIES = (
    b"", b"{", b"null", b"[]", b"1e999", b'"text"', b"{}", b'{"name": 7}', b"\xff\xfe\x00",
    b'{"customer": []}', b'{"events": {"a": 1}}', b'{"events": [null, 3, {"kind": "?"}]}',
    b'{"events": [' + b'{"kind": "screen", "screen": "s"},' * 300 + b'{"kind": "screen"}]}',
    b"[" * 5000, b'{"a":' * 2000, b'{"customer": {"id": "\\ud800", "name": "\\u0000"}}',
    b'{"presence": "talking"}', b'{"step": ' + b"9" * 4000 + b"}", b'{"name": "x", "detail": 1}',
)  # fmt: skip
CALLS = (
    ("POST", "/api/v1/login"), ("POST", "/api/v1/cases"), ("POST", "/api/v1/cases/none/events"),
    ("POST", "/api/v1/cases/none/handoff"), ("POST", "/api/v1/continue/none"),
    ("POST", "/api/v1/observations"), ("PUT", "/api/v1/presence"), ("POST", "/api/v1/wrapup"),
    ("POST", "/api/v1/call/hold"), ("DELETE", "/api/v1/recordings/none"), ("PATCH", "/api/v1/me"),
)  # fmt: skip
RAW = (
    b"GARBAGE\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\x16\x03\x01\x02\x00",
    b"GET /" + b"a" * 90_000,
    b"POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    b"POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n{",
    b"POST /api/v1/login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nRange: bytes=9-1,-,0-0\r\nX: \xff\r\n\r\n",
)  # fmt: skip
FRAMES = (
    "", "{", "[]", "null", "7", '{"type": 7}', '{"type": "nothing"}', '{"type": "rendered"}',
    '{"type": "received", "offer": [], "epoch": "x"}',
    '{"type": "rendered", "offer": "none", "epoch": 1e9}',
    "[" * 5000, b"\x00\xff", b"{}", '{"type": "ping", "more": "' + "x" * 9000 + '"}',
)  # fmt: skip


@dataclass
class Answers:
    """What came back."""

    statuses: list[int] = field(default_factory=list)
    closed: list[int] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)

    def note(self, answer: httpx.Response) -> None:
        self.statuses.append(answer.status_code)
        self.bodies.append(answer.text)


async def attack(node: LiveNode, cookie: str, csrf: str) -> Answers:
    """All of it, once with no proof of who one is, once with each kind of it."""
    answers = Answers()
    await _paths(node, answers, cookie)
    key = f"Bearer {node.password('api:app')}"
    for headers in (
        {},
        {"Authorization": key},
        {"Authorization": "Bearer \u00ff"},
        {"Cookie": cookie, "X-CSRF-Token": csrf},
        {"Cookie": cookie},
    ):
        await _bodies(node, answers, headers)
    await _raw(node)
    await _sockets(node, answers, cookie)
    return answers


async def _paths(node: LiveNode, answers: Answers, cookie: str) -> None:
    host, port = node.http.removeprefix("http://").split(":")
    for path in PATHS:
        # As they stand: a client would tidy them up.
        head = (
            f"GET {path} HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n"
        )
        data = await _exchange(host, int(port), head.encode())
        if data:
            answers.statuses.append(int(data.split(None, 2)[1]))
            answers.bodies.append(data.decode("utf-8", "replace"))


async def _bodies(node: LiveNode, answers: Answers, headers: dict[str, str]) -> None:
    raw = {name: value.encode("latin-1") for name, value in headers.items()}
    raw["Content-Type"] = b"application/json"
    async with httpx.AsyncClient(base_url=node.http, headers=raw, timeout=20) as http:
        for method, path in CALLS:
            for body in BODIES if method != "DELETE" else BODIES[:1]:
                http.cookies.clear()
                answers.note(await http.request(method, path, content=body))
        for content in (b"x" * 300_000, _endless()):
            # It is answered and closed at the limit: what is still sent then meets a reset.
            with contextlib.suppress(httpx.TransportError):
                answers.note(await http.post("/api/v1/cases", content=content))


async def _endless():  # type: ignore[no-untyped-def]
    for _ in range(40):
        yield b"x" * 10_000


async def _raw(node: LiveNode) -> None:
    host, port = node.http.removeprefix("http://").split(":")
    for data in RAW:
        await _exchange(host, int(port), data)


async def _exchange(host: str, port: int, data: bytes) -> bytes:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(data)
        async with asyncio.timeout(1.0):
            return await reader.read(65_536)
    except (TimeoutError, OSError):
        return b""
    finally:
        writer.close()


async def _sockets(node: LiveNode, answers: Answers, cookie: str) -> None:
    url = f"ws{node.http.removeprefix('http')}/api/v1/desk"
    for origin, proof in (
        ("https://evil.example", cookie),
        (None, cookie),
        (node.http, "segue_session=forged"),
        (node.http, ""),
    ):
        try:
            async with connect(url, origin=origin, additional_headers={"Cookie": proof}) as socket:  # type: ignore[arg-type]
                await socket.recv()
                answers.closed.append(0)  # it was let in
        except InvalidStatus as error:
            answers.closed.append(error.response.status_code)
        except ConnectionClosed as error:
            answers.closed.append(error.rcvd.code if error.rcvd else 1006)
    for frame in (*FRAMES, "x" * 70_000, json.dumps({"type": "x" * 60_000})):
        async with connect(url, origin=node.http, additional_headers={"Cookie": cookie}) as socket:  # type: ignore[arg-type]
            with contextlib.suppress(ConnectionClosed, TimeoutError):
                for _ in range(25):
                    await socket.send(frame)
                async with asyncio.timeout(0.2):
                    while True:
                        await socket.recv()
