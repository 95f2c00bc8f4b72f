"""The part that pages and applications talk to: HTTP and WebSocket in this process."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import uvicorn

import desk
from base.errors import UnavailableError
from base.instant import Clock
from desk.app import create_app
from desk.ports import Disposition
from desk.services import DeskServices
from segue.health import NodeHealth
from segue.site import Site
from segue.wiring.archive import Keeping
from segue.wiring.centre import Centre
from segue.wiring.evidence import Evidence

_GRACE_S = 3
_BACKLOG = 512


class _Server(uvicorn.Server):
    """Signals belong to the node's lifecycle, not to one of its parts."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.serving = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.serving.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def web_part(services: DeskServices, host: str, port: int) -> AsyncIterator[tuple[str, int]]:
    """Serve the API and the page; gives the address in use (port 0 takes a free one)."""
    listening = _listen(host, port)
    config = uvicorn.Config(
        create_app(services),
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        ws_max_size=65_536,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=_GRACE_S,
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[listening]), name="web")
    try:
        await server.serving.wait()
        address = listening.getsockname()
        yield address[0], address[1]
    finally:
        server.should_exit = True
        await task
        listening.close()


def desk_services(
    site: Site,
    evidence: Evidence,
    keeping: Keeping,
    centre: Centre,
    clock: Clock,
    health: NodeHealth,
) -> DeskServices:
    """What the API stands on, filled by the other parts."""
    return DeskServices(
        accounts=evidence.accounts,
        sessions=evidence.sessions,
        keys=evidence.api_keys,
        handoffs=centre.handoffs,
        queues=centre.queues,
        live=centre.live,
        calls=keeping.calls,
        reader=evidence.events,
        recordings=keeping.shop,
        log=evidence.log,
        clock=clock,
        health=health,
        dispositions=lambda: _dispositions(centre.in_force.site),
        dial=site.handoff_number,
        static=Path(desk.__file__).parent / "static",
    )


def _dispositions(site: Site) -> tuple[Disposition, ...]:
    return tuple(Disposition(id, entry.en, entry.zh) for id, entry in site.dispositions.items())


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sets TCP_NODELAY only where it sees the protocol; without it each answer waits 40 ms.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(_BACKLOG)
        listening.setblocking(False)
    except OSError as error:
        listening.close()
        raise UnavailableError(
            f"cannot listen on {host}:{port} (TCP): {error.strerror}. End the program that has "
            "it (`ss -ltnp` names it) or choose another --http-port."
        ) from error
    return listening
