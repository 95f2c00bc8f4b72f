"""New requests: who answers them (RFC 3261 section 8.2)."""

from __future__ import annotations

from dataclasses import dataclass

from base.events import EventSink
from base.ids import IdSource
from base.instant import Clock
from switch.signalling import BindingStore, CredentialSource, InviteHandler
from switch.sip.admission import Refusal, admit, described
from switch.sip.config import UserAgentConfig
from switch.sip.digest import Digest
from switch.sip.endpoint import Endpoint
from switch.sip.errors import PeerError
from switch.sip.incoming import IncomingLeg
from switch.sip.leg import Phase, reason_text
from switch.sip.message import Request
from switch.sip.register import RegisterService
from switch.sip.registrar import Registrar
from switch.sip.replies import (
    refuse_body,
    refuse_extensions,
    refuse_unknown_method,
    tell_capabilities,
)
from switch.sip.transaction import ServerTransaction
from switch.sip.wakes import Wake


@dataclass(slots=True)
class Counters:
    """What came and was not used."""

    malformed: int = 0
    overload: int = 0
    keepalives: int = 0


class Reception:
    """The transaction user: gives each request to its leg, the registrar or the calls."""

    def __init__(
        self,
        config: UserAgentConfig,
        *,
        clock: Clock,
        ids: IdSource,
        credentials: CredentialSource,
        sink: EventSink,
        bindings: BindingStore,
    ) -> None:
        self.endpoint = Endpoint(config, clock, ids, self)
        self.registrar = Registrar(sink, config.registrations)
        self.counters = Counters()
        self.handler: InviteHandler | None = None
        self._clock = clock
        self._digest = Digest(
            config.realm,
            credentials,
            ids,
            algorithms=config.digest_algorithms,
            nonce_life_s=config.nonce_life_s,
        )
        self._registering = RegisterService(
            self.registrar, self._digest, bindings, self.endpoint.wakes, clock
        )
        self._sweep_at = 0.0
        self._sweep_wake: Wake | None = None

    def request_received(self, transaction: ServerTransaction, request: Request) -> None:
        """A new request, checked."""
        try:
            self._dispatch(transaction, request)
        except PeerError as error:
            self.counters.malformed += 1
            if not transaction.answered:
                transaction.reply(error.status_hint)

    def ack_received(self, ack: Request) -> None:
        """An ACK for a 2xx."""
        leg = self.endpoint.legs.get(ack.to.tag or "")
        if leg is not None:
            leg.ack_received(ack)

    def _dispatch(self, transaction: ServerTransaction, request: Request) -> None:
        method, tag = request.method, request.to.tag
        if method == "CANCEL":
            self._cancel(transaction, request)
        elif refuse_extensions(transaction):
            return
        elif tag is not None or method in ("BYE", "INFO", "UPDATE"):
            leg = self.endpoint.legs.get(tag or "")
            if leg is None:
                transaction.reply(481)
            else:
                leg.receive(transaction, request)
        else:
            request.target  # noqa: B018 - 416 for a scheme we do not know
            self._outside_dialogs(transaction, request)

    def _outside_dialogs(self, transaction: ServerTransaction, request: Request) -> None:
        if request.method == "INVITE":
            self._invite(transaction, request)
        elif request.method == "REGISTER":
            self._register(transaction, request)
        elif request.method == "OPTIONS":
            tell_capabilities(transaction)
        else:
            refuse_unknown_method(transaction)

    def _cancel(self, transaction: ServerTransaction, request: Request) -> None:
        invite = self.endpoint.layer.invite_of(request)
        if invite is None:
            transaction.reply(481)
            return
        transaction.reply(200)
        if not invite.answered and invite.on_cancel is not None:
            invite.on_cancel(reason_text(request))

    def _register(self, transaction: ServerTransaction, request: Request) -> None:
        self._registering.receive(transaction, request)
        self.plan_sweep()

    def plan_sweep(self) -> None:
        """Wake when the next registration expires."""
        expiry = self.registrar.next_expiry()
        if expiry is None or (self._sweep_wake is not None and self._sweep_at <= expiry):
            return
        if self._sweep_wake is not None:
            self._sweep_wake.cancel()
        self._sweep_at = expiry
        delay_s = max(0.0, expiry - self._clock.now().wall)
        self._sweep_wake = self.endpoint.wakes.call_later(delay_s, self._sweep)

    def _sweep(self) -> None:
        self._sweep_wake = None
        self.registrar.expire(self._clock.now())
        self.plan_sweep()

    def _invite(self, transaction: ServerTransaction, request: Request) -> None:
        handler = self.handler
        if request.get("max-forwards") == "0":
            transaction.reply(483)  # the call would go on to somebody (RFC 7332)
        elif handler is None or len(self.endpoint.legs) >= self.endpoint.config.max_legs:
            transaction.reply(503, headers=[("retry-after", "10")])
        elif not refuse_body(transaction):
            self._admit(handler, transaction, request)

    def _admit(
        self, handler: InviteHandler, transaction: ServerTransaction, request: Request
    ) -> None:
        source = transaction.source
        config = self.endpoint.config
        caller = admit(config, self._digest, request, source, self._clock.now())
        if isinstance(caller, Refusal):
            transaction.reply(caller.status, headers=caller.headers)
            return
        leg = IncomingLeg(self.endpoint, transaction, request)
        try:
            listener = handler.incoming(described(leg.id, request, caller, source))
        except Exception:
            leg.end("", 500)  # a defect of ours must not leave the caller waiting
            raise
        if listener is not None:
            leg.listen(listener)
        elif leg.phase is not Phase.OVER:
            leg.end("", 404)
