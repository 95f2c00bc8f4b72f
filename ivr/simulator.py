"""A call in virtual time: the machine of live calls, with a fake phone, fake prompts and mocks."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo

from base.instant import Instant, Timer
from base.messages import Message, message
from base.virtual import VirtualTime
from ivr import commands as c
from ivr import inputs as i
from ivr.context import Journey, MatchFailure
from ivr.flow import Flow
from ivr.machine import Machine
from ivr.run import World
from ivr.session import Session
from ivr.testing.messages import TEST_MESSAGES
from ivr.testing.model import Given
from switch.application import CallFacts, CallId, QueueOutcome

PROMPT_S: Final = 3.0
"""How long every fake prompt is."""
TALK_S: Final = 30.0
"""How long an agent talks."""
_PASSED_BY: Final = frozenset({"digit", "wait", "ring", "apology"})
_MOST_TURNS: Final = 2000


class TestFailed(Exception):
    """The call did not go as the test says."""

    __test__ = False

    def __init__(self, code: str, **args: object) -> None:
        self.told: Message = message(TEST_MESSAGES, code, **args)
        super().__init__(str(self.told))


@dataclass(frozen=True, slots=True)
class MockedWorld:
    """Calendars as the test gives them; open unless it says otherwise or sets a time."""

    given: Given
    calendars: World | None

    @property
    def zone(self) -> tzinfo:
        """The site's zone, else Shanghai's."""
        return self.calendars.zone if self.calendars else ZoneInfo("Asia/Shanghai")

    def calendar_state(self, calendar: str, now: Instant) -> str:
        """The mocked state, else the real one at the given time."""
        if calendar in self.given.hours:
            return str(self.given.hours[calendar])
        if self.given.time is not None and self.calendars is not None:
            return self.calendars.calendar_state(calendar, now)
        return "open"

    def next_open(self, calendar: str, now: Instant) -> str:
        """The real one at the given time, else a text that says so."""
        if self.given.time is not None and self.calendars is not None:
            return self.calendars.next_open(calendar, now)
        return f"next opening of {calendar}"


class Simulator:
    """One simulated call. `round_trip` sends the session through JSON at every step."""

    def __init__(
        self,
        flow: Flow,
        given: Given,
        calendars: World | None = None,
        round_trip: bool = False,
    ) -> None:
        self.flow = _prepared(flow, given)
        self.given = given
        self._world = MockedWorld(given, calendars)
        self._machine = Machine(self.flow, self._world)
        self._round_trip = round_trip
        self.time = VirtualTime(_wall(given, self._world.zone)) if given.time else VirtualTime()
        self.session = self._machine.begin()
        self.heard: list[tuple[str, str]] = []
        self.path: list[str] = []
        self.trace: list[str] = []
        self.sent: dict[str, Any] = {}
        self.queued: list[tuple[str, str]] = []
        self.commands: list[c.Command] = []
        self.asked: c.AskOutside | None = None
        """What waits for a step of the test: a bot, a conference, a transfer."""
        self.in_queue: c.EnterQueue | None = None
        self._inputs: deque[i.Input] = deque()
        self._timers: dict[int, tuple[str, float, Timer]] = {}
        self._playing: tuple[float, bool] | None = None
        self._play_timer: Timer | None = None
        self._queue_timers: list[Timer] = []
        self._answers: dict[str, int] = {}

    def start(self) -> None:
        """The call arrives."""
        headers = {name: str(value) for name, value in self.given.headers.items()}
        caller, called = self.given.caller, self.given.called
        facts = CallFacts(
            CallId("test"), "default", caller, "", called, None, True, headers=headers
        )
        journey = journey_of(self.given.journey) if self.given.journey else None
        self.feed(i.CallStarted(facts, journey))

    @property
    def ended(self) -> str:
        """How it ended; empty while it runs."""
        return self.session.ended

    def feed(self, event: i.Input) -> None:
        """One input and all that follows at once from it."""
        self._inputs.append(event)
        turns = 0
        while self._inputs:
            turns += 1
            if turns > _MOST_TURNS:
                raise TestFailed("spins", state=self.session.state)
            session, commands = self._machine.step(
                self.session, self._inputs.popleft(), self.time.now()
            )
            self.session = _through_json(session) if self._round_trip else session
            self.trace.append(json.dumps(self.session.as_json(), ensure_ascii=False, default=str))
            for command in commands:
                self.commands.append(command)
                self.trace.append(repr(command))
                act = _ACTS.get(type(command))
                if act is not None:
                    act(self, command)

    def settle(self) -> None:
        """Let time pass until the call waits for somebody."""
        for _ in range(_MOST_TURNS):
            due = self._next_passing()
            if due is None or self.ended:
                return
            self.time.advance(max(0.0, due - self.time.now().mono))
        raise TestFailed("spins", state=self.session.state)

    def answer_queue(self, agent: str) -> None:
        """An agent answers, talks for a while and hangs up."""
        self._stop_waiting()
        self.feed(i.QueueAnswered(agent))
        self.time.advance(TALK_S)
        self.leave_queue(QueueOutcome.ANSWERED_AND_FINISHED, agent)

    def leave_queue(self, outcome: QueueOutcome, agent: str | None = None) -> None:
        """The stay in the queue is over."""
        self._stop_waiting()
        self.feed(i.QueueDone(outcome, agent))

    def _stop_waiting(self) -> None:
        self.in_queue = None
        for timer in self._queue_timers:
            timer.cancel()
        self._queue_timers.clear()

    def mock(self, kind: str, state: str) -> Any:
        """What the test, else the file, says that the outside answers; lists in turn."""
        found = getattr(self.given, kind).get(state, self.flow.mocks.get(state))
        if not isinstance(found, list):
            return found
        turn = self._answers.get(state, 0)
        self._answers[state] = turn + 1
        return found[min(turn, len(found) - 1)] if found else None

    def _next_passing(self) -> float | None:
        due = [at for name, at, _ in self._timers.values() if name in _PASSED_BY]
        if self._playing is not None and not self._playing[1]:
            due.append(self._playing[0])
        return min(due) if due else None

    # What commands do here.

    def _play(self, command: c.Play) -> None:
        self._stop(command)
        for index, segment in enumerate(command.segments):
            name = command.prompts[index] if index < len(command.prompts) else ""
            self.heard.append((name, segment.text))
        length = PROMPT_S * len(command.segments)
        self._playing = (self.time.now().mono + length, command.loop)
        if not command.loop:
            self._play_timer = self.time.call_later(length, lambda: self._played(command.play))

    def _played(self, play: int) -> None:
        self._playing = None
        self.feed(i.PlayDone(play))

    def _stop(self, command: c.Command) -> None:
        self._playing = None
        if self._play_timer is not None:
            self._play_timer.cancel()

    def _start_timer(self, command: c.StartTimer) -> None:
        def fired() -> None:
            del self._timers[command.serial]
            self.feed(i.TimerFired(command.serial))

        timer = self.time.call_later(command.seconds, fired)
        due = self.time.now().mono + command.seconds
        self._timers[command.serial] = (command.name, due, timer)

    def _cancel_timer(self, command: c.CancelTimer) -> None:
        found = self._timers.pop(command.serial, None)
        if found is not None:
            found[2].cancel()

    def _enter_queue(self, command: c.EnterQueue) -> None:
        self.in_queue = command
        self.queued.append((command.queue, command.agent or ""))
        if command.max_wait_s is not None:
            end = self.time.call_later(
                command.max_wait_s, lambda: self.leave_queue(QueueOutcome.TIMED_OUT)
            )
            self._queue_timers.append(end)
        if command.announce_every_s is not None:
            self._announce(command.announce_every_s)

    def _announce(self, every_s: float) -> None:
        def due() -> None:
            if self.in_queue is not None:
                self.feed(i.QueueAnnouncement(1, every_s))
                self._announce(every_s)

        self._queue_timers.append(self.time.call_later(every_s, due))

    def _leave_queue(self, command: c.LeaveQueue) -> None:
        self._stop_waiting()
        self._inputs.append(i.QueueDone(QueueOutcome.LEFT))

    def _answer(self, command: c.Answer) -> None:
        self._inputs.append(i.Answered())

    def _entered(self, command: c.TellEntered) -> None:
        self.path.append(command.state)
        self.asked = None

    def _match(self, command: c.Match) -> None:
        answer = self.mock("match", self.session.state)
        if answer is None:
            raise TestFailed("no_answer", state=self.session.state, verb="match")
        if isinstance(answer, Mapping):
            self._inputs.append(i.MatchDone(journey_of(answer)))
            return
        try:
            self._inputs.append(i.MatchDone(MatchFailure(str(answer))))
        except ValueError:
            raise TestFailed("bad_answer", state=self.session.state, answer=answer) from None

    def _ask(self, command: c.AskOutside) -> None:
        self.sent[command.state] = command.details.get("body") or command.details.get("where")
        if command.verb in ("bot", "conference", "transfer"):
            self.asked = command
            return
        if command.verb == "callback":
            self.queued.append(("callback", str(command.details.get("agent") or "")))
        self._inputs.append(_ANSWERS[command.verb](self, command))

    def _http(self, command: c.AskOutside) -> i.OutsideDone:
        answer = self.mock("http", command.state)
        if answer is None:
            raise TestFailed("no_answer", state=command.state, verb="http")
        if answer == "timeout":
            return i.OutsideDone("timeout")
        if not isinstance(answer, Mapping) or not isinstance(answer.get("status"), int):
            raise TestFailed("bad_answer", state=command.state, answer=answer)
        return i.OutsideDone("ok", answer.get("body"), answer["status"])

    def _found(self, command: c.AskOutside) -> i.OutsideDone:
        answer = self.mock(command.verb, command.state)
        missing = answer is None or answer == "missing"
        return i.OutsideDone("missing") if missing else i.OutsideDone("ok", answer)

    def _returned(self, command: c.AskOutside) -> i.OutsideDone:
        return i.OutsideDone("ok", self.mock("call", command.state))

    def _done(self, command: c.AskOutside) -> i.OutsideDone:
        return i.OutsideDone("ok")


def journey_of(record: Mapping[str, Any]) -> Journey:
    """A journey as tests write it: what is not given is plain."""
    plain = dict.fromkeys(Journey.__slots__, "")
    known: dict[str, Any] = {**plain, "case": "case1", "confidence": 0.95, "by": "code"}
    unknown = set(record) - set(known)
    if unknown:
        raise TestFailed("no_field", name=min(unknown))
    return Journey(**{**known, **record})


def _prepared(flow: Flow, given: Given) -> Flow:
    first = (given.language,) if given.language else ()
    others = tuple(each for each in flow.languages if each not in first)
    return replace(flow, languages=(*first, *others), initial={**flow.initial, **given.vars})


def _wall(given: Given, zone: tzinfo) -> float:
    try:
        return datetime.fromisoformat(str(given.time)).replace(tzinfo=zone).timestamp()
    except ValueError:
        raise TestFailed("no_time", given=given.time) from None


def _through_json(session: Session) -> Session:
    return Session.from_json(json.loads(json.dumps(session.as_json(reveal=True))))


_ACTS: Final[Mapping[type, Callable[[Simulator, Any], None]]] = {
    c.Play: Simulator._play,
    c.StopPlay: Simulator._stop,
    c.StartTimer: Simulator._start_timer,
    c.CancelTimer: Simulator._cancel_timer,
    c.EnterQueue: Simulator._enter_queue,
    c.LeaveQueue: Simulator._leave_queue,
    c.Answer: Simulator._answer,
    c.TellEntered: Simulator._entered,
    c.Match: Simulator._match,
    c.AskOutside: Simulator._ask,
}

_ANSWERS: Final[Mapping[str, Callable[[Simulator, c.AskOutside], i.OutsideDone]]] = {
    "http": Simulator._http,
    "lookup": Simulator._found,
    "knowledge": Simulator._found,
    "call": Simulator._returned,
    "callback": Simulator._done,
    "notify": Simulator._done,
}
