"""What all parts of the user agent share: identity, time, transactions, legs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from base.ids import IdSource, token
from base.instant import Clock
from switch.sip.config import ALLOW, UserAgentConfig
from switch.sip.layer import MAGIC, TransactionLayer, TransactionUser, Transmit
from switch.sip.message import HeaderList, Request, Response
from switch.sip.transaction import Address, ClientTransaction
from switch.sip.uri import sip_uri
from switch.sip.wakes import Wakes

if TYPE_CHECKING:
    from switch.sip.leg import Leg


class Endpoint:
    """Handed to every leg."""

    def __init__(
        self, config: UserAgentConfig, clock: Clock, ids: IdSource, user: TransactionUser
    ) -> None:
        self.config = config
        self.ids = ids
        self.clock = clock
        self.wakes = Wakes(clock)
        self.transmit: Transmit = _to_nobody
        self.layer = TransactionLayer(self.wakes, self._transmit, user, self.tag)
        self.legs: dict[str, Leg] = {}
        """By local tag, which is the LegId too."""
        host, port = config.address
        self._sent_by = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        self.contact = f"<{sip_uri('', config.address)}>"

    def _transmit(self, data: bytes, destination: Address) -> None:
        self.transmit(data, destination)

    def via(self) -> str:
        """A Via value with a fresh branch (RFC 3261 section 8.1.1.7, RFC 3581 section 3)."""
        return f"SIP/2.0/UDP {self._sent_by};branch={MAGIC}{token(self.ids)};rport"

    def tag(self) -> str:
        """A fresh tag."""
        return token(self.ids)

    def headers(self, *, sdp: bytes | None = None) -> HeaderList:
        """Contact and Allow, and Content-Type where there is SDP."""
        built: HeaderList = [("contact", self.contact), ("allow", ALLOW)]
        if sdp:
            built.append(("content-type", "application/sdp"))
        return built

    def send(
        self,
        request: Request,
        address: Address,
        on_response: Callable[[Response], None],
        on_timeout: Callable[[], None],
    ) -> ClientTransaction:
        """Begin a client transaction."""
        return self.layer.send(request, address, on_response, on_timeout)

    def jitter_s(self, least_s: float, most_s: float) -> float:
        """A random duration in steps of 10 ms (RFC 3261 section 14.1)."""
        steps = round((most_s - least_s) * 100)
        drawn = int.from_bytes(self.ids.random_bytes(2), "big") % (steps + 1)
        return least_s + drawn / 100


def _to_nobody(data: bytes, destination: Address) -> None:
    """Before a transport is connected nothing can be sent."""
