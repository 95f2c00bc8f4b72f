"""A call's stay in a queue: waiting, the agent's phone, and the talk with the agent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from media.contract import PlaybackFinished, Track
from switch import events as e
from switch.application import (
    QueueAnnouncementDue,
    QueueConnected,
    QueueEntry,
    QueueLeft,
    QueueOutcome,
)
from switch.call.fork import Fork
from switch.call.hold import Conversation
from switch.call.outgoing import Attempt, OutgoingLeg
from switch.offer import Offer

if TYPE_CHECKING:
    from switch.call.call import Call

REFUSED_BY_AGENT = frozenset({486, 600, 603})


class QueueStay:
    """Fills `switch.queue.contact.WaitingCall`; from `enter_queue` to `QueueLeft`."""

    def __init__(self, call: Call, entry: QueueEntry) -> None:
        self._call = call
        self._entry = entry
        self._exchange = call.exchange
        self._music = entry.music or call.exchange.music(entry.queue)
        self._offer: Offer | None = None
        self._fork: Fork | None = None
        self._rang_at = 0.0
        self._leg: OutgoingLeg | None = None
        self._conversation: Conversation | None = None
        self._over = False
        self._unrecordable = False

    def begin(self) -> None:
        """Stand in line; the application hears `QueueLeft` when it is over."""
        self._call.media()
        self._call.recorder.queue = self._entry.queue
        if self._must_record and not self._call.recorder.reserve(self._policy):
            now_closed = e.QueueWasLeft(
                self._call.id, self._entry.queue, QueueOutcome.CLOSED.value, 0.0
            )
            self._exchange.emit(now_closed)
            self.queue_left(QueueOutcome.CLOSED, None)
            return
        self._exchange.queues.enter(self, self._entry)
        self._play_music()

    # The call's side

    def leave(self) -> None:
        """The application takes the caller out; ignored while an agent is there."""
        if self._conversation is None:
            self._exchange.queues.leave(self._call.id)

    def close(self) -> None:
        """The caller is gone."""
        if self._over:
            return
        if self._leg is not None:
            self._part("caller")
            return
        self._over = True
        self._exchange.queues.leave(self._call.id, gone=True)

    def digit(self, digit: str) -> bool:
        """Keys go to the application."""
        del digit
        return False

    def playback(self, event: PlaybackFinished) -> bool:
        """After an announcement the music goes on."""
        if event.play == self._call.last_play:
            self._play_music()
        return False

    # What the queue sees (`WaitingCall`)

    @property
    def call(self) -> str:
        """The call's id."""
        return self._call.id

    @property
    def caller(self) -> str:
        """The caller's number."""
        return self._call.facts.caller

    @property
    def case(self) -> str | None:
        """The case that the call belongs to."""
        return self._call.case

    def attach_case(self, case: str) -> None:
        """Somebody found out where the call belongs."""
        self._call.case = case

    @property
    def pop_context(self) -> Mapping[str, Any]:
        """What the flow and the match attached."""
        return self._call.pop_context

    @property
    def held(self) -> bool:
        """Whether the call is on hold."""
        return self._conversation is not None and self._conversation.held

    def ring_agent(self, offer: Offer) -> None:
        """Invite the agent's phones."""
        if self._over:
            return
        self._offer, self._rang_at = offer, self._exchange.clock.now().mono
        extension = self._exchange.directory.extension_of(offer.agent)
        account = "" if extension is None else extension.number
        contacts = self._exchange.locations.contacts(account) if account else []
        attempts = [Attempt(f"agent:{offer.agent}", account, contact) for contact in contacts]
        self._fork = Fork(self._exchange, self, self._invited)
        self._fork.ring(attempts, self._call.caller_id)

    def stop_agent(self, offer: Offer) -> None:
        """Cancel what rings for this offer."""
        if self._offer == offer:
            self._offer = None
            if self._fork is not None:
                self._fork.cancel()

    def announcement_due(self, position: int, wait_s: float) -> None:
        """Let the application say it."""
        self._call.deliver(QueueAnnouncementDue(position, wait_s))

    def queue_left(self, outcome: QueueOutcome, agent: str | None) -> None:
        """The stay is over; the application goes on, unless the caller is gone."""
        if self._unrecordable:
            outcome = QueueOutcome.CLOSED
        over, self._over = self._over, True
        self._call.activity_over(self)
        if not over:
            self._call.quiet()
            self._call.deliver(QueueLeft(outcome, agent))

    def hold(self, by: str) -> None:
        """The agent lets the caller wait."""
        if self._conversation is not None:
            self._conversation.hold(by)

    def resume(self, by: str) -> None:
        """The agent is back."""
        if self._conversation is not None:
            self._conversation.resume(by)

    def hang_up_agent(self) -> None:
        """The agent ends it at the desk; the caller goes on in the flow."""
        self._part("desk")

    # What the fork and the agent's leg tell

    def fork_ringing(self, leg: OutgoingLeg) -> None:
        """The caller hears music, not ringing."""

    def fork_won(self, leg: OutgoingLeg) -> None:
        """The agent answered: let the two speak."""
        offer, recorder = self._offer, self._call.recorder
        if offer is None or self._over:
            leg.end()
            return
        recorder.agent = offer.agent
        if self._records and not recorder.start(self._policy) and self._must_record:
            self._unrecordable = True
            leg.end("recording unavailable")
            self._exchange.queues.leave(self._call.id)
            return
        leg.owner = self
        self._leg = leg
        media = self._call.media()
        self._conversation = Conversation(
            self._exchange, self._call.id, media, leg.media, self._music
        )
        recorder.join(Track.AGENT, leg.media.session)
        rang = self._exchange.clock.now().mono - self._rang_at
        self._exchange.emit(
            e.AgentAnswered(self._call.id, offer.id, offer.agent, leg.id or "", rang)
        )
        self._exchange.queues.agent_answered(offer)
        self._call.deliver(QueueConnected(offer.agent))

    def fork_lost(self, statuses: Sequence[int]) -> None:
        """No phone took it: the next agent, please."""
        if self._offer is not None and not self._over:
            refused = any(status in REFUSED_BY_AGENT for status in statuses)
            self._exchange.queues.agent_failed(
                self._offer, "rejected" if refused else "unreachable"
            )

    def leg_ringing(self, leg: OutgoingLeg) -> None:
        """A leg that talks does not ring."""

    def leg_answered(self, leg: OutgoingLeg) -> None:
        """A leg that talks was answered before."""

    def leg_held(self, leg: OutgoingLeg, held: bool) -> None:
        """The agent pressed hold on the phone."""
        if held:
            self.hold("phone")
        else:
            self.resume("phone")

    def leg_over(self, leg: OutgoingLeg, status: int) -> None:
        """The agent hung up."""
        self._part("agent")

    # Private

    def _invited(self, leg: OutgoingLeg) -> None:
        if self._offer is not None and leg.id is not None:
            self._exchange.emit(
                e.AgentInvited(self._call.id, self._offer.id, self._offer.agent, leg.id)
            )

    def _part(self, by: str) -> None:
        leg, self._leg = self._leg, None
        if leg is None or self._conversation is None:
            return
        self._call.recorder.part(Track.AGENT)
        self._call.talked_s += self._conversation.end()
        self._conversation = None
        self._over = by == "caller"
        leg.end()
        self._exchange.queues.agent_finished(self._call.id, by)

    def _play_music(self) -> None:
        if not self._over and self._conversation is None and self._music:
            self._call.start_play(self._music, loop=True)

    @property
    def _records(self) -> bool:
        spec = self._exchange.directory.site.queues.get(self._entry.queue)
        return spec is not None and spec.record

    @property
    def _policy(self) -> str:
        spec = self._exchange.directory.site.queues.get(self._entry.queue)
        return "continue unrecorded" if spec is None else spec.when_unwritable

    @property
    def _must_record(self) -> bool:
        return self._records and self._policy == "refuse"
