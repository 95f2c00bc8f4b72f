"""Any text gives a flow or problems; any order of inputs leaves a session that JSON keeps."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from base.problem import errors
from base.virtual import VirtualTime
from ivr import inputs as i
from ivr.calendar import Calendars
from ivr.commands import TellFailed
from ivr.context import Journey, MatchFailure
from ivr.flow import Flow
from ivr.loader import load_flow
from ivr.machine import Machine
from ivr.session import Session
from switch.application import CallFacts, CallId, DialOutcome, QueueOutcome

HERE = Path(__file__).parent
FILES = [
    *sorted((HERE.parents[2] / "config/demo/flows").glob("*.yaml")),
    *sorted((HERE / "flows").glob("*.yaml")),
]
TEXTS = [path.read_text("utf-8") for path in FILES]
FLOWS = [flow for text in TEXTS if (flow := load_flow(text)[0]) is not None]
FACTS = CallFacts(CallId("1"), "default", "+8613", "", "6000", None, True, {"x-a": "1"})
JOURNEY = Journey("c", "C1", "app", "b", "s", "t", "u", "", "", 1.0, "code")


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_a_file_with_any_damage_gives_a_flow_or_problems(data: st.DataObject) -> None:
    lines = data.draw(st.sampled_from(TEXTS)).split("\n")
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        junk = data.draw(st.text(max_size=12))
        cut = data.draw(st.integers(0, len(lines[at])))
        lines[at : at + 1] = data.draw(
            st.sampled_from([[], [lines[at][:cut]], [lines[at][:cut] + junk + lines[at][cut:]]])
        )
    flow, problems = load_flow("\n".join(lines))
    assert (flow is None) == bool(errors(problems))
    assert all(problem.text("zh") and problem.line >= 1 for problem in problems)


INPUTS = st.one_of(
    st.sampled_from("0123456789*#").map(i.DigitPressed),
    st.sampled_from(QueueOutcome).map(lambda outcome: i.QueueDone(outcome, "li_na")),
    st.sampled_from(DialOutcome).map(i.DialDone),
    st.sampled_from([JOURNEY, MatchFailure.MISSING, MatchFailure.EXPIRED]).map(i.MatchDone),
    st.builds(i.OutsideDone, st.sampled_from(["ok", "missing", "timeout", "done"]), st.none()),
    st.builds(i.QueueAnnouncement, st.integers(1, 9), st.floats(0, 600)),
    st.sampled_from([i.Answered(), i.QueueAnswered("li_na"), i.MessageDone(3.0)]),
    st.sampled_from([i.SpeechHeard("delivery"), i.Failed("disk"), i.CallerHungUp()]),
    st.booleans().map(lambda failed: ("play", failed)),
    st.just(("timer", False)),
)


@given(st.sampled_from(FLOWS), st.lists(INPUTS, max_size=40))
@settings(max_examples=200, deadline=None)
def test_any_order_of_inputs_is_survived_and_repeats(flow: Flow, events: list[object]) -> None:
    time = VirtualTime()
    zone = time.now().utc().tzinfo
    assert zone is not None
    machine = Machine(flow, Calendars({}, zone))
    session, _ = machine.step(machine.begin(), i.CallStarted(FACTS), time.now())
    for event in events:
        if event == ("timer", False):
            event = i.TimerFired(next(iter(session.timers.values()), 0))
        elif isinstance(event, tuple):
            event = i.PlayDone(session.local.play, failed=event[1])
        time.advance(0.5)
        copy = Session.from_json(json.loads(json.dumps(session.as_json(reveal=True))))
        assert copy == session
        again = machine.step(copy, event, time.now())  # type: ignore[arg-type]
        session, commands = machine.step(session, event, time.now())  # type: ignore[arg-type]
        assert again == (session, commands)
        assert not any(
            isinstance(each, TellFailed) and "Error in" in each.reason for each in commands
        )
        if session.ended:
            assert session.timers == {}
            assert not session.masked
