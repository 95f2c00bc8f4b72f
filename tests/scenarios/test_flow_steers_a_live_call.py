"""The runner between a call (a fake switch) and its flow, in virtual time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from base.events import EventList
from base.virtual import VirtualTime
from ivr.calendar import Calendars
from ivr.context import Arrival, Journey, MatchFailure
from ivr.library import FlowLibrary
from ivr.runner import FlowApplications
from media.contract import PlayId, PromptId, Segment
from switch import application as app

JOURNEY = Journey(
    "case7", "C1", "app", "transfer", "amount", "Transfer abroad", "stuck", "", "", 1.0, "token"
)
DEMO = Path(__file__).parents[2] / "config/demo/flows"


class Control:
    """A call that keeps what is asked of it."""

    def __init__(self) -> None:
        self.facts = app.CallFacts(
            app.CallId("c1"), "default", "+8613800138000", "", "6000", None, True
        )
        self.done: list[tuple[str, Any]] = []
        self.plays = 0
        self.fails: set[str] = set()

    def __getattr__(self, name: str) -> Callable[..., None]:
        def do(*args: Any, **kwargs: Any) -> None:
            if name in self.fails:
                raise OSError("the engine is gone")
            self.done.append((name, args[0] if args else kwargs or None))

        return do

    def play(self, prompts: Sequence[PromptId], *, loop: bool = False) -> PlayId:
        if "play" in self.fails:
            raise OSError("the engine is gone")
        self.plays += 1
        self.done.append(("play", tuple(prompts)))
        return PlayId(self.plays)

    def names(self) -> list[str]:
        return [name for name, _ in self.done]

    def last(self, name: str) -> Any:
        return [value for what, value in self.done if what == name][-1]


class Prompts:
    """Prompts by text; `slow` ones are only rendered when the test says so."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.slow: set[str] = set()
        self.asked: list[tuple[Segment, Callable[[PromptId | None], None]]] = []

    def ready(self, segment: Segment) -> PromptId | None:
        name = segment.audio or segment.text
        if any(part in name for part in self.slow):
            return None
        self.texts.append(name)
        return PromptId(len(self.texts) - 1)

    def request(self, segment: Segment, done: Callable[[PromptId | None], None]) -> None:
        self.asked.append((segment, done))

    async def prepare(self, segments: object) -> list[tuple[Segment, str]]:
        return []


class Context:
    """The customer's context, scripted."""

    def __init__(self, journey: Journey | None = None) -> None:
        self.journey = journey
        self.found: Journey | MatchFailure = MatchFailure.MISSING
        self.calls: list[tuple[Any, ...]] = []

    def arrived(self, facts: app.CallFacts) -> Arrival:
        return Arrival(self.journey.case if self.journey else "new", self.journey)

    def match(self, call: app.CallId, by: str, value: str) -> Journey | MatchFailure:
        self.calls.append(("match", by, value))
        return self.found

    def write(self, call: app.CallId, values: Mapping[str, Any]) -> None:
        self.calls.append(("write", dict(values)))

    def state_entered(self, call: app.CallId, state: str, verb: str) -> None:
        self.calls.append(("entered", state))

    def state_left(self, call: app.CallId, state: str, exit: str) -> None:
        self.calls.append(("left", state, exit))

    def ended(self, call: app.CallId) -> None:
        self.calls.append(("ended",))


class World:
    """One node's flows with everything around them faked."""

    def __init__(
        self, folder: Path, journey: Journey | None = None, filler: PromptId | None = None
    ) -> None:
        self.time = VirtualTime()
        self.events = EventList()
        self.context = Context(journey)
        self.prompts = Prompts()
        self.library = FlowLibrary(folder)
        self.library.reload()
        zone = self.time.now().utc().tzinfo
        assert zone is not None
        self.flows = FlowApplications(
            self.library,
            self.context,
            self.prompts,
            Calendars({}, zone),
            self.events,
            self.time,
            self.time,
            filler,
        )
        self.control = Control()

    def call(self, flow: str = "app_resume") -> None:
        self.app = self.flows.start(flow, self.control)

    def played(self) -> None:
        self.app.call_event(app.PlayEnded(PlayId(self.control.plays), cut=False))

    def press(self, digits: str) -> None:
        for digit in digits:
            self.app.call_event(app.DigitReceived(digit))

    def said(self) -> str:
        return " ".join(self.prompts.texts[prompt] for prompt in self.control.last("play"))

    def hang_up(self) -> None:
        self.app.call_event(app.CallEnded(by_caller=True))

    def clean(self) -> None:
        assert self.time.pending == 0
        assert self.flows.running == 0
        assert self.library.version_calls() == {}


def test_a_matched_caller_hears_the_step_and_reaches_the_queue_with_the_case() -> None:
    world = World(DEMO, JOURNEY)
    world.call()
    assert world.control.names()[:4] == ["attach_case", "answer", "record", "play"]
    world.played()
    assert "Transfer abroad, step amount" in world.said()
    world.played()
    entry = world.control.last("enter_queue")
    assert (entry.queue, entry.max_wait_s, entry.announce_every_s) == ("support", 300.0, 30.0)
    assert entry.pop == ("customer", "journey", "app", "chat")
    assert ("write", {"topic": "transfer"}) in world.context.calls
    world.app.call_event(app.QueueAnnouncementDue(2, 95.0))
    assert world.said() == "You are number 2 in line. The wait is about 2 minutes."
    world.app.call_event(app.QueueConnected("li_na"))
    world.app.call_event(app.QueueLeft(app.QueueOutcome.ANSWERED_AND_FINISHED, "li_na"))
    assert "Goodbye" in world.said()
    world.played()
    assert world.control.names()[-1] == "hang_up"
    world.app.call_event(app.CallEnded(by_caller=False))
    world.clean()
    assert world.context.calls[-1] == ("ended",)
    kinds = world.events.kinds()
    assert kinds[:2] == ["flow.started", "state.entered"]
    assert kinds[-1] == "flow.ended"


def test_a_keyed_code_matches_and_is_in_no_event() -> None:
    world = World(DEMO)
    world.call()
    world.played()
    assert world.control.last("mask") is True
    world.context.found = JOURNEY
    world.press("314159#")
    assert ("match", "code", "314159") in world.context.calls
    assert world.control.last("mask") is False
    assert world.control.last("attach_case") == "case7"
    assert "Transfer abroad" in world.said()
    assert "314159" not in repr(world.events.events)
    world.hang_up()
    world.clean()


def test_a_silent_caller_reaches_the_queue_after_the_timeout() -> None:
    world = World(DEMO)
    world.call()
    world.played()
    world.played()
    world.time.advance(6.0)
    assert ("match", "number", "+8613800138000") in world.context.calls
    world.played()
    assert world.control.last("enter_queue").queue == "support"
    world.hang_up()
    world.clean()


@pytest.mark.parametrize(("kept", "hears"), [(True, "Goodbye"), (False, "Sorry")])
def test_a_message_that_could_not_be_kept_is_no_thank_you(kept: bool, hears: str) -> None:
    world = World(DEMO, JOURNEY)
    world.call()
    world.played()
    world.played()
    world.app.call_event(app.QueueLeft(app.QueueOutcome.CLOSED, None))
    world.played()
    assert world.control.last("take_message") == "shop"
    world.app.call_event(app.MessageTaken(0.0, kept))
    assert hears in world.said()
    world.hang_up()
    world.clean()


def test_a_prompt_that_is_late_is_played_when_it_is_there() -> None:
    world = World(DEMO, JOURNEY)
    world.prompts.slow = {"Transfer abroad"}
    world.call()
    world.played()
    assert world.control.plays == 1
    world.time.advance(0.2)
    world.prompts.slow = set()
    world.prompts.asked[0][1](PromptId(0))
    assert world.control.plays == 2
    world.hang_up()
    world.clean()


FILLER = PromptId(99)


def test_who_waits_for_a_late_prompt_hears_the_filler_and_not_silence() -> None:
    world = World(DEMO, JOURNEY, FILLER)
    world.prompts.slow = {"Transfer abroad"}
    world.call()
    world.played()
    world.time.advance(0.29)
    assert world.control.last("play") != (FILLER,)
    world.time.advance(0.02)
    assert world.control.last("play") == (FILLER,)
    world.prompts.slow = set()
    world.prompts.asked[0][1](PromptId(0))
    assert world.control.last("play") != (FILLER,)
    assert "stop_play" not in world.control.names()
    world.hang_up()
    world.clean()


def test_the_filler_ends_with_the_wait_also_when_nothing_comes() -> None:
    world = World(DEMO, JOURNEY, FILLER)
    world.prompts.slow = {"Transfer abroad", "went wrong"}
    world.call()
    world.played()
    world.time.advance(4.1)
    names = world.control.names()
    assert "stop_play" in names[len(names) - names[::-1].index("play") :]
    world.hang_up()
    world.clean()


@pytest.mark.parametrize("never", [True, False], ids=["never answers", "fails"])
def test_a_missing_prompt_takes_the_error_path_with_an_event(never: bool) -> None:
    world = World(DEMO, JOURNEY)
    world.prompts.slow = {"Transfer abroad"}
    world.call()
    world.played()
    if never:
        world.time.advance(5.0)
    else:
        world.prompts.asked[0][1](None)
    assert "prompt.missed" in world.events.kinds()
    assert "flow.failed" in world.events.kinds()
    assert "something went wrong" in world.said()
    world.played()
    assert world.control.last("hang_up") is app.HangupCause.ERROR
    world.app.call_event(app.CallEnded(by_caller=False))
    world.clean()


def test_without_any_prompt_at_all_the_call_is_ended() -> None:
    world = World(DEMO, JOURNEY)
    world.prompts.slow = {""}
    world.call()
    for _ in range(10):
        world.time.advance(5.0)
    assert world.control.last("hang_up") is app.HangupCause.ERROR
    world.app.call_event(app.CallEnded(by_caller=False))
    world.clean()


@pytest.mark.parametrize("broken", ["play", "answer", "enter_queue", "attach_case", "record"])
def test_a_defect_below_ends_in_the_error_path_and_the_next_call_works(broken: str) -> None:
    world = World(DEMO, JOURNEY)
    world.control.fails = {broken}
    world.call()
    for _ in range(12):
        world.played()
        world.time.advance(10.0)
    assert world.control.names()[-1] in ("hang_up", "enter_queue")
    world.hang_up()
    world.clean()
    world.control = Control()
    world.call()
    assert "play" in world.control.names()
    world.hang_up()
    world.clean()


def test_an_unknown_flow_and_one_that_cannot_run_here_are_refused(tmp_path: Path) -> None:
    (tmp_path / "text.yaml").write_text(
        "flow: text\nstart: a\nstates:\n  a:\n    notify: sms\n    to: ${caller}\n    next: b\n"
        "  b:\n    hangup: normal\n"
    )
    world = World(tmp_path)
    for flow, told in (("absent", "no flow called"), ("text", "not available here, because")):
        world.call(flow)
        assert world.control.last("hang_up") is app.HangupCause.ERROR
        assert told in repr(world.events.events[-1])
    world.clean()


def test_a_call_keeps_its_version_and_a_broken_file_leaves_the_running_one(tmp_path: Path) -> None:
    file = tmp_path / "f.yaml"
    text = (
        "flow: f\nstart: a\nstates:\n  a:\n    say: One.\n    next: b\n  b:\n    hangup: normal\n"
    )
    file.write_text(text)
    world = World(tmp_path)
    world.call("f")
    first = world.library.get("f")
    file.write_text(text.replace("next: b", "next: c"))
    assert [p.code for p in world.library.reload()] == ["L101"]
    assert world.library.get("f") is first
    file.write_text(text.replace("One.", "Two."))
    assert world.library.reload() == []
    second = world.library.get("f")
    assert second is not None
    assert second is not first
    assert list(world.library.version_calls().values()) == [1]
    world.played()
    world.hang_up()
    world.control = Control()
    world.call("f")
    assert world.said() == "Two."
    world.hang_up()
    world.clean()


@pytest.mark.parametrize("at", range(7))
def test_hanging_up_at_every_moment_leaves_nothing(at: int) -> None:
    world = World(DEMO)
    world.call()
    moves: list[Callable[[], None]] = [
        world.played,
        lambda: world.press("31"),
        lambda: world.press("41"),
        lambda: world.time.advance(3.0),
        world.played,
        lambda: world.time.advance(7.0),
    ]
    for move in moves[:at]:
        move()
    world.hang_up()
    world.hang_up()
    world.played()
    world.press("1")
    world.time.advance(60.0)
    world.clean()
    assert world.context.calls.count(("ended",)) == 1
    assert world.events.kinds().count("flow.ended") == 1
