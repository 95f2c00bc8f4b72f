"""A network in virtual time: for tests and simulations of the SIP core.

`lose(datagram)` says which datagrams get lost; `delay_s(datagram)` how long each travels.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from base.virtual import VirtualTime, VirtualTimer
from switch.net.udp import Core
from switch.sip.errors import PeerError
from switch.sip.message import Request, Response
from switch.sip.parser import check, split
from switch.sip.transaction import Address


@dataclass(frozen=True, slots=True)
class Datagram:
    """One datagram on its way."""

    source: Address
    destination: Address
    data: bytes
    number: int
    """Counts from 0."""

    @property
    def first_word(self) -> str:
        """The method of a request, the status of a response."""
        words = self.data.split(None, 2)
        return words[1 if words[0] == b"SIP/2.0" else 0].decode()


class Node(Protocol):
    """Something with an address."""

    def arrived(self, datagram: Datagram) -> None: ...


class VirtualNetwork:
    """Carries datagrams between nodes; `trace` keeps all that were sent."""

    def __init__(self, time: VirtualTime) -> None:
        self.time = time
        self.trace: list[Datagram] = []
        self.lose: Callable[[Datagram], bool] = lambda _datagram: False
        self.delay_s: Callable[[Datagram], float] = lambda _datagram: 0.001
        self._nodes: dict[Address, Node] = {}

    def attach(self, node: Node, address: Address) -> None:
        """Deliver what goes to `address` to `node`."""
        self._nodes[address] = node

    def send(self, data: bytes, source: Address, destination: Address) -> None:
        """Carry a datagram, or lose it."""
        datagram = Datagram(source, destination, data, len(self.trace))
        self.trace.append(datagram)
        if not self.lose(datagram):
            self.time.call_later(self.delay_s(datagram), lambda: self._deliver(datagram))

    def _deliver(self, datagram: Datagram) -> None:
        node = self._nodes.get(datagram.destination)
        if node is not None:
            node.arrived(datagram)

    def words(self, source: Address | None = None) -> list[str]:
        """Methods and statuses that were sent, in order."""
        return [d.first_word for d in self.trace if source in (None, d.source)]


class VirtualTransport:
    """Drives a core in virtual time, as `UdpTransport` does in real time."""

    def __init__(self, network: VirtualNetwork, core: Core, address: Address) -> None:
        self._network = network
        self._core = core
        self._address = address
        self._timer: VirtualTimer | None = None
        network.attach(self, address)
        core.connect(self._transmit, self._rearm)
        self._rearm()

    def arrived(self, datagram: Datagram) -> None:
        """Give it to the core."""
        self._core.receive(datagram.data, datagram.source)

    def _transmit(self, data: bytes, destination: Address) -> None:
        self._network.send(data, self._address, destination)

    def _rearm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        at = self._core.next_wake()
        if at is not None:
            delay_s = at - self._network.time.now().mono
            self._timer = self._network.time.call_later(delay_s, self._fire)

    def _fire(self) -> None:
        self._timer = None
        self._core.advance()
        self._rearm()


class RawPhone:
    """A node that a test scripts by hand: it keeps what comes, and sends what it is told."""

    def __init__(self, network: VirtualNetwork, address: Address) -> None:
        self.address = address
        self.received: list[Request | Response] = []
        self._network = network
        network.attach(self, address)

    def arrived(self, datagram: Datagram) -> None:
        """Keep it."""
        message = split(datagram.data)
        with contextlib.suppress(PeerError):  # an answer to a malformed request is malformed
            check(message)
        self.received.append(message)

    def send(self, message: Request | Response | bytes, destination: Address) -> None:
        """Send a message."""
        data = message if isinstance(message, bytes) else message.encode()
        self._network.send(data, self.address, destination)

    def statuses(self) -> list[int]:
        """The statuses of all responses that came."""
        return [m.status for m in self.received if isinstance(m, Response)]

    def requests(self, method: str) -> list[Request]:
        """All requests of a method that came."""
        return [m for m in self.received if isinstance(m, Request) and m.method == method]
