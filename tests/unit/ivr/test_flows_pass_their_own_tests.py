"""Whole flows in virtual time, with the session sent through JSON at every step."""

from __future__ import annotations

from pathlib import Path

import pytest

from base.problem import errors
from ivr.files import check_files, draw_file
from ivr.flow import Flow
from ivr.inputs import CallerHungUp
from ivr.loader import load_flow
from ivr.simulator import Simulator
from ivr.testing.run import _STEPS, run_test, run_tests

ROOT = Path(__file__).parents[3]
FILES = [
    ROOT / "config/demo/flows/shop_main.yaml",
    ROOT / "config/demo/flows/app_resume.yaml",
    Path(__file__).parent / "flows/bank_resume.yaml",
    Path(__file__).parent / "flows/ecom_order.yaml",
]


def flow_of(path: Path) -> Flow:
    flow, problems = load_flow(path)
    assert flow is not None, problems
    return flow


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
@pytest.mark.parametrize("round_trip", [False, True], ids=["plain", "json"])
def test_every_test_of_the_flow_passes(path: Path, round_trip: bool) -> None:
    report = run_tests(flow_of(path), round_trip=round_trip)
    assert [(r.name, str(r.reason)) for r in report.results if not r.passed] == []
    assert set(report.not_covered) <= {"sorry"}


def test_the_demo_flows_are_clean() -> None:
    assert check_files([ROOT / "config/demo/flows"]) == []
    assert errors(check_files(FILES[2:])) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_hanging_up_at_every_moment_ends_the_flow_and_leaves_nothing(path: Path) -> None:
    flow = flow_of(path)
    walked = set()
    for test in flow.tests:
        for stop in range(len(test.steps) + 1):
            call = Simulator(flow, test.given)
            call.start()
            for step in test.steps[:stop]:
                kind, value = step.action()
                _STEPS[kind](call, value)
            walked.add(call.session.state)
            if not call.ended:
                call.feed(CallerHungUp())
            assert call.ended
            assert call.session.timers == {}
            assert not call.session.masked
    assert len(walked) > 3


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("{hears: thanks}]", "{hears: welcome}]"), "expected to hear welcome"),
        (("{queue: answered}, {hears", "{dial: busy}, {hears"), "waits for queue"),
        (("{queue: answered}, {hears: thanks}]", "]"), "still waits for queue at to_sales"),
        (("{ends: hangup}", "{ends: transfer}"), "ended by hangup, expected transfer"),
    ],
)
def test_a_wrong_test_fails_and_says_why(change: tuple[str, str], told: str) -> None:
    text = FILES[0].read_text("utf-8").replace(*change, 1)
    flow, _ = load_flow(text)
    assert flow is not None
    first = run_tests(flow).results[0]
    assert told in str(first.reason)


def test_an_outside_question_without_an_answer_fails() -> None:
    flow = flow_of(FILES[2])
    test = flow.tests[0]
    unanswered = test.model_copy(update={"given": test.given.model_copy(update={"http": {}})})
    assert "match_code asks http" in str(run_test(flow, unanswered).reason)


def test_the_picture_has_every_state_and_exit() -> None:
    drawn, _ = draw_file(FILES[0])
    assert drawn is not None
    assert 's_open_now -->|"closed"| s_message_closed' in drawn
    assert 's_main_menu -->|"no_input (default)"| s_to_sales' in drawn
