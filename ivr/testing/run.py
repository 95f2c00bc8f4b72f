"""Runs the tests of a flow and tells which states they reach."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from base.messages import Message, message
from ivr import inputs as i
from ivr.flow import Flow
from ivr.run import World
from ivr.simulator import Simulator, TestFailed
from ivr.testing.messages import TEST_MESSAGES
from ivr.testing.model import Expect, Test
from ivr.verbs.fields import seconds
from ivr.verbs.queue import Queue
from switch.application import DialOutcome, QueueOutcome


@dataclass(frozen=True, slots=True)
class TestResult:
    """How one test went; `reason` is None where it passed."""

    __test__ = False

    flow: str
    name: str
    path: tuple[str, ...]
    reason: Message | None
    took_s: float
    """Virtual seconds of the call."""

    @property
    def passed(self) -> bool:
        """Whether it went as the test says."""
        return self.reason is None


@dataclass(frozen=True, slots=True)
class TestReport:
    """All tests of a flow, and the states that none of them enters."""

    __test__ = False

    flow: str
    results: tuple[TestResult, ...]
    not_covered: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether all passed."""
        return all(result.passed for result in self.results)


def run_tests(
    flow: Flow,
    calendars: World | None = None,
    only: str = "",
    round_trip: bool = False,
) -> TestReport:
    """Run the tests whose name contains `only`; `round_trip` also proves the session's JSON."""
    chosen = [test for test in flow.tests if only in test.name]
    results = tuple(run_test(flow, test, calendars, round_trip) for test in chosen)
    reached = {state for result in results for state in result.path}
    return TestReport(flow.name, results, tuple(s for s in flow.states if s not in reached))


def run_test(
    flow: Flow, test: Test, calendars: World | None = None, round_trip: bool = False
) -> TestResult:
    """Run one test; never raises for what a test or flow says."""
    call: Simulator | None = None
    reason: Message | None = None
    try:
        call = Simulator(flow, test.given, calendars, round_trip)
        call.start()
        for step in test.steps:
            kind, value = step.action()
            _STEPS[kind](call, value)
        _finish(call)
        _judge(call, test.expect)
    except TestFailed as failed:
        reason = failed.told
    except (ValueError, TypeError, KeyError) as defect:
        reason = message(TEST_MESSAGES, "defect", reason=f"{type(defect).__name__}: {defect}")
    path = tuple(call.path) if call else ()
    return TestResult(flow.name, test.name, path, reason, call.time.now().mono if call else 0.0)


# Steps.


def _waits_for(call: Simulator) -> str:
    state = call.flow.states.get(call.session.state)
    if call.ended or state is None:
        return "nothing"
    if call.asked is not None:
        return call.asked.verb
    if isinstance(state, Queue):
        return "queue, press" if state.keys else "queue"
    named = {"voicemail": "leaves_message", "dial": "dial"}
    return named.get(state.verb, "press, says, silence")


def _ready(call: Simulator, step: str, value: Any, *kinds: str) -> None:
    """The call has settled and waits for one of these; what was heard before is over."""
    call.settle()
    if call.ended:
        raise TestFailed("over", how=call.ended, step=step, value=value)
    waits = _waits_for(call)
    if not any(kind in waits.split(", ") for kind in kinds):
        raise TestFailed("waits_for", state=call.session.state, waits=waits, step=step, value=value)
    call.heard.clear()


def _hears(call: Simulator, value: Any) -> None:
    call.settle()
    wanted = str(value)
    for index, (name, text) in enumerate(call.heard):
        if wanted == name or wanted in text:
            del call.heard[: index + 1]
            return
    heard = " | ".join(name or text for name, text in call.heard) or "-"
    raise TestFailed("not_heard", wanted=wanted, heard=heard)


def _at(call: Simulator, value: Any) -> None:
    call.settle()
    state = call.path[-1] if call.path else ""
    if state != value:
        raise TestFailed("not_at", wanted=value, state=state)


def _press(call: Simulator, value: Any) -> None:
    _ready(call, "press", value, "press")
    for digit in str(value).replace("hash", "#").replace("star", "*"):
        call.feed(i.DigitPressed(digit))
        call.time.advance(0.2)


def _says(call: Simulator, value: Any) -> None:
    _ready(call, "says", value, "says")
    call.feed(i.SpeechHeard(str(value)))


def _silence(call: Simulator, value: Any) -> None:
    call.settle()
    if call.ended:
        raise TestFailed("over", how=call.ended, step="silence", value=value)
    call.heard.clear()
    call.time.advance(seconds(value))


def _queue(call: Simulator, value: Any) -> None:
    _ready(call, "queue", value, "queue")
    outcomes = {outcome.value: outcome for outcome in QueueOutcome if outcome.value != "left"}
    outcome = _one_of("queue", value, outcomes)
    if outcome is QueueOutcome.ANSWERED_AND_FINISHED:
        agent = (call.in_queue.agent if call.in_queue else None) or "agent1"
        call.answer_queue(agent)
    else:
        call.leave_queue(outcome)


def _dial(call: Simulator, value: Any) -> None:
    _ready(call, "dial", value, "dial")
    outcomes = {outcome.value: outcome for outcome in DialOutcome}
    call.feed(i.DialDone(_one_of("dial", value, outcomes)))


def _outside(kind: str, *known: str) -> Callable[[Simulator, Any], None]:
    def act(call: Simulator, value: Any) -> None:
        _ready(call, kind, value, kind)
        outcome = _one_of(kind, value, {word: word for word in known})
        answer = call.given.bot.get(call.session.state) if kind == "bot" else None
        call.asked = None
        call.feed(i.OutsideDone(outcome, answer))

    return act


def _leaves_message(call: Simulator, value: Any) -> None:
    _ready(call, "leaves_message", value, "leaves_message")
    length = seconds(value)
    call.time.advance(length)
    call.feed(i.MessageDone(length))


def _hangs_up(call: Simulator, value: Any) -> None:
    call.settle()
    if call.ended:
        raise TestFailed("over", how=call.ended, step="hangs_up", value=value)
    call.feed(i.CallerHungUp())


def _one_of(step: str, value: Any, known: Mapping[str, Any]) -> Any:
    if str(value) not in known:
        raise TestFailed("not_possible", step=step, value=value, known=", ".join(known))
    return known[str(value)]


_STEPS: Final[Mapping[str, Callable[[Simulator, Any], None]]] = {
    "hears": _hears,
    "at": _at,
    "press": _press,
    "says": _says,
    "silence": _silence,
    "queue": _queue,
    "dial": _dial,
    "transfer": _outside("transfer", "done", "failed"),
    "conference": _outside("conference", "done", "no_agent", "missing_party"),
    "bot": _outside("bot", "done", "handoff", "silence"),
    "leaves_message": _leaves_message,
    "hangs_up": _hangs_up,
}


# Verdicts.


def _finish(call: Simulator) -> None:
    call.settle()
    if not call.ended:
        raise TestFailed("goes_on", waits=_waits_for(call), state=call.session.state)


def _judge(call: Simulator, expect: Expect) -> None:
    if expect.ends is not None and expect.ends != call.ended:
        raise TestFailed("ended_by", how=call.ended, wanted=expect.ends)
    steps = iter(call.path)
    if not all(state in steps for state in expect.path):
        raise TestFailed("path_was", path=" > ".join(call.path))
    for what, name, value, wanted in _values(call, expect):
        if str(value) != str(wanted):
            shown = "••••" if name in call.flow.protected else repr(value)
            raise TestFailed("value_was", what=what, name=name, value=shown, wanted=wanted)
    for queue, agent in expect.queued.items():
        if (queue, str(agent)) not in call.queued:
            told = ", ".join(f"{where}: {who or '-'}" for where, who in call.queued)
            raise TestFailed("not_queued", queue=queue, agent=agent, queued=told or "-")
    everything = "\n".join([*call.trace, str(call.session.tags)])
    if any(str(secret) in everything for secret in expect.not_logged):
        raise TestFailed("logged")


def _values(call: Simulator, expect: Expect) -> Iterator[tuple[str, str, Any, Any]]:
    """What is checked: its kind, its name, its value, the value wanted."""
    for name, wanted in expect.tags.items():
        yield "tag", name, call.session.tags.get(name), wanted
    names = {**call.session.names, **call.session.protected}
    for name, wanted in expect.vars.items():
        yield "var", name, names.get(name), wanted
    for state, fields in expect.sent.items():
        sent = call.sent.get(state)
        for key, wanted in fields.items():
            yield (
                f"sent by {state}:",
                key,
                sent.get(key) if isinstance(sent, dict) else None,
                wanted,
            )
