"""The user agent: datagrams in, datagrams out, legs in between.

Fills `switch.signalling.Signalling`. It has no socket, and its clock is an argument: a shell calls
`receive` and, when `next_wake` is due, `advance`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from base.events import EventSink
from base.ids import IdSource
from base.instant import Clock
from switch.signalling import (
    BindingStore,
    CredentialSource,
    Destination,
    InviteHandler,
    LegId,
    LegListener,
)
from switch.sip.config import UserAgentConfig
from switch.sip.errors import PeerError, UsageError
from switch.sip.incoming import IncomingLeg
from switch.sip.layer import Transmit, stamp
from switch.sip.leg import Leg, Phase
from switch.sip.message import Request, Response
from switch.sip.outgoing import OutgoingLeg
from switch.sip.parser import check, split
from switch.sip.reception import Reception
from switch.sip.register import InMemory
from switch.sip.registrar import Binding
from switch.sip.transaction import Address, reply_address


@dataclass(frozen=True, slots=True)
class Live:
    """What has not ended; all zero when nothing leaks."""

    transactions: int
    legs: int
    timers: int


class UserAgent:
    """One endpoint on one address.

    `connect` gives it a transport, `take_calls` somebody who answers; until then new calls are
    refused with 503. What REGISTER changes is answered when `bindings` has kept it; without one,
    at once.
    """

    def __init__(
        self,
        config: UserAgentConfig,
        *,
        clock: Clock,
        ids: IdSource,
        credentials: CredentialSource,
        sink: EventSink,
        bindings: BindingStore | None = None,
    ) -> None:
        self._clock = clock
        self._reception = Reception(
            config,
            clock=clock,
            ids=ids,
            credentials=credentials,
            sink=sink,
            bindings=bindings or InMemory(),
        )
        self._endpoint = self._reception.endpoint
        self.registrar = self._reception.registrar
        self.counters = self._reception.counters

    # The shell's side.

    def connect(self, transmit: Transmit, on_earlier: Callable[[], None]) -> None:
        """Send through `transmit(data, destination)`; `on_earlier` hears that `next_wake` is now
        earlier than before."""
        self._endpoint.transmit = transmit
        self._endpoint.wakes.on_earlier = on_earlier

    def take_calls(self, handler: InviteHandler | None) -> None:
        """Give new calls to `handler`; None refuses them with 503 (drain)."""
        self._reception.handler = handler

    @property
    def config(self) -> UserAgentConfig:
        """The configuration; set anew on reload. `address` and `realm` stay as they were."""
        return self._endpoint.config

    @config.setter
    def config(self, config: UserAgentConfig) -> None:
        self._endpoint.config = config
        self.registrar.bounds = config.registrations

    def receive(self, data: bytes, source: Address) -> None:
        """A datagram came. Never raises for anything a peer may send."""
        if len(data) <= 4 and not data.strip(b"\r\n\x00"):
            self.counters.keepalives += 1  # RFC 5626 section 3.5.1
            return
        message: Request | Response | None = None
        try:
            message = split(data)
            check(message)
            if self._flooded(message):
                self.counters.overload += 1
            else:
                self._endpoint.layer.receive(message, source)
        except PeerError as error:
            self.counters.malformed += 1
            if isinstance(message, Request):
                self._refuse_malformed(message, source, error)

    def _flooded(self, message: Request | Response) -> bool:
        """Whether a request must be dropped to bound memory; calls that are up go on."""
        endpoint = self._endpoint
        return (
            endpoint.layer.live >= endpoint.config.max_transactions
            and isinstance(message, Request)
            and message.to.tag not in endpoint.legs
        )

    def next_wake(self) -> float | None:
        """When `advance` is due, in seconds on the monotonic clock; None if nothing waits."""
        return self._endpoint.wakes.next_wake()

    def advance(self) -> None:
        """Let the timers that are due fire."""
        self._endpoint.wakes.advance(self._clock.now())

    def live(self) -> Live:
        """Counts for tests, metrics and drain."""
        endpoint = self._endpoint
        return Live(endpoint.layer.live, len(endpoint.legs), endpoint.wakes.pending)

    def restore(self, bindings: Iterable[Binding]) -> None:
        """Take back what `registrar.export()` gave before a restart."""
        self.registrar.restore(bindings, self._clock.now())
        self._reception.plan_sweep()

    def _refuse_malformed(self, request: Request, source: Address, error: PeerError) -> None:
        """Answer without a transaction, if what an answer needs can be read."""
        if request.method == "ACK":
            return
        try:
            response = request.response(error.status_hint, to_tag=self._endpoint.tag())
            address = reply_address(request, source)
            stamp(request, source)
            response.headers[0] = ("via", request.need("via"))
            self._endpoint.transmit(response.encode(), address)
        except (PeerError, UsageError):
            return

    # The calls' side: `Signalling`.

    def _leg(self, leg: LegId) -> Leg:
        found = self._endpoint.legs.get(leg)
        if found is None:
            raise UsageError("there is no such leg (any more)")
        return found

    def _incoming(self, leg: LegId) -> IncomingLeg:
        found = self._leg(leg)
        if not isinstance(found, IncomingLeg):
            raise UsageError("the leg is not an incoming one")
        return found

    def ring(self, leg: LegId, sdp: bytes | None = None) -> None:
        """Answer 180, or 183 with `sdp`."""
        self._incoming(leg).ring(sdp)

    def answer(self, leg: LegId, sdp: bytes) -> None:
        """Answer 200 with `sdp`."""
        self._incoming(leg).answer(sdp)

    def reject(self, leg: LegId, status: int, reason: str = "") -> None:
        """Answer 3xx-6xx; `LegEnded` is told before this returns."""
        self._incoming(leg).reject(status, reason)

    def invite(
        self,
        listener: LegListener,
        destination: Destination,
        *,
        caller: str,
        caller_name: str,
        offer: bytes,
        headers: Mapping[str, str] | None = None,
        account: str | None = None,
    ) -> LegId:
        """Send an INVITE. `account` is kept for digest as a client."""
        leg = OutgoingLeg(
            self._endpoint,
            destination,
            caller=caller,
            caller_name=caller_name,
            offer=offer,
            headers=headers or {},
        )
        leg.listen(listener)
        leg.start()
        return leg.id

    def reoffer(self, leg: LegId, sdp: bytes) -> None:
        """Send a re-INVITE; while another offer is open, the latest waits for its end."""
        found = self._leg(leg)
        found.need(Phase.ANSWERED, Phase.CONFIRMED)
        found.offers.send(sdp)

    def accept_offer(self, leg: LegId, sdp: bytes) -> None:
        """Answer a `LegReoffered` with 200 and `sdp`."""
        self._leg(leg).offers.accept(sdp)

    def refuse_offer(self, leg: LegId, status: int = 488) -> None:
        """Refuse a `LegReoffered`."""
        self._leg(leg).offers.refuse(status)

    def end(self, leg: LegId, reason: str = "", status: int = 487) -> None:
        """End the leg; `LegEnded` is told before this returns. Idempotent."""
        found = self._endpoint.legs.get(leg)
        if found is not None and found.phase is not Phase.OVER:
            found.end(reason, status)
