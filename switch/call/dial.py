"""Ringing others for a caller, and the talk with whoever answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from base.instant import Timer
from media.contract import PlaybackFinished, Track
from switch import events as e
from switch.application import DialEnded, DialOutcome, DialPlan
from switch.call.fork import Fork
from switch.call.hold import Conversation
from switch.call.outgoing import Attempt, Caller, OutgoingLeg

if TYPE_CHECKING:
    from switch.call.call import Call

_BUSY = frozenset({486, 600, 603})
_NOBODY = frozenset({408, 480, 487})


class Dial:
    """From `dial` to `DialEnded`: all targets at once, or one after the other.

    `timeout_s` is for each round. A caller who is not answered yet hears their own phone's
    ringback (180) and is answered with the target; one who is gets the plan's, or a tone.
    `tel:` and `trunk:` targets fail: there are no trunks in this version.
    """

    def __init__(self, call: Call, plan: DialPlan) -> None:
        self._call = call
        self._plan = plan
        self._exchange = call.exchange
        one_each = [(target,) for target in plan.targets]
        self._rounds = one_each if plan.one_by_one else [plan.targets]
        self._statuses: list[int] = []
        self._fork: Fork | None = None
        self._timer: Timer | None = None
        self._leg: OutgoingLeg | None = None
        self._conversation: Conversation | None = None
        self._over = False

    def begin(self) -> None:
        """Ring."""
        if self._call.caller.answered:
            self._call.start_play(self._plan.ringback or (self._exchange.ringback(),), loop=True)
        self._next_round()

    def cancel(self) -> None:
        """Stop ringing; ignored while somebody talks."""
        if self._conversation is None:
            self._finish(DialOutcome.NO_ANSWER)

    def close(self) -> None:
        """The caller is gone."""
        self._over = True
        self._stop_ringing()
        self._part()

    def digit(self, digit: str) -> bool:
        """Keys go to the application."""
        del digit
        return False

    def playback(self, event: PlaybackFinished) -> bool:
        """Nothing follows a ringback."""
        del event
        return False

    def fork_ringing(self, leg: OutgoingLeg) -> None:
        """Let the caller's phone ring back."""
        self._call.caller.ring()

    def fork_won(self, leg: OutgoingLeg) -> None:
        """Let the two speak."""
        self._clear_timer()
        leg.owner = self
        self._leg = leg
        media = self._call.media()
        music = self._exchange.music("")
        self._conversation = Conversation(self._exchange, self._call.id, media, leg.media, music)
        self._call.recorder.join(Track.AGENT, leg.media.session)
        self._exchange.queues.account_engaged(leg.attempt.account, True)
        self._exchange.emit(e.LegWasAnswered(self._call.id, leg.id or "", leg.attempt.target))

    def fork_lost(self, statuses: Sequence[int]) -> None:
        """This round came to nothing."""
        self._statuses.extend(statuses)
        self._next_round()

    def leg_ringing(self, leg: OutgoingLeg) -> None:
        """A leg that talks does not ring."""

    def leg_answered(self, leg: OutgoingLeg) -> None:
        """A leg that talks was answered before."""

    def leg_held(self, leg: OutgoingLeg, held: bool) -> None:
        """The other phone pressed hold, or took the caller back."""
        if self._conversation is None:
            return
        if held:
            self._conversation.hold("phone")
        else:
            self._conversation.resume("phone")

    def leg_over(self, leg: OutgoingLeg, status: int) -> None:
        """The other side hung up; the caller goes on."""
        self._part()
        self._finish(DialOutcome.ANSWERED_AND_FINISHED, leg.attempt.target)

    def _next_round(self) -> None:
        self._clear_timer()
        if self._over:
            return
        if not self._rounds:
            self._finish(_outcome(self._statuses))
            return
        targets = self._rounds.pop(0)
        attempts = [attempt for target in targets for attempt in self._attempts(target)]
        self._timer = self._exchange.timers.call_later(self._plan.timeout_s, self._timed_out)
        self._fork = Fork(self._exchange, self, self._invited)
        self._fork.ring(attempts, self._caller())

    def _attempts(self, target: str) -> list[Attempt]:
        kind, _, name = target.partition(":")
        account = ""
        if kind == "ext":
            account = name
        elif kind == "agent":
            extension = self._exchange.directory.extension_of(name)
            account = "" if extension is None else extension.number
        contacts = self._exchange.locations.contacts(account) if account else []
        return [Attempt(target, account, contact) for contact in contacts]

    def _caller(self) -> Caller:
        known = self._call.caller_id
        if self._plan.caller_id is None:
            return known
        return Caller(known.call, self._plan.caller_id, "")

    def _timed_out(self) -> None:
        self._timer = None
        self._statuses.append(408)
        if self._fork is not None:
            self._fork.cancel()
        self._next_round()

    def _finish(self, outcome: DialOutcome, target: str | None = None) -> None:
        if self._over:
            return
        self._over = True
        self._stop_ringing()
        self._call.activity_over(self)
        self._call.quiet()
        self._call.deliver(DialEnded(outcome, target))

    def _part(self) -> None:
        leg, self._leg = self._leg, None
        if leg is None or self._conversation is None:
            return
        self._call.recorder.part(Track.AGENT)
        self._call.talked_s += self._conversation.end()
        self._conversation = None
        leg.end()
        self._exchange.queues.account_engaged(leg.attempt.account, False)

    def _stop_ringing(self) -> None:
        self._clear_timer()
        if self._fork is not None and self._leg is None:
            self._fork.cancel()

    def _clear_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _invited(self, leg: OutgoingLeg) -> None:
        if leg.id is not None:
            self._exchange.emit(e.LegInvited(self._call.id, leg.id, leg.attempt.target))


def _outcome(statuses: Sequence[int]) -> DialOutcome:
    if any(status in _BUSY for status in statuses):
        return DialOutcome.BUSY
    if any(status in _NOBODY for status in statuses):
        return DialOutcome.NO_ANSWER
    return DialOutcome.FAILED
