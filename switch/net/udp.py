"""UDP: datagrams between sockets and the user agent."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable, Sequence
from typing import Final, Protocol, cast

from base.errors import UnavailableError
from base.instant import Clock
from switch.sip.layer import Transmit
from switch.sip.transaction import Address

log = logging.getLogger(__name__)

RECEIVE_BUFFER_BYTES: Final = 4 * 1024 * 1024
"""A pause of the loop must not cost datagrams: the kernel's default of 208 KiB did."""

_MAX_ROUTES: Final = 50_000


class Core(Protocol):
    """What is driven: `switch.sip.useragent.UserAgent`."""

    def connect(self, transmit: Transmit, on_earlier: Callable[[], None]) -> None: ...
    def receive(self, data: bytes, source: Address) -> None: ...
    def next_wake(self) -> float | None: ...
    def advance(self) -> None: ...


class UdpTransport:
    """Listens on one or several addresses; `start`, then `serve(agent)`, then `stop`.

    Port 0 takes a free port: `addresses` tells which.
    """

    def __init__(self, listen: Sequence[Address], clock: Clock) -> None:
        self._listen = list(listen)
        self._clock = clock
        self._core: Core | None = None
        self._endpoints: list[asyncio.DatagramTransport] = []
        self._routes: dict[str, asyncio.DatagramTransport] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = 0.0
        self.addresses: list[Address] = []
        self.defects = 0
        """Exceptions of our own that a datagram or timer brought up; each is logged."""
        self.unsent = 0

    async def start(self) -> None:
        """Bind all addresses, or none; raises UnavailableError naming the one in use."""
        loop = asyncio.get_running_loop()
        for address in self._listen:
            try:
                bound = _bind(address)
            except OSError as error:
                await self.stop()
                raise UnavailableError(_explain(address, error)) from error
            endpoint, _ = await loop.create_datagram_endpoint(lambda: _Port(self), sock=bound)
            self._endpoints.append(endpoint)
            self.addresses.append(bound.getsockname()[:2])

    def serve(self, core: Core) -> None:
        """Drive `core` from now on."""
        self._core = core
        core.connect(self.transmit, self.rearm)
        self.rearm()

    async def stop(self) -> None:
        """Close all sockets; nothing is received or sent after this."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._core = None
        for endpoint in self._endpoints:
            endpoint.close()
        self._endpoints.clear()
        self._routes.clear()
        self.addresses.clear()
        await asyncio.sleep(0)  # the loop closes the sockets in its next turn

    def transmit(self, data: bytes, destination: Address) -> None:
        """Send from the socket that the destination's host last spoke to."""
        if not self._endpoints:
            self.unsent += 1
            return
        endpoint = self._routes.get(destination[0], self._endpoints[0])
        try:
            endpoint.sendto(data, destination)
        except (OSError, ValueError):
            self.unsent += 1

    def receive(self, data: bytes, source: Address, endpoint: asyncio.DatagramTransport) -> None:
        """A datagram came."""
        core = self._core
        if core is None:
            return
        if len(self._endpoints) > 1:
            self._note_route(source[0], endpoint)
        try:
            core.receive(data, source[:2])
        except Exception:
            self.defects += 1
            log.exception("a datagram of %d bytes met a defect", len(data))

    def _note_route(self, host: str, endpoint: asyncio.DatagramTransport) -> None:
        if len(self._routes) >= _MAX_ROUTES:
            self._routes.clear()
        self._routes[host] = endpoint

    def rearm(self) -> None:
        """Set the one timer to the core's next wake."""
        if self._core is None:
            return
        at = self._core.next_wake()
        if at is None or (self._timer is not None and self._timer_at <= at):
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer_at = at
        delay_s = max(0.0, at - self._clock.now().mono)
        self._timer = asyncio.get_running_loop().call_later(delay_s, self._fire)

    def _fire(self) -> None:
        self._timer = None
        if self._core is None:
            return
        try:
            self._core.advance()
        except Exception:
            self.defects += 1
            log.exception("a timer met a defect")
        self.rearm()


class _Port(asyncio.DatagramProtocol):
    """One socket; too dull to have bugs."""

    def __init__(self, owner: UdpTransport) -> None:
        self._owner = owner
        self._endpoint: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # The loop's own class is not declared to be one in CPython 3.11.
        self._endpoint = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: Address) -> None:
        if self._endpoint is not None:
            self._owner.receive(data, addr, self._endpoint)

    def error_received(self, exc: Exception) -> None:
        # An ICMP "unreachable" for something sent before; the transaction's timer decides.
        self._owner.unsent += 1


def _bind(address: Address) -> socket.socket:
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_DGRAM)
    try:
        bound.setblocking(False)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
        bound.bind(address)
    except OSError:
        bound.close()
        raise
    return bound


def _explain(address: Address, error: OSError) -> str:
    return (
        f"cannot listen on {address[0]}:{address[1]} (UDP): {error.strerror}. "
        "End the program that has it (`ss -lunp` names it) or choose another address or port."
    )
