"""The leg of the caller: answered by us, anchored here until it ends."""

from __future__ import annotations

import contextlib
from typing import Protocol

from media.contract import DigitHeard, MediaEvent, MediaTimedOut, PlaybackFinished, RemoteMedia
from switch.call.exchange import Exchange
from switch.call.media import LegMedia
from switch.call.outgoing import answered_late, reoffered
from switch.call.states import CALLER, LegState, Step
from switch.sdp.errors import SdpRejectedError
from switch.signalling import (
    DigitsSignalled,
    IncomingInvite,
    LegAnswered,
    LegEnded,
    LegEvent,
    LegReoffered,
    LegRinging,
    OfferAnswered,
)


class CallerOwner(Protocol):
    """The call, as its caller's leg sees it."""

    def caller_confirmed(self) -> None: ...

    def caller_digit(self, digit: str) -> None: ...

    def caller_playback(self, event: PlaybackFinished) -> None: ...

    def caller_silent(self) -> None:
        """No media although there should be some."""
        ...

    def caller_unusable(self) -> None:
        """The ACK brought an answer that cannot be used."""
        ...

    def caller_over(self, event: LegEnded) -> None: ...


class CallerLeg:
    """The caller's leg and its media.

    Raises `PortsExhaustedError` when no session can be had and `SdpRejectedError` when the
    offer has nothing for us; nothing is left open then.
    """

    def __init__(self, exchange: Exchange, invite: IncomingInvite) -> None:
        self._exchange = exchange
        self._invite = invite
        self._state = LegState.NEW
        self._owner: CallerOwner | None = None
        self._keys_by_rtp = False
        self.media = LegMedia(exchange, self, invite.source[0])
        self._agreed: RemoteMedia | None = None
        try:
            self._sdp = self._first_sdp(invite.offer)
        except SdpRejectedError:
            self.media.close()
            raise

    def belongs_to(self, owner: CallerOwner) -> None:
        """Tell `owner` from now on."""
        self._owner = owner

    @property
    def answered(self) -> bool:
        """Whether we sent 200 and nobody has hung up."""
        return self._state in (LegState.ANSWERED, LegState.UP)

    @property
    def open(self) -> bool:
        """Whether anything can still be done with it."""
        return self._state not in (LegState.ENDING, LegState.ENDED)

    def ring(self) -> bool:
        """Send 180 once."""
        if not self._step(Step.RING):
            return False
        self._exchange.signalling.ring(self._invite.leg)
        return True

    def answer(self) -> bool:
        """Send 200 once; True when this call did it."""
        if not self._step(Step.ANSWER):
            return False
        if self._agreed is not None:
            # An address that was fine in the offer is fine now; else the media timeout ends it.
            with contextlib.suppress(SdpRejectedError):
                self.media.agree(self._agreed)
        self._exchange.signalling.answer(self._invite.leg, self._sdp)
        return True

    def end(self, status: int, reason: str = "") -> None:
        """BYE, or a final answer with `status`; the media is gone at once. Idempotent."""
        answered = self.answered
        if not self._step(Step.END):
            return
        self.media.close()
        if answered:
            self._exchange.signalling.end(self._invite.leg, reason)
        else:
            self._exchange.signalling.reject(self._invite.leg, status, reason)

    def leg_event(self, event: LegEvent) -> None:
        """What the leg tells."""
        owner = self._owner
        match event:
            case LegAnswered():
                self._confirmed(event)
            case LegReoffered():
                if self.answered:
                    reoffered(self._exchange, self.media, event)
                else:
                    self._exchange.signalling.refuse_offer(event.leg)
            case OfferAnswered():
                answered_late(self.media, event.sdp)
            case DigitsSignalled() if owner is not None and self.open:
                # A phone that sends keys both ways pressed each only once.
                for digit in "" if self._keys_by_rtp else event.digits:
                    owner.caller_digit(digit)
            case LegEnded():
                if self._step(Step.GONE):
                    if owner is not None:
                        owner.caller_over(event)
                    self.media.close()
            case LegRinging() | DigitsSignalled():
                pass

    def media_event(self, event: MediaEvent) -> None:
        """What the caller's session tells."""
        if self._owner is None or not self.open:
            return
        match event:
            case DigitHeard():
                self._keys_by_rtp = True
                self._owner.caller_digit(event.digit)
            case PlaybackFinished():
                self._owner.caller_playback(event)
            case MediaTimedOut() if self.answered and self.media.sends:
                self._owner.caller_silent()

    def _first_sdp(self, offer: bytes | None) -> bytes:
        if offer is None:
            return self.media.offer()
        sdp, self._agreed = self.media.answer(offer)
        return sdp

    def _confirmed(self, event: LegAnswered) -> None:
        if not self._step(Step.CONFIRM):
            return
        if self._agreed is None:
            try:
                self.media.accept(event.sdp or b"")
            except SdpRejectedError:
                if self._owner is not None:
                    self._owner.caller_unusable()
                return
        if self._owner is not None:
            self._owner.caller_confirmed()

    def _step(self, step: Step) -> bool:
        state = CALLER.get((self._state, step))
        if state is None:
            return False
        self._state = state
        return True
