"""The user agent: datagrams in, datagrams out, legs in between.

Fills `switch.signalling.Signalling`. It has no socket and no clock of its own: a shell calls
`receive` and, when `next_wake` is due, `advance`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from base.events import EventSink
from base.ids import IdSource
from base.instant import Clock, Instant
from switch.signalling import CredentialSource, Destination, InviteHandler, LegId, LegListener
from switch.sip.admission import Refusal, admit, described
from switch.sip.config import UserAgentConfig
from switch.sip.digest import Digest
from switch.sip.endpoint import Endpoint
from switch.sip.errors import PeerError, UsageError
from switch.sip.incoming import IncomingLeg
from switch.sip.layer import Transmit, stamp
from switch.sip.leg import Leg, Phase, reason_text
from switch.sip.message import Request, Response
from switch.sip.outgoing import OutgoingLeg
from switch.sip.parser import check, split
from switch.sip.register import register
from switch.sip.registrar import Registrar
from switch.sip.replies import (
    refuse_body,
    refuse_extensions,
    refuse_unknown_method,
    tell_capabilities,
)
from switch.sip.transaction import Address, ServerTransaction, reply_address


@dataclass(slots=True)
class Counters:
    """What came and was not used."""

    malformed: int = 0
    overload: int = 0
    keepalives: int = 0


@dataclass(frozen=True, slots=True)
class Live:
    """What has not ended; all zero when nothing leaks."""

    transactions: int
    legs: int
    timers: int


class UserAgent:
    """One endpoint on one address.

    `connect` gives it a transport, `take_calls` somebody who answers; until then new calls are
    refused with 503.
    """

    def __init__(
        self,
        config: UserAgentConfig,
        *,
        clock: Clock,
        ids: IdSource,
        credentials: CredentialSource,
        sink: EventSink,
    ) -> None:
        self.config = config
        self.registrar = Registrar(sink, config.registrations)
        self.counters = Counters()
        self._clock = clock
        self._digest = Digest(config.realm, credentials, ids, nonce_life_s=config.nonce_life_s)
        self._endpoint = Endpoint(config, clock, ids, self)
        self._handler: InviteHandler | None = None
        self._sweep_at: float | None = None

    # The shell's side.

    def connect(self, transmit: Transmit, on_earlier: Callable[[], None]) -> None:
        """Send through `transmit(data, destination)`; `on_earlier` hears that `next_wake` is now
        earlier than before."""
        self._endpoint.transmit = transmit
        self._endpoint.wakes.on_earlier = on_earlier

    def take_calls(self, handler: InviteHandler | None) -> None:
        """Give new calls to `handler`; None refuses them with 503 (drain)."""
        self._handler = handler

    def receive(self, data: bytes, source: Address, now: Instant) -> None:
        """A datagram came. Never raises for anything a peer may send."""
        if len(data) <= 4 and not data.strip(b"\r\n\x00"):
            self.counters.keepalives += 1  # RFC 5626 section 3.5.1
            return
        message: Request | Response | None = None
        try:
            message = split(data)
            check(message)
            layer = self._endpoint.layer
            if isinstance(message, Request) and layer.live >= self.config.max_transactions:
                self.counters.overload += 1
                return
            layer.receive(message, source)
        except PeerError as error:
            self.counters.malformed += 1
            if isinstance(message, Request):
                self._refuse_malformed(message, source, error)

    def next_wake(self) -> float | None:
        """When `advance` is due, in seconds on the monotonic clock; None if nothing waits."""
        return self._endpoint.wakes.next_wake()

    def advance(self, now: Instant) -> None:
        """Let the timers that are due at `now` fire."""
        self._endpoint.wakes.advance(now)

    def live(self) -> Live:
        """Counts for tests, metrics and drain."""
        endpoint = self._endpoint
        return Live(endpoint.layer.live, len(endpoint.legs), endpoint.wakes.pending)

    def shutdown(self, reason: str = "shutting down") -> None:
        """Refuse new calls and end all legs; `live` tells when the last is answered."""
        self.take_calls(None)
        for leg in list(self._endpoint.legs.values()):
            leg.end(reason, 503)

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

    # The transaction layer's side.

    def request_received(self, transaction: ServerTransaction, request: Request) -> None:
        """A new request, checked."""
        try:
            self._dispatch(transaction, request)
        except PeerError as error:
            self.counters.malformed += 1
            if not transaction.answered:
                tag = self._endpoint.tag()
                transaction.respond(request.response(error.status_hint, to_tag=tag))

    def ack_received(self, ack: Request) -> None:
        """An ACK for a 2xx."""
        leg = self._endpoint.legs.get(ack.to.tag or "")
        if leg is not None:
            leg.ack_received(ack)

    def _dispatch(self, transaction: ServerTransaction, request: Request) -> None:
        method, tag = request.method, request.to.tag
        if method == "CANCEL":
            self._cancel(transaction, request)
        elif refuse_extensions(transaction, request):
            return
        elif tag is not None:
            leg = self._endpoint.legs.get(tag)
            if leg is None:
                transaction.respond(request.response(481))
            else:
                leg.receive(transaction, request)
        elif method == "INVITE":
            self._invite(transaction, request)
        elif method == "REGISTER":
            self._register(transaction, request)
        elif method == "OPTIONS":
            request.target  # noqa: B018 - 416 for a scheme we do not know
            tell_capabilities(transaction, request, self._endpoint.tag())
        elif method in ("BYE", "INFO", "UPDATE"):
            transaction.respond(request.response(481, to_tag=self._endpoint.tag()))
        else:
            refuse_unknown_method(transaction, request)

    def _cancel(self, transaction: ServerTransaction, request: Request) -> None:
        invite = self._endpoint.layer.invite_of(request)
        if invite is None:
            transaction.respond(request.response(481, to_tag=self._endpoint.tag()))
            return
        transaction.respond(request.response(200, to_tag=self._endpoint.tag()))
        if not invite.answered and invite.on_cancel is not None:
            invite.on_cancel(reason_text(request))

    def _register(self, transaction: ServerTransaction, request: Request) -> None:
        request.target  # noqa: B018 - 416 for a scheme we do not know
        now = self._clock.now()
        status, headers = register(self.registrar, self._digest, request, transaction.source, now)
        tag = self._endpoint.tag()
        transaction.respond(request.response(status, to_tag=tag, headers=headers))
        self._plan_sweep()

    def _plan_sweep(self) -> None:
        """Wake when the next registration expires."""
        expiry = self.registrar.next_expiry()
        if expiry is not None and (self._sweep_at is None or expiry < self._sweep_at):
            self._sweep_at = expiry
            delay_s = max(0.0, expiry - self._clock.now().wall)
            self._endpoint.wakes.call_later(delay_s, self._sweep)

    def _sweep(self) -> None:
        self._sweep_at = None
        self.registrar.expire(self._clock.now())
        self._plan_sweep()

    def _invite(self, transaction: ServerTransaction, request: Request) -> None:
        refusal = self._screened(request)
        if refusal is None and not refuse_body(transaction, request):
            self._admit(transaction, request)
        elif refusal is not None:
            self._refuse(transaction, request, refusal)

    def _screened(self, request: Request) -> Refusal | None:
        if request.get("max-forwards") == "0":
            return Refusal(483, [])  # the call would go on to somebody (RFC 7332)
        if self._handler is None or len(self._endpoint.legs) >= self.config.max_legs:
            return Refusal(503, [("retry-after", "10")])
        return None

    def _refuse(self, transaction: ServerTransaction, request: Request, refusal: Refusal) -> None:
        transaction.respond(
            request.response(refusal.status, to_tag=self._endpoint.tag(), headers=refusal.headers)
        )

    def _admit(self, transaction: ServerTransaction, request: Request) -> None:
        request.target  # noqa: B018 - 416 for a scheme we do not know
        source = transaction.source
        caller = admit(self.config, self._digest, request, source, self._clock.now())
        if isinstance(caller, Refusal):
            self._refuse(transaction, request, caller)
            return
        leg = IncomingLeg(self._endpoint, transaction, request)
        handler = self._handler
        invite = described(leg.id, request, caller, source)
        listener = handler.incoming(invite) if handler is not None else None
        if listener is not None:
            leg.listen(listener)
        elif leg.phase is not Phase.OVER:
            leg.end("", 404)

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
