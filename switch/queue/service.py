"""Queues and agents of this node: the allocator, driven by time, pages, phones and calls."""

from __future__ import annotations

import logging
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from base.errors import UsageError
from base.events import Event, EventSink
from base.ids import IdSource, ulid
from base.instant import Clock, Instant, Timer, Timers
from switch import events as e
from switch.application import QueueEntry
from switch.directory import Directory
from switch.offer import Offer, OfferPresenter, Presence
from switch.queue import messages as m
from switch.queue.allocator import Allocator
from switch.queue.contact import AgentCall, QueueState, WaitingCall, WrapUp
from switch.queue.evidence import evidence
from switch.queue.floor import EXTENSIONS
from switch.queue.presence import ASKED
from switch.queue.view import agent_call, queue_states
from switch.site import SwitchSite

_log = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class _Stay:
    call: WaitingCall
    entry: QueueEntry
    offer: Offer | None = None
    abandoned: bool = False
    connected: Instant | None = None


class Queues:
    """Fills `switch.offer.Desk`, and is where calls enter queues.

    Everything is synchronous. What comes in while outputs are being carried out waits its turn,
    so nobody ever sees the allocator between two states.
    """

    def __init__(
        self,
        site: SwitchSite,
        presenter: OfferPresenter,
        *,
        clock: Clock,
        timers: Timers,
        sink: EventSink,
        ids: IdSource,
    ) -> None:
        self._directory = Directory(site)
        self._presenter = presenter
        self._clock = clock
        self._timers = timers
        self._sink = sink
        self._ids = ids
        self._allocator = Allocator(site.queues)
        self._inbox: deque[m.Input] = deque()
        self._working = False
        self._timer: tuple[float, Timer] | None = None
        self._stays: dict[str, _Stay] = {}
        self._since: dict[str, float] = {}
        self._wrap_ups: dict[str, WrapUp] = {}
        self._engaged: Counter[str] = Counter()
        self.ignored_acknowledgements: Counter[str] = Counter()
        """How many acknowledgements changed nothing, by reason."""

    def reload(self, site: SwitchSite) -> None:
        """Take a new site; contacts of a queue that is gone leave as `CLOSED`."""
        self._directory = Directory(site)
        self._feed(m.Configure(site.queues))

    # Calls

    def enter(self, call: WaitingCall, entry: QueueEntry) -> None:
        """Queue a call; `WaitingCall.queue_left` follows, maybe before this returns."""
        now = self._clock.now()
        self._stays[call.call] = _Stay(call, entry)
        self._feed(
            m.Enter(
                call.call,
                ulid(self._ids, now.wall),
                entry.queue,
                entry.skills,
                entry.priority,
                entry.agent,
                entry.agent_wait_s,
                entry.max_wait_s,
                entry.max_length,
                entry.announce_every_s,
            )
        )

    def leave(self, call: str, *, gone: bool = False) -> None:
        """Take a call out; `gone` when the caller hung up. Ignored while an agent has it."""
        stay = self._stays.get(call)
        if stay is not None:
            stay.abandoned = gone
            self._feed(m.Leave(call))

    def agent_answered(self, offer: Offer) -> None:
        """The agent's phone answered and the two are bridged."""
        self._feed(m.Answered(offer.agent, offer.id, offer.epoch))

    def agent_failed(self, offer: Offer, reason: str) -> None:
        """The agent's phone did not take it: `rejected` or `unreachable`."""
        self._feed(m.Failed(offer.agent, offer.id, offer.epoch, reason))

    def agent_finished(self, call: str, by: str) -> None:
        """Agent and caller have parted; `by` is `agent`, `caller` or `desk`."""
        stay = self._stays.get(call)
        if stay is None or stay.connected is None or stay.offer is None:
            return
        talked = self._clock.now().mono - stay.connected.mono
        self._emit(e.AgentFinished(call, stay.offer.agent, talked, by))
        self._feed(m.Finished(call))

    # Phones

    def device_reachable(self, agent: str, reachable: bool) -> None:
        """Whether the agent's phone is registered."""
        self._feed(m.DeviceReachable(agent, reachable))

    def account_reachable(self, account: str, reachable: bool) -> None:
        """The same by SIP account; one where no agent sits is ignored."""
        agent = self._directory.agent_at(account)
        if agent is not None:
            self.device_reachable(agent, reachable)

    def account_engaged(self, account: str | None, engaged: bool) -> None:
        """`device_engaged` by SIP account; one where no agent sits is ignored."""
        agent = self._directory.agent_at(account)
        if agent is not None:
            self.device_engaged(agent, engaged)

    def device_engaged(self, agent: str, engaged: bool) -> None:
        """The agent's phone began or ended a call that no queue gave it."""
        self._engaged[agent] += 1 if engaged else -1
        self._feed(m.DeviceEngaged(agent, self._engaged[agent] > 0))
        if not self._engaged[agent]:
            del self._engaged[agent]

    # Desk

    def pop_received(self, agent: str, offer: str, epoch: int) -> None:
        """The page has the pop; only painting it counts."""
        _log.debug("pop received agent=%s offer=%s epoch=%d", agent, offer, epoch)

    def pop_rendered(self, agent: str, offer: str, epoch: int, *, hidden: bool) -> None:
        """The page has painted it."""
        self._feed(m.Rendered(agent, offer, epoch, hidden))

    def page_opened(self, agent: str) -> None:
        """A page of this agent is connected."""
        self._feed(m.PageOpened(agent))

    def page_closed(self, agent: str) -> None:
        """A page of this agent is gone."""
        self._feed(m.PageClosed(agent))

    def set_presence(self, agent: str, presence: Presence, reason: str = "") -> None:
        """AVAILABLE, BREAK or OFFLINE; asked for during a call it takes effect after it."""
        if presence not in ASKED:
            raise UsageError(f"presence {presence.value} cannot be asked for")
        self._feed(m.AskPresence(agent, presence, reason))

    def presence(self, agent: str) -> tuple[Presence, str, float]:
        """State, reason, and since when (wall clock; 0.0 for one who never logged in)."""
        state = self._allocator.agent(agent)
        return state.presence, state.reason, self._since.get(agent, 0.0)

    def finish_wrap_up(self, agent: str) -> None:
        """Wrap-up is done."""
        self._feed(m.FinishWrapUp(agent))

    def extend_wrap_up(self, agent: str, call: str, reason: str) -> WrapUp | None:
        """More time to write up `call`; None when it is over, or was extended often enough."""
        before = self._wrap_ups.get(agent)
        self._feed(m.ExtendWrapUp(agent, call, reason))
        after = self._wrap_ups.get(agent)
        return after if after != before else None

    def attach_case(self, call: str, case: str) -> None:
        """The call belongs to this case from now on; one that is over is ignored."""
        stay = self._stays.get(call)
        if stay is not None:
            stay.call.attach_case(case)

    def hold(self, agent: str) -> None:
        """Hold the agent's call; nothing happens when there is none."""
        stay = self._talking(agent)
        if stay is not None:
            stay.call.hold("desk")

    def resume(self, agent: str) -> None:
        """Take the agent's call back; nothing happens when there is none."""
        stay = self._talking(agent)
        if stay is not None:
            stay.call.resume("desk")

    def hang_up(self, agent: str) -> None:
        """End the agent's part of the call; an offer that rings is rejected."""
        stay = self._stay_of(agent)
        if stay is not None and stay.connected is not None:
            stay.call.hang_up_agent()
        elif stay is not None and stay.offer is not None:
            self.agent_failed(stay.offer, "rejected")

    # What the desk reads

    def queue_states(self) -> list[QueueState]:
        """All queues as they are now."""
        return queue_states(self._allocator, self._clock.now())

    def offer_of(self, agent: str) -> Offer | None:
        """The offer that an agent has now: shown, ringing or talking."""
        stay = self._stay_of(agent)
        return None if stay is None else stay.offer

    def call_of(self, agent: str) -> AgentCall | None:
        """The call that an agent's phone has, or that rings it."""
        stay = self._stay_of(agent)
        if stay is None:
            return None
        return agent_call(self._allocator, agent, stay.call, self._clock.now())

    def wrap_up_of(self, agent: str) -> WrapUp | None:
        """What the agent is writing up."""
        return self._wrap_ups.get(agent)

    def waiting(self) -> int:
        """How many calls are in queues or with agents; 0 when nothing leaks."""
        return len(self._stays)

    # Driving the allocator

    def _feed(self, event: m.Input) -> None:
        self._inbox.append(event)
        if self._working:
            return
        self._working = True
        try:
            while self._inbox:
                now = self._clock.now()
                for out in self._allocator.handle(self._inbox.popleft(), now.mono):
                    self._take(out, now)
        finally:
            self._working = False
        self._arm()

    def _arm(self) -> None:
        due = self._allocator.next_wake()
        if self._timer is not None:
            if self._timer[0] == due:
                return
            self._timer[1].cancel()
            self._timer = None
        if due is not None:
            delay = max(0.0, due - self._clock.now().mono)
            self._timer = (due, self._timers.call_later(delay, self._wake))

    def _wake(self) -> None:
        self._timer = None
        self._feed(m.Wake())

    def _take(self, out: m.Output, now: Instant) -> None:
        # Books, log, effects: who hears of an event reads the books as they are after it.
        event = self._evidence(out)
        effect = self._book(out, now)
        if event is not None:
            self._sink.emit(event, now)
        if effect is None:
            return
        try:
            effect()
        except Exception:
            # One call's or one page's defect must not keep the others waiting; the ring
            # time-out brings back an offer that was lost by it.
            _log.exception("queue output failed: %s", type(out).__name__)

    def _book(self, out: m.Output, now: Instant) -> Callable[[], None] | None:
        match out:
            case m.PresentOffer():
                return partial(self._presenter.present, self._offer(out))
            case m.RingAgent():
                stay = self._stays[out.contact]
                return None if stay.offer is None else partial(stay.call.ring_agent, stay.offer)
            case m.OfferEnded():
                return self._offer_ended(out)
            case m.Connected():
                self._stays[out.contact].connected = now
            case m.ContactLeft():
                return self._left(out)
            case m.AnnouncementDue():
                call = self._stays[out.contact].call
                return partial(call.announcement_due, out.position, out.wait_s)
            case m.AcknowledgementIgnored():
                self.ignored_acknowledgements[out.why] += 1
                _log.info("acknowledgement ignored: %s", out)
            case m.PresenceIs():
                self._since[out.agent] = now.wall
                if out.presence is not Presence.WRAP_UP:
                    self._wrap_ups.pop(out.agent, None)
            case m.WrapUpStarted():
                started = self._wrap_ups[out.agent]
                until = now.wall + out.seconds
                self._wrap_ups[out.agent] = replace(started, until=until, extensions=EXTENSIONS)
            case m.WrapUpExtended():
                known = self._wrap_ups[out.agent]
                until = known.until + out.seconds
                self._wrap_ups[out.agent] = replace(known, until=until, extensions=out.left)
            case m.Entered() | m.PopAcknowledgedNow() | m.PopMissed():
                pass  # Only the log hears of these.
        return None

    def _evidence(self, out: m.Output) -> Event | None:
        contact = getattr(out, "contact", None)
        stay = None if contact is None else self._stays.get(contact)
        if stay is None:
            return evidence(out)
        return evidence(out, stay.call.case, abandoned=stay.abandoned)

    def _offer(self, out: m.PresentOffer) -> Offer:
        stay = self._stays[out.contact]
        call = stay.call
        stay.offer = Offer(
            out.offer,
            out.epoch,
            out.queue,
            out.agent,
            out.contact,
            call.case,
            call.caller,
            out.waited_s,
            stay.entry.pop,
            call.pop_context,
        )
        return stay.offer

    def _offer_ended(self, out: m.OfferEnded) -> Callable[[], None] | None:
        stay = self._stays[out.contact]
        offer, stay.offer = stay.offer, None
        if offer is None:
            return None

        def stop() -> None:
            stay.call.stop_agent(offer)
            self._presenter.withdraw(offer, out.reason)

        return stop

    def _left(self, out: m.ContactLeft) -> Callable[[], None]:
        stay = self._stays.pop(out.contact)
        if out.agent is not None:
            self._wrap_ups[out.agent] = WrapUp(out.contact, stay.call.case, 0.0)
        return partial(stay.call.queue_left, out.outcome, out.agent)

    def _stay_of(self, agent: str) -> _Stay | None:
        contact = self._allocator.agent(agent).contact
        return None if contact is None else self._stays.get(contact.id)

    def _talking(self, agent: str) -> _Stay | None:
        stay = self._stay_of(agent)
        return stay if stay is not None and stay.connected is not None else None

    def _emit(self, event: Event) -> None:
        self._sink.emit(event, self._clock.now())
