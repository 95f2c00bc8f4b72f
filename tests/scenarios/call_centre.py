"""A contact centre in one process and virtual time: phones, pages and flows that a test plays."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from base.events import Event, EventList
from base.instant import Instant
from base.virtual import SeededIds, VirtualTime
from media.contract import SpoolError
from media.fake import FakeEngine, FakeSession
from switch.application import (
    CallApplication,
    CallControl,
    CallEnded,
    CallEvent,
    QueueEntry,
)
from switch.call.calls import Calls
from switch.call.exchange import Exchange
from switch.directory import Directory
from switch.fake import FakeLeg, FakeLocations, FakeSignalling
from switch.offer import Offer, Presence
from switch.queue.service import Queues
from switch.site import Extension, NumberBinding, QueueAgent, QueueSpec, SwitchSite

SITE = SwitchSite(
    numbers={
        "6000": NumberBinding("6000", "app", open=True),
        "6001": NumberBinding("6001", "app"),
    },
    extensions={
        "201": Extension("201", "Li Na", agent="li_na"),
        "202": Extension("202", "Wang Wei", agent="wang_wei"),
        "300": Extension("300", "Customer line", caller_number="+8613800138000"),
    },
    queues={
        "support": QueueSpec(
            "support", (QueueAgent("li_na"), QueueAgent("wang_wei")), ring_s=20.0, wrap_up_s=30.0
        ),
        "relaxed": QueueSpec(
            "relaxed", (QueueAgent("li_na"),), page_required=False,
            when_unwritable="continue unrecorded",
        ),
    },
    mailboxes=frozenset({"shop"}),
)  # fmt: skip


@dataclass
class Page:
    """The agents' pages: what they were shown."""

    shown: list[Offer] = field(default_factory=list)
    withdrawn: list[tuple[Offer, str]] = field(default_factory=list)
    on_present: Callable[[Offer], None] | None = None

    def present(self, offer: Offer) -> None:
        self.shown.append(offer)
        if self.on_present is not None:
            self.on_present(offer)

    def withdraw(self, offer: Offer, reason: str) -> None:
        self.withdrawn.append((offer, reason))


@dataclass
class Shelf:
    """Places in a spool that is never written."""

    full: bool = False
    count: int = 0
    places: set[Path] = field(default_factory=set)

    def place(self, call: str, now: Instant) -> tuple[str, Path]:
        if self.full:
            raise SpoolError("no space left on device")
        self.count += 1
        path = Path(f"/spool/rec{self.count}")
        self.places.add(path)
        return f"rec{self.count}", path

    def give_back(self, path: Path) -> None:
        self.places.remove(path)


@dataclass
class Flow:
    """An application that a test steers; `heard` is what it was told."""

    control: CallControl
    heard: list[CallEvent] = field(default_factory=list)
    on: Callable[[Flow, CallEvent], None] | None = None

    def call_event(self, event: CallEvent) -> None:
        assert not any(isinstance(e, CallEnded) for e in self.heard), "told after the end"
        self.heard.append(event)
        if self.on is not None:
            self.on(self, event)

    def heard_of(self, kind: type) -> list[CallEvent]:
        return [event for event in self.heard if isinstance(event, kind)]


class Defects(logging.Handler):
    """Keeps what was logged as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


class Centre:
    """Everything together; agent `li_na` sits at 201, `wang_wei` at 202."""

    def __init__(self, begin: Callable[[Flow], None] | None = None) -> None:
        self.time = VirtualTime()
        self.log = EventList()
        self.page = Page()
        self.shelf = Shelf()
        self.flows: list[Flow] = []
        self.begin = begin
        self.on: Callable[[Flow, CallEvent], None] | None = None
        self.phones = FakeSignalling()
        self.locations = FakeLocations()
        self.engine = FakeEngine(self.time, self.time)
        self.music = self.engine.prompt("music", 5.0)
        ids = SeededIds()
        self.queues = Queues(
            SITE, self.page, clock=self.time, timers=self.time, sink=self.log, ids=ids
        )
        self.exchange = Exchange(
            self.phones, self.engine, self.queues, self.locations, self.shelf, self,
            Directory(SITE), self.time, self.time, self.log, ids,
            music=lambda queue: (self.music,),
        )  # fmt: skip
        self.calls = Calls(self.exchange)
        self.engine.on_event = self.calls.media_event
        self.phones.handler = self.calls
        self.defects = Defects()
        logging.getLogger("switch.queue").addHandler(self.defects)

    def start(self, flow: str, control: CallControl) -> CallApplication:
        made = Flow(control, on=self.on)
        self.flows.append(made)
        if self.begin is not None:
            self.begin(made)
        return made

    def log_in(self, agent: str, account: str) -> None:
        """Phone registered, page open, available."""
        self.locations.register(account)
        self.queues.account_reachable(account, True)
        self.queues.page_opened(agent)
        self.queues.set_presence(agent, Presence.AVAILABLE)

    def customer(self, **options: object) -> FakeLeg:
        leg = self.phones.call("6000", **options)  # type: ignore[arg-type]
        leg.ack()
        return leg

    def rendered(self, offer: Offer | None = None) -> None:
        offer = offer or self.page.shown[-1]
        self.queues.pop_rendered(offer.agent, offer.id, offer.epoch, hidden=False)

    @property
    def agent_leg(self) -> FakeLeg:
        return self.phones.invited[-1]

    def session(self, leg: FakeLeg) -> FakeSession:
        """Our side's session of a leg, by the port in its SDP."""
        port = int(leg.sdp.split(b"m=audio ")[1].split()[0])
        return next(s for s in self.engine.sessions.values() if s.port == port)

    def hear_each_other(self, one: FakeLeg, other: FakeLeg) -> bool:
        left, right = self.session(one), self.session(other)
        return left.hears(right) and right.hears(left)

    def kinds(self, *prefixes: str) -> list[str]:
        return [kind for kind in self.log.kinds() if not prefixes or kind.startswith(prefixes)]

    def events(self, kind: type[Event]) -> list[Event]:
        return [event for _, event in self.log.events if isinstance(event, kind)]

    def nothing_left(self) -> None:
        """No call, leg, session, recording, queue entry; after wrap-up no timer either."""
        logging.getLogger("switch.queue").removeHandler(self.defects)
        assert not self.defects.records
        assert self.phones.open == 0
        assert self.calls.open == 0
        assert self.calls.legs == 0
        assert self.engine.sessions_open() == 0
        assert not self.exchange.sessions
        closed = set()
        for did in self.engine.log:
            assert did.session not in closed, f"{did.what} after close"
            if did.what == "close":
                closed.add(did.session)
        assert not self.exchange.spools
        assert self.shelf.places == {recording.path for recording in self.engine.recordings}
        assert all(recording.closed for recording in self.engine.recordings)
        assert self.queues.waiting() == 0
        assert all(state.waiting == 0 for state in self.queues.queue_states())
        self.time.advance(0.0)
        queue_timer = self.queues._timer is not None  # a wrap-up or a rest
        assert self.time.pending == queue_timer
        self.time.advance(60.0)
        assert self.time.pending == 0
        assert self.log.kinds().count("call.ended") == self.log.kinds().count("call.received")
        for agent in ("li_na", "wang_wei"):
            assert self.queues.call_of(agent) is None
            assert self.queues.offer_of(agent) is None
        assert self.log.kinds().count("recording.started") == self.log.kinds().count(
            "recording.stopped"
        )


def straight_to(queue: str = "support") -> Callable[[Flow], None]:
    """A flow that queues the caller at once."""
    return lambda flow: flow.control.enter_queue(QueueEntry(queue))
