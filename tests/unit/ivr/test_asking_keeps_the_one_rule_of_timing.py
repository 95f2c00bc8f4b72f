"""Timeouts, barge-in, finish keys, retries and limits, on the machine itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from base.virtual import VirtualTime
from ivr import commands as c
from ivr.calendar import Calendars
from ivr.inputs import CallerHungUp, CallStarted, DigitPressed, Failed, Input, PlayDone, TimerFired
from ivr.loader import load_flow
from ivr.machine import Machine
from switch.application import CallFacts, CallId

FLOW = """\
flow: small
start: ask
record: always
defaults: {timeout: 5s, digit_timeout: 3s, retries: 1, on_no_input: silent, on_invalid: wrong}
states:
  ask:
    collect: pin
    prompt: Your PIN?
    digits: 4
    pci: true
    mask: all
    next: again
  again:
    collect: amount
    prompt: How much?
    digits: 1-3
    next: bye
  silent:
    hangup: normal
  wrong:
    hangup: normal
  bye:
    hangup: normal
"""

FACTS = CallFacts(CallId("1"), "default", "+8613", "", "6000", None, True)


class Call:
    """One call on a machine, driven by hand."""

    def __init__(self, text: str = FLOW) -> None:
        flow, problems = load_flow(text)
        assert flow is not None, problems
        self.time = VirtualTime()
        self.machine = Machine(flow, Calendars({}, self.time.now().utc().tzinfo))
        self.session = self.machine.begin()
        self.commands: list[c.Command] = []
        self.feed(CallStarted(FACTS))

    def feed(self, event: Input) -> list[c.Command]:
        self.session, commands = self.machine.step(self.session, event, self.time.now())
        self.commands += commands
        return list(commands)

    def played(self) -> list[c.Command]:
        return self.feed(PlayDone(self.session.local.play))

    def press(self, digits: str, each_s: float = 0.1) -> None:
        for digit in digits:
            self.feed(DigitPressed(digit))
            self.time.advance(each_s)

    def fire(self, name: str) -> None:
        self.feed(TimerFired(self.session.timers[name]))

    def timer(self, name: str) -> float:
        started = [x for x in self.commands if isinstance(x, c.StartTimer) and x.name == name]
        return started[-1].seconds


def kinds(commands: list[c.Command]) -> list[str]:
    return [type(command).__name__ for command in commands]


def test_the_call_is_answered_recorded_and_masked_before_the_prompt() -> None:
    call = Call()
    assert kinds(call.commands) == ["TellEntered", "Answer", "SetRecording", "Mask", "Play"]


def test_timeout_runs_from_the_end_of_the_prompt() -> None:
    call = Call()
    assert call.session.timers == {}
    call.played()
    assert call.timer("first") == 5.0
    call.fire("first")
    assert call.session.local.tries == 2
    call.played()
    call.fire("first")
    assert call.session.ended == "hangup"
    assert c.TellLeft("ask", "no_input", {}) in call.commands


def test_a_key_cuts_the_prompt_and_digit_timeout_runs_between_keys() -> None:
    call = Call()
    assert kinds(call.feed(DigitPressed("1"))) == ["StopPlay", "StartTimer"]
    assert call.timer("digit") == 3.0
    call.fire("digit")  # one of four digits is an invalid entry
    assert call.session.local.tries == 2


def test_without_barge_in_keys_during_the_prompt_do_nothing() -> None:
    call = Call(FLOW.replace("retries: 1", "retries: 1, barge_in: false"))
    assert call.feed(DigitPressed("1")) == []
    call.played()
    call.press("1234")
    assert call.session.state == "again"


def test_full_length_ends_at_once_and_its_finish_key_is_swallowed() -> None:
    call = Call()
    call.press("1234")
    assert call.session.state == "again"
    call.press("#")
    assert call.session.local.tries == 1
    call.press("25#")
    assert call.session.names["amount"] == "25"
    assert call.session.ended == "hangup"


def test_a_late_finish_key_belongs_to_the_next_state() -> None:
    call = Call()
    call.press("1234")
    call.time.advance(3.1)
    call.press("#")
    assert call.session.local.tries == 2  # an empty entry


def test_a_short_but_long_enough_entry_ends_by_the_digit_timeout() -> None:
    call = Call()
    call.press("12347")
    call.fire("digit")
    assert call.session.names["amount"] == "7"


AHEAD = FLOW.replace("start: ask", "start: hello").replace(
    "states:\n", "states:\n  hello:\n    say: Welcome.\n    next: ask\n"
)


CODE = AHEAD.replace("    pci: true\n", "").replace("collect: pin", "collect: code")


def test_what_is_keyed_during_the_welcome_answers_the_question_after_it() -> None:
    call = Call(CODE)
    call.press("1234#25")
    assert call.session.state == "hello"
    assert "1234" not in repr(call.session) + str(call.session.as_json())
    call.played()
    assert call.session.state == "again"
    assert call.session.protected == {"code": "1234"}
    call.press("#")
    assert call.session.names["amount"] == "25"


def test_a_protected_entry_takes_no_key_from_before_it_was_protected() -> None:
    call = Call(AHEAD)
    call.press("1234")
    call.played()
    assert call.session.state == "ask"
    assert call.session.typed == ""


def test_keys_of_before_a_wrong_entry_are_not_taken_for_the_next_try() -> None:
    call = Call(CODE)
    call.press("12*4")
    call.played()
    assert (call.session.local.tries, call.session.local.keys) == (2, "")


def test_a_stale_timer_or_playback_changes_nothing() -> None:
    call = Call()
    old = call.session.local.play
    call.press("1")
    before = call.session
    call.feed(PlayDone(old))
    call.feed(TimerFired(99))
    assert call.session == before


def test_protected_digits_are_in_no_command_and_no_shown_session() -> None:
    call = Call()
    shown: list[str] = []
    for digit in "8642":
        call.feed(DigitPressed(digit))
        shown.append(str(call.session.as_json()) + repr(call.session))
    call.press("1#")
    shown += [repr(call.commands), str(call.session.as_json()), repr(call.session)]
    assert call.session.protected == {"pin": "8642"}
    assert not any(part in text for part in ("8642", "864", "'86'") for text in shown)
    assert [x.masked for x in call.commands if isinstance(x, c.Mask)] == [True, False]


def test_an_unhandled_fault_is_told_to_the_caller_and_ends_the_call() -> None:
    call = Call()
    done = kinds(call.feed(Failed("disk")))
    assert done == ["TellFailed", "StopPlay", "Mask", "Play", "StartTimer"]
    assert call.session.local.stage == "apology"
    call.played()
    assert [x.cause.name for x in call.commands if isinstance(x, c.HangUp)] == ["ERROR"]
    assert call.session.ended


def test_an_apology_that_cannot_be_heard_still_ends_the_call() -> None:
    call = Call()
    call.feed(Failed("disk"))
    call.feed(PlayDone(call.session.local.play, failed=True))
    assert call.session.ended
    assert call.session.timers == {}


def test_an_error_path_that_fails_too_ends_the_call() -> None:
    text = FLOW.replace("start: ask", "start: ask\non_error: trouble") + (
        "  trouble:\n    say: Sorry.\n    next: trouble2\n  trouble2:\n    hangup: error\n"
    )
    call = Call(text)
    for _ in range(8):
        if call.session.ended:
            break
        call.feed(PlayDone(call.session.local.play, failed=True))
    assert call.session.ended


@pytest.mark.parametrize("act", [lambda call: None, lambda call: call.press("12")])
def test_after_hang_up_nothing_is_left_behind(act: Callable[[Call], None]) -> None:
    call = Call()
    act(call)
    call.feed(CallerHungUp())
    assert call.session.ended == "hangup"
    assert call.session.timers == {}
    assert not call.session.masked
    assert call.feed(DigitPressed("1")) == []
