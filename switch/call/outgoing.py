"""A leg that we invite: to an agent's phone or to a dialled target."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from media.contract import DigitHeard, MediaEvent, MediaTimedOut
from switch import events as e
from switch.call.exchange import Exchange
from switch.call.media import LegMedia
from switch.call.states import OUTGOING, LegState, Step
from switch.sdp.errors import SdpRejectedError
from switch.signalling import (
    Contact,
    Destination,
    DigitsSignalled,
    LegAnswered,
    LegEnded,
    LegEvent,
    LegId,
    LegReoffered,
    LegRinging,
    OfferAnswered,
)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One phone to ring: the target as a plan or an offer named it, and where it is."""

    target: str
    account: str
    contact: Contact


@dataclass(frozen=True, slots=True)
class Caller:
    """What the phone that rings is told."""

    call: str
    number: str
    name: str


class LegOwner(Protocol):
    """Who waits for a leg, or talks through it."""

    def leg_ringing(self, leg: OutgoingLeg) -> None: ...

    def leg_answered(self, leg: OutgoingLeg) -> None: ...

    def leg_held(self, leg: OutgoingLeg, held: bool) -> None:
        """The phone put us on hold, or took us back (RFC 3264 section 8.4)."""
        ...

    def leg_over(self, leg: OutgoingLeg, status: int) -> None:
        """The far end is gone or cannot be heard; its session is still open. Told once, and not
        after `end`."""
        ...


class OutgoingLeg:
    """One INVITE that we sent, and its media.

    Raises `PortsExhaustedError` when no session can be had.
    """

    def __init__(
        self, exchange: Exchange, owner: LegOwner, attempt: Attempt, caller: Caller
    ) -> None:
        self._exchange = exchange
        self._caller = caller
        self._state = LegState.NEW
        self._early: list[LegEvent] | None = []
        self.owner = owner
        self.attempt = attempt
        self.media = LegMedia(exchange, self, attempt.contact.address[0])
        self.id: LegId | None = None

    def invite(self) -> LegId:
        """Send the INVITE; the owner hears nothing before `started`."""
        contact = self.attempt.contact
        headers: Mapping[str, str] = {"X-Segue-Call": self._caller.call}
        self.id = self._exchange.signalling.invite(
            self,
            Destination(contact.uri, contact.address),
            caller=self._caller.number,
            caller_name=self._caller.name,
            offer=self.media.offer(),
            headers=headers,
            account=self.attempt.account,
        )
        self._exchange.legs += 1
        if self._state is LegState.ENDING:
            # The caller hung up while the INVITE was being sent.
            self._exchange.signalling.end(self.id)
        return self.id

    def started(self) -> None:
        """Let the owner hear what happened since, and from now on at once."""
        early, self._early = self._early, None
        for event in early or ():
            self._take(event)

    def end(self, reason: str = "") -> None:
        """CANCEL or BYE, whatever fits; the media is gone at once. Idempotent."""
        if self._step(Step.END):
            self.media.close()
            if self.id is not None:
                self._exchange.signalling.end(self.id, reason)

    def leg_event(self, event: LegEvent) -> None:
        """What the leg tells."""
        if self._early is None:
            self._take(event)
        else:
            self._early.append(event)

    def media_event(self, event: MediaEvent) -> None:
        """A phone that is silent although it should not be has gone away."""
        match event:
            case MediaTimedOut() if self._state is LegState.UP and self.media.sends:
                self.owner.leg_over(self, 408)
                self.end("media timeout")
            case DigitHeard():
                pass  # The bridge carries an agent's keys to the caller.

    def _take(self, event: LegEvent) -> None:
        match event:
            case LegRinging():
                if self._step(Step.RING):
                    self.owner.leg_ringing(self)
            case LegAnswered():
                self._answered(event)
            case LegReoffered():
                self._reoffered(event)
            case LegEnded():
                self._ended(event)
            case OfferAnswered():
                self._watch_hold(lambda: answered_late(self.media, event.sdp))
            case DigitsSignalled():
                pass

    def _answered(self, event: LegAnswered) -> None:
        if self._state is LegState.ENDING:
            # The 200 crossed our CANCEL (RFC 3261 section 9.1): say again that it is over.
            self._exchange.signalling.end(event.leg)
        elif self._step(Step.CONFIRM):
            try:
                self.media.accept(event.sdp or b"")
            except SdpRejectedError:
                self.end("no common media")
                self.owner.leg_over(self, 488)
                return
            self.owner.leg_answered(self)

    def _reoffered(self, event: LegReoffered) -> None:
        signalling = self._exchange.signalling
        if self._state is not LegState.UP:
            signalling.refuse_offer(event.leg)
            return
        self._watch_hold(lambda: reoffered(self._exchange, self.media, event))

    def _watch_hold(self, negotiate: Callable[[], None]) -> None:
        before = self.media.sends
        negotiate()
        if self.media.sends != before:
            self.owner.leg_held(self, not self.media.sends)

    def _ended(self, event: LegEnded) -> None:
        asked = self._state is LegState.ENDING
        if not self._step(Step.GONE):
            return
        self._exchange.legs -= 1
        self._exchange.emit(
            e.LegWasEnded(
                self._caller.call, event.leg, self.attempt.target, event.status, event.by_peer
            )
        )
        if not asked:
            self.owner.leg_over(self, event.status)
        self.media.close()

    def _step(self, step: Step) -> bool:
        state = OUTGOING.get((self._state, step))
        if state is None:
            return False
        self._state = state
        return True


def reoffered(exchange: Exchange, media: LegMedia, event: LegReoffered) -> None:
    """Answer a re-INVITE locally, or refuse it: each leg negotiates for itself.

    A re-INVITE without an offer gets ours in the 200; its answer comes with the ACK.
    """
    if event.sdp is None:
        exchange.signalling.accept_offer(event.leg, media.offer())
        return
    try:
        sdp, remote = media.answer(event.sdp)
    except SdpRejectedError:
        exchange.signalling.refuse_offer(event.leg)
        return
    exchange.signalling.accept_offer(event.leg, sdp)
    with contextlib.suppress(SdpRejectedError):
        media.agree(remote)


def answered_late(media: LegMedia, sdp: bytes | None) -> None:
    """The ACK of a re-INVITE that asked us to offer brings the answer; a bad one is dropped."""
    if sdp is not None:
        with contextlib.suppress(SdpRejectedError):
            media.accept(sdp)
