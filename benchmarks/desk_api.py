"""What a request of the page costs: reading who is logged in, and the list of calls."""

from __future__ import annotations

import http.client
import json
import statistics
import time
from typing import Final
from urllib.parse import urlsplit

from benchmarks.figures import Figure
from benchmarks.node import Node, running
from benchmarks.sip import Phones

_TIMES: Final = 300
_CALLS: Final = 50


def measure() -> list[Figure]:
    """One connection, one request after the other; the floor is a request that asks for nobody."""
    with running() as node:
        _calls(node)
        place = urlsplit(node.http)
        connection = http.client.HTTPConnection(place.hostname or "", place.port)
        cookie = _log_in(connection, node)
        floor = statistics.median(_get(connection, "/healthz", {}))
        me = _get(connection, "/api/v1/me", cookie)
        calls = _get(connection, "/api/v1/calls", cookie)
        connection.close()
    return [
        Figure("GET /api/v1/me", "ms", tuple(me), floor),
        Figure("GET /api/v1/calls", "ms", tuple(calls), floor),
    ]


def _calls(node: Node) -> None:
    with Phones(node.sip) as phones:
        for _ in range(_CALLS):
            leg = phones.call("7001")
            phones.run(5, lambda leg=leg: leg.setup_s is not None)  # type: ignore[misc]
            phones.hang_up(leg)
            phones.run(5, lambda leg=leg: leg.ended)  # type: ignore[misc]


def _log_in(connection: http.client.HTTPConnection, node: Node) -> dict[str, str]:
    body = json.dumps({"name": "li_na", "password": node.password("desk:li_na")})
    connection.request("POST", "/api/v1/login", body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    answer.read()
    return {"Cookie": (answer.getheader("set-cookie") or "").partition(";")[0]}


def _get(connection: http.client.HTTPConnection, path: str, headers: dict[str, str]) -> list[float]:
    waits = []
    for _ in range(_TIMES):
        began = time.perf_counter()
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        waits.append(1000 * (time.perf_counter() - began))
        if answer.status != 200:
            raise ValueError(f"{path} answered {answer.status}")
    return waits
