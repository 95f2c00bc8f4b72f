"""The pages kept true: what the log tells of agents, calls and queues becomes messages.

A record only marks an agent; what is sent is the difference between the agent's picture now and
the one sent last, taken when the switch is at rest. So no order of events can show a half change.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo
from typing import Final

from base.events import EventSink
from base.instant import Clock, Timers
from desk.connections import Json, Page, Pages
from desk.ports import Queues
from desk.presenter import Presenter
from handoff.moments import rfc3339
from handoff.service import Handoffs
from records.contract import Record
from records.folds.agents import AgentDay, AgentDays
from switch.offer import Offer, Presence
from switch.queue.contact import AgentCall, WrapUp

QUEUES_EVERY_S: Final = 0.25

_OF_AGENT: Final = frozenset(
    {"queue.offered", "queue.offer_ended", "agent.invited", "agent.answered", "agent.finished",
     "presence.changed", "wrapup.extended"}
)  # fmt: skip
_OF_CALL: Final = frozenset({"call.held", "call.resumed", "call.ended", "context.matched"})
_OF_QUEUE: Final = frozenset({"queue.entered", "queue.left", "queue.offered", "queue.offer_ended"})


@dataclass(frozen=True, slots=True)
class Shown:
    """What the call bar shows of a call."""

    call: str
    state: str
    recording: bool
    case: str | None
    customer: str | None


@dataclass(frozen=True, slots=True)
class Picture:
    """What an agent's pages show besides the pop."""

    presence: tuple[Presence, str]
    call: Shown | None
    wrap_up: WrapUp | None
    today: AgentDay


class LiveDesk:
    """Pages, offers and the agents' pictures of a node.

    `switch.offer.OfferPresenter` is filled by `presenter`; `attach(queues)` comes before the
    first page. Subscribe `hear` to the log and `case_changed` to the handoffs.
    """

    def __init__(
        self,
        handoffs: Handoffs,
        sink: EventSink,
        clock: Clock,
        timers: Timers,
        zone: tzinfo = UTC,
    ) -> None:
        self.pages = Pages()
        self.presenter = Presenter(self.pages, handoffs, sink, clock)
        self.agent_days = AgentDays(zone)
        self._handoffs = handoffs
        self._clock = clock
        self._timers = timers
        self._queues: Queues | None = None
        self._pictures: dict[str, Picture] = {}
        self._agent_of: dict[str, str] = {}
        self._recording: set[str] = set()
        self._marked: set[str] = set()
        self._changed_cases: set[str] = set()
        self._pending: set[Callable[[], None]] = set()

    def attach(self, queues: Queues) -> None:
        """The queues whose agents these are."""
        self._queues = queues

    @property
    def queues(self) -> Queues:
        """The queues; `attach` must have come before."""
        assert self._queues is not None  # noqa: S101 - a defect of the composition root
        return self._queues

    # What is heard.

    def hear(self, record: Record) -> None:
        """A record of the log: at once, cheap, nothing is sent here."""
        self.agent_days.apply(record)
        if record.kind in ("recording.started", "recording.stopped"):
            self._recorded(record)
        if record.kind in _OF_QUEUE:
            self._later(QUEUES_EVERY_S, self._send_queues)
        if record.kind in _OF_AGENT and record.agent is not None:
            if record.call is not None:
                self._agent_of[record.call] = record.agent
            self._mark(record.agent)
        if record.kind in _OF_CALL and record.call in self._agent_of:
            self._mark(self._agent_of[record.call])
        if record.kind == "call.ended" and record.call is not None:
            self._agent_of.pop(record.call, None)
            self._recording.discard(record.call)

    def case_changed(self, case: str) -> None:
        """A case changed: the pages that show it get it again, once for many changes."""
        if self.presenter.showing(case):
            self._changed_cases.add(case)
            self._later(0.0, self._send_cases)

    # What is told.

    def open(self, page: Page) -> bool:
        """A page is there: it gets the snapshot first; False when the agent has too many."""
        if not self.pages.add(page):
            return False
        page.send(self.snapshot(page))
        self._pictures[page.agent] = self._picture(page.agent)
        self.queues.page_opened(page.agent)
        return True

    def close(self, page: Page) -> None:
        """The page is gone."""
        self.pages.remove(page)
        if not self.pages.of(page.agent):
            self._pictures.pop(page.agent, None)
        self.queues.page_closed(page.agent)

    def speak(self, page: Page, language: str) -> None:
        """The page is read in another language: what the server words is sent again."""
        if language == page.viewer.language:
            return
        page.viewer = replace(page.viewer, language=language)
        offer = self.presenter.offer_of(page.agent)
        if offer is not None:
            page.send(self.presenter.case_message(offer, page.viewer))

    def snapshot(self, page: Page) -> Json:
        """All that a page needs to be right."""
        agent, now = page.agent, self._clock.now()
        offer = self.presenter.offer_of(agent)
        call = self.queues.call_of(agent)
        return {
            "type": "snapshot",
            "agent": agent,
            "presence": self.presence(agent),
            "queues": self._queue_lines(),
            "offer": self.presenter.message(offer, page.viewer) if offer else None,
            "call": self._call(call) if call else None,
            "wrapup": self._wrap_up(self.queues.wrap_up_of(agent)),
            "today": self._today(self.agent_days.today(agent, now.wall)),
            "now": rfc3339(now.wall),
        }

    @staticmethod
    def _today(day: AgentDay) -> Json:
        return {"calls": day.calls, "handling_s": round(day.handling_s, 1)}

    def presence(self, agent: str) -> Json:
        """`presence`, `reason`, `since`."""
        presence, reason, since = self.queues.presence(agent)
        since = since or self._clock.now().wall
        return {"presence": presence.value, "reason": reason, "since": rfc3339(since)}

    def _send_agents(self) -> None:
        marked, self._marked = self._marked, set()
        for agent in marked:
            self._send_agent(agent)

    def _send_agent(self, agent: str) -> None:
        before, after = self._pictures.get(agent), self._picture(agent)
        self._let_go(agent, after)
        if before is None:  # no page: the next one begins with a snapshot
            return
        self._pictures[agent] = after
        if before.presence != after.presence:
            self.pages.broadcast(agent, {"type": "presence", **self.presence(agent)})
        if before.call != after.call:
            self._send_call(agent, before)
        if before.wrap_up != after.wrap_up:
            self._send_wrap_up(agent, before.wrap_up, after.wrap_up)
        if before.today != after.today:
            self.pages.broadcast(agent, {"type": "today", **self._today(after.today)})

    def _send_call(self, agent: str, before: Picture) -> None:
        call = self.queues.call_of(agent)
        if before.call is not None and (call is None or call.call != before.call.call):
            self.pages.broadcast(agent, self._ended(before.call.call))
        if call is not None:
            self.pages.broadcast(agent, {"type": "call", **self._call(call)})

    def _send_wrap_up(self, agent: str, before: WrapUp | None, after: WrapUp | None) -> None:
        if after is not None:
            self.pages.broadcast(agent, {"type": "wrapup", **(self._wrap_up(after) or {})})
        elif before is not None:
            done = {"type": "wrapup", "call": before.call, "case": before.case, "done": True}
            self.pages.broadcast(agent, done)

    def _send_queues(self) -> None:
        message = {"type": "queues", "queues": self._queue_lines()}
        for agent in self.pages.agents():
            self.pages.broadcast(agent, message)

    def _send_cases(self) -> None:
        changed, self._changed_cases = self._changed_cases, set()
        for case in changed:
            for offer in self.presenter.showing(case):
                self._send_case(offer)

    def _send_case(self, offer: Offer) -> None:
        self.pages.show(offer.agent, lambda viewer: self.presenter.case_message(offer, viewer))

    # How it is.

    def _picture(self, agent: str) -> Picture:
        presence, reason, _ = self.queues.presence(agent)
        call = self.queues.call_of(agent)
        today = self.agent_days.today(agent, self._clock.now().wall)
        return Picture(
            (presence, reason),
            self._shown(call) if call else None,
            self.queues.wrap_up_of(agent),
            today,
        )

    def _shown(self, call: AgentCall) -> Shown:
        return Shown(
            call.call,
            call.state,
            call.call in self._recording,
            self._case_of(call.call),
            self._handoffs.customer_name(call.call),
        )

    def _let_go(self, agent: str, picture: Picture) -> None:
        """The pop goes when neither a call nor its wrap-up needs it any more."""
        offer = self.presenter.offer_of(agent)
        if offer is not None and picture.call is None and picture.wrap_up is None:
            self.presenter.forget(offer)

    def _call(self, call: AgentCall) -> Json:
        return {
            "call": call.call,
            "case": self._case_of(call.call) or call.case,
            "state": call.state,
            "since": rfc3339(call.since),
            "caller": call.caller,
            "customer": self._handoffs.customer_name(call.call),
            "recording": call.call in self._recording,
        }

    def _ended(self, call: str) -> Json:
        return {
            "type": "call",
            "call": call,
            "case": self._case_of(call),
            "state": "ended",
            "since": rfc3339(self._clock.now().wall),
            "caller": self._handoffs.caller(call),
            "customer": self._handoffs.customer_name(call),
            "recording": False,
        }

    def _wrap_up(self, wrap_up: WrapUp | None) -> Json | None:
        if wrap_up is None:
            return None
        case = self._case_of(wrap_up.call) or wrap_up.case
        return {
            "call": wrap_up.call,
            "case": case,
            "until": rfc3339(wrap_up.until),
            "extensions": wrap_up.extensions,
        }

    def _queue_lines(self) -> list[Json]:
        return [
            {"queue": line.queue, "waiting": line.waiting, "longest_s": round(line.longest_s, 1)}
            for line in self.queues.queue_states()
        ]

    def _case_of(self, call: str) -> str | None:
        case = self._handoffs.case_of_call(call)
        return case.id if case is not None else None

    def _recorded(self, record: Record) -> None:
        call = record.call or ""
        if record.kind == "recording.started":
            self._recording.add(call)
        else:
            self._recording.discard(call)
        if call in self._agent_of:
            self._mark(self._agent_of[call])

    def _mark(self, agent: str) -> None:
        self._marked.add(agent)
        self._later(0.0, self._send_agents)

    def _later(self, delay_s: float, action: Callable[[], None]) -> None:
        if action in self._pending:
            return
        self._pending.add(action)

        def run() -> None:
            self._pending.discard(action)
            action()

        self._timers.call_later(delay_s, run)
