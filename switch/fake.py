"""Signalling without SIP: legs in memory, whose far ends a test or a simulation plays.

    leg = signalling.call("6000", account="300")   # a phone calls us
    leg.ack()
    signalling.invited[-1].answer()                # the phone that we rang answers
    leg.hang_up()

It refuses what the user agent would refuse, and tells what it would tell, in the same order.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from base.errors import UsageError
from media.contract import Direction
from switch.sdp.negotiate import LocalMedia, make_answer, make_offer
from switch.signalling import (
    Contact,
    Destination,
    DigitsSignalled,
    IncomingInvite,
    InviteHandler,
    LegAnswered,
    LegEnded,
    LegEvent,
    LegId,
    LegListener,
    LegReoffered,
    LegRinging,
    OfferAnswered,
)

FAR_ADDRESS = "198.51.100.7"


class Phase(enum.Enum):
    """How far a leg has come."""

    OFFERED = "offered"
    """An INVITE without a final answer, ours or theirs."""
    ANSWERED = "answered"
    """Incoming, 200 sent, no ACK yet."""
    CONFIRMED = "confirmed"
    OVER = "over"


@dataclass(slots=True, eq=False)
class FakeLeg:
    """One leg, and the far end's buttons. `did` names what our side asked for, in order."""

    signalling: FakeSignalling
    id: LegId
    incoming: bool
    phase: Phase = Phase.OFFERED
    listener: LegListener | None = None
    did: list[str] = field(default_factory=list)
    destination: Destination | None = None
    caller: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    sdp: bytes = b""
    """The latest description that our side sent."""
    status: int | None = None
    """How the leg ended."""
    _untold: list[LegEvent] = field(default_factory=list)
    _port: int = 40000

    @property
    def over(self) -> bool:
        """Whether the leg has ended."""
        return self.phase is Phase.OVER

    def description(self, direction: Direction = Direction.SENDRECV) -> LocalMedia:
        """The far end's media."""
        return LocalMedia(FAR_ADDRESS, self._port, direction=direction)

    # The far end of a call to us.

    def ack(self, sdp: bytes | None = None) -> None:
        """ACK our 200."""
        if self.phase is Phase.ANSWERED:
            self.phase = Phase.CONFIRMED
            self.tell(LegAnswered(self.id, sdp))

    def cancel(self) -> None:
        """CANCEL; after our 200 it changes nothing (RFC 3261 section 9.2)."""
        if self.incoming and self.phase is Phase.OFFERED:
            self.finish(487, by_peer=True)

    # The far end of a call from us.

    def ring(self) -> None:
        """180."""
        self.tell(LegRinging(self.id, 180, None))

    def answer(self, sdp: bytes | None = None) -> None:
        """200; one that crosses our CANCEL is dealt with below the calls."""
        if self.phase is Phase.OFFERED and not self.incoming:
            self.phase = Phase.CONFIRMED
            body = make_answer(self.sdp, self.description()).sdp if sdp is None else sdp
            self.tell(LegAnswered(self.id, body))

    def refuse(self, status: int) -> None:
        """A final response other than 2xx."""
        if self.phase is Phase.OFFERED and not self.incoming:
            self.finish(status, by_peer=True)

    # Either.

    def hang_up(self) -> None:
        """BYE."""
        if self.phase in (Phase.ANSWERED, Phase.CONFIRMED):
            self.finish(200, by_peer=True)

    def reoffer(self, direction: Direction) -> None:
        """A re-INVITE with this direction, seen from the far end."""
        self.tell(LegReoffered(self.id, make_offer(self.description(direction))))

    def reoffer_empty(self, direction: Direction) -> None:
        """A re-INVITE without an offer; the ACK answers ours with this direction."""
        self.tell(LegReoffered(self.id, None))
        answer = make_answer(self.sdp, self.description(direction)).sdp
        self.tell(OfferAnswered(self.id, 200, answer))

    def keys(self, digits: str) -> None:
        """Keys by INFO."""
        self.tell(DigitsSignalled(self.id, digits))

    # What the fake does.

    def tell(self, event: LegEvent) -> None:
        """Tell the listener unless the leg is over; keep it until there is one."""
        if self.phase is not Phase.OVER:
            self._tell(event)

    def listen(self, listener: LegListener) -> None:
        """Tell from now on, and what was kept."""
        self.listener = listener
        untold, self._untold = self._untold, []
        for event in untold:
            listener.leg_event(event)

    def finish(self, status: int, *, by_peer: bool, reason: str = "") -> None:
        """The end, told once."""
        if self.phase is not Phase.OVER:
            self.phase, self.status = Phase.OVER, status
            self._tell(LegEnded(self.id, status, by_peer, reason))

    def need(self, *phases: Phase) -> None:
        """UsageError unless in one of `phases`."""
        if self.phase not in phases:
            raise UsageError(f"leg {self.id} is {self.phase.value}")

    def _tell(self, event: LegEvent) -> None:
        if self.listener is None:
            self._untold.append(event)
        else:
            self.listener.leg_event(event)


class FakeSignalling:
    """Fills `switch.signalling.Signalling`."""

    def __init__(self) -> None:
        self.handler: InviteHandler | None = None
        self.legs: dict[LegId, FakeLeg] = {}
        self.invited: list[FakeLeg] = []
        """Legs that we sent an INVITE for, in order."""
        self.on_invite: Callable[[FakeLeg], None] | None = None
        """Called from within `invite`, for what crosses it."""

    @property
    def open(self) -> int:
        """How many legs have not ended."""
        return sum(not leg.over for leg in self.legs.values())

    def call(
        self,
        called: str,
        *,
        account: str | None = None,
        caller: str = "13800138000",
        headers: Mapping[str, str] | None = None,
        delayed_offer: bool = False,
        offer: bytes | None = None,
    ) -> FakeLeg:
        """Somebody calls us."""
        leg = self._add(incoming=True)
        if offer is None and not delayed_offer:
            offer = make_offer(leg.description())
        invite = IncomingInvite(
            leg.id,
            f"{leg.id}@far",
            called,
            caller,
            "",
            account,
            (FAR_ADDRESS, 5060),
            offer,
            headers or {},
        )
        listener = self.handler.incoming(invite) if self.handler is not None else None
        if listener is not None:
            leg.listen(listener)
        else:
            leg.finish(404, by_peer=False)
        return leg

    # What calls ask.

    def ring(self, leg: LegId, sdp: bytes | None = None) -> None:
        self._did(leg, "ring", Phase.OFFERED)

    def answer(self, leg: LegId, sdp: bytes) -> None:
        found = self._did(leg, "answer", Phase.OFFERED)
        found.phase, found.sdp = Phase.ANSWERED, sdp

    def reject(self, leg: LegId, status: int, reason: str = "") -> None:
        self._did(leg, "reject", Phase.OFFERED).finish(status, by_peer=False, reason=reason)

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
        leg = self._add(incoming=False)
        leg.destination, leg.caller, leg.headers, leg.sdp = (
            destination,
            caller,
            headers or {},
            offer,
        )
        leg.listen(listener)
        self.invited.append(leg)
        if self.on_invite is not None:
            self.on_invite(leg)
        return leg.id

    def reoffer(self, leg: LegId, sdp: bytes) -> None:
        found = self._did(leg, "reoffer", Phase.ANSWERED, Phase.CONFIRMED)
        found.sdp = sdp
        found.tell(OfferAnswered(leg, 200, make_answer(sdp, found.description()).sdp))

    def accept_offer(self, leg: LegId, sdp: bytes) -> None:
        self._did(leg, "accept_offer", Phase.CONFIRMED).sdp = sdp

    def refuse_offer(self, leg: LegId, status: int = 488) -> None:
        self._did(leg, "refuse_offer", Phase.CONFIRMED)

    def end(self, leg: LegId, reason: str = "", status: int = 487) -> None:
        found = self.legs[leg]
        if not found.over:
            found.did.append("end")
            early = found.phase is Phase.OFFERED
            found.finish(status if early else 200, by_peer=False, reason=reason)

    def _add(self, *, incoming: bool) -> FakeLeg:
        number = len(self.legs) + 1
        leg = FakeLeg(self, LegId(f"leg{number}"), incoming, _port=40000 + 2 * number)
        self.legs[leg.id] = leg
        return leg

    def _did(self, leg: LegId, what: str, *phases: Phase) -> FakeLeg:
        found = self.legs[leg]
        found.need(*phases)
        found.did.append(what)
        return found


class FakeLocations:
    """Fills `LocationStore`."""

    def __init__(self) -> None:
        self.bindings: dict[str, list[Contact]] = {}

    def register(self, account: str, host: str = FAR_ADDRESS) -> None:
        """A phone of this account is there."""
        uri = f"sip:{account}@{host}"
        self.bindings.setdefault(account, []).append(Contact(uri, (host, 5060), float("inf")))

    def contacts(self, account: str) -> list[Contact]:
        return self.bindings.get(account, [])
