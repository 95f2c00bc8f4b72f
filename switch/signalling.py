"""The contract between SIP and calls: legs, what they tell and what can be done to them.

`switch.sip.useragent.UserAgent` fills `Signalling`. All of it is synchronous and on one thread;
what it tells comes through the `LegListener` given when the leg begins.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NewType, Protocol

LegId = NewType("LegId", str)


@dataclass(frozen=True, slots=True)
class IncomingInvite:
    """A new call at our door, after authentication policy has had its say.

    `headers` holds the headers that applications may see, by lower-case name, first value
    (`user-to-user`, `x-segue-handoff`, other `x-…`, `p-asserted-identity`, `subject`).
    """

    leg: LegId
    sip_call_id: str
    called: str
    """User part of the request URI."""
    caller: str
    """User part of From, or of P-Asserted-Identity from a trusted source."""
    caller_name: str
    account: str | None
    """The authenticated account, or None for a call from outside."""
    source: tuple[str, int]
    """Where the INVITE came from: address, port."""
    offer: bytes | None
    """SDP, or None for a delayed offer."""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Destination:
    """Where an outgoing INVITE goes: the request URI and the next hop."""

    uri: str
    address: tuple[str, int]
    """IP address and port of the next hop."""


@dataclass(frozen=True, slots=True)
class LegRinging:
    """180 or 183 came; `sdp` is early media, if any."""

    leg: LegId
    status: int
    sdp: bytes | None


@dataclass(frozen=True, slots=True)
class LegAnswered:
    """A 2xx came for our INVITE (ACK is already sent) or the ACK came for our 2xx.

    `sdp` is the answer for a leg that we offered to; None for a leg that offered to us, except
    after a delayed offer, where the ACK carries the answer.
    """

    leg: LegId
    sdp: bytes | None


@dataclass(frozen=True, slots=True)
class LegReoffered:
    """A re-INVITE or UPDATE with an offer came; answer with `accept_offer` or `refuse_offer`.

    `sdp` is None when the re-INVITE asks us to offer.
    """

    leg: LegId
    sdp: bytes | None


@dataclass(frozen=True, slots=True)
class OfferAnswered:
    """The far end answered our re-INVITE: `sdp` on success, `status` otherwise."""

    leg: LegId
    status: int
    sdp: bytes | None


@dataclass(frozen=True, slots=True)
class DigitsSignalled:
    """Keys by SIP INFO (application/dtmf-relay)."""

    leg: LegId
    digits: str


@dataclass(frozen=True, slots=True)
class LegEnded:
    """The leg is over; nothing follows for it. Told exactly once for each leg.

    `status` is the SIP status that ended the attempt (487 after CANCEL, 408 after a time-out,
    486 …), 200 for a BYE. `by_peer` says who ended it. `reason` is the text of a Reason header
    (RFC 3326) or ours.
    """

    leg: LegId
    status: int
    by_peer: bool
    reason: str = ""


LegEvent = LegRinging | LegAnswered | LegReoffered | OfferAnswered | DigitsSignalled | LegEnded


class LegListener(Protocol):
    """Who hears what happens to a leg."""

    def leg_event(self, event: LegEvent) -> None: ...


class InviteHandler(Protocol):
    """Who gets new calls."""

    def incoming(self, invite: IncomingInvite) -> LegListener | None:
        """Take the call and return its listener, or None to have it refused with 404.

        It may call `Signalling` methods for the leg before it returns.
        """
        ...


class Signalling(Protocol):
    """What calls do with legs. A method called in the wrong state raises `UsageError`."""

    def ring(self, leg: LegId, sdp: bytes | None = None) -> None:
        """Answer 180, or 183 with `sdp`."""
        ...

    def answer(self, leg: LegId, sdp: bytes) -> None:
        """Answer 200 with `sdp`; retransmitted until the ACK (RFC 3261 section 13.3.1.4)."""
        ...

    def reject(self, leg: LegId, status: int, reason: str = "") -> None:
        """Answer 3xx-6xx; `LegEnded` follows."""
        ...

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
        """Send an INVITE; the listener hears LegRinging*, then LegAnswered or LegEnded."""
        ...

    def reoffer(self, leg: LegId, sdp: bytes) -> None:
        """Send a re-INVITE; `OfferAnswered` follows (491 is retried by the user agent)."""
        ...

    def accept_offer(self, leg: LegId, sdp: bytes) -> None:
        """Answer a `LegReoffered` with 200 and `sdp`."""
        ...

    def refuse_offer(self, leg: LegId, status: int = 488) -> None:
        """Refuse a `LegReoffered`; the session goes on as it was."""
        ...

    def end(self, leg: LegId, reason: str = "", status: int = 487) -> None:
        """End the leg whatever its state: BYE, CANCEL, or a final answer with `status`.

        `LegEnded` follows, at once or when the far end has answered. Idempotent.
        """
        ...


@dataclass(frozen=True, slots=True)
class Contact:
    """Where a registered device can be reached (RFC 3261 section 10)."""

    uri: str
    address: tuple[str, int]
    expires_at: float
    """Wall clock, seconds."""
    user_agent: str = ""


class LocationStore(Protocol):
    """The registrar's bindings, as calls read them."""

    def contacts(self, account: str) -> list[Contact]:
        """Live contacts of an account, the freshest first."""
        ...


class BindingStore(Protocol):
    """Who makes registrations durable: a changed one is answered only when it is kept."""

    def keep(self, account: str, done: Callable[[bool], None]) -> None:
        """Keep the account's present bindings, and what was told of them, over a crash.

        Then call `done(True)`, or `done(False)` when it cannot be now; exactly once, perhaps
        before this returns.
        """
        ...

    def refreshed(self, account: str) -> None:
        """A binding of the account lasts longer now; to be kept some time, nobody waits."""
        ...


class CredentialSource(Protocol):
    """Digest credentials; filled by the store, held in memory."""

    def ha1(self, account: str, algorithm: str) -> str | None:
        """HA1 in hex for `MD5` or `SHA-256` (RFC 7616 section 3.4.2), None if unknown."""
        ...
