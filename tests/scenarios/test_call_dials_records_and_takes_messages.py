"""Dials, calls between extensions, recordings and messages."""

from __future__ import annotations

import pytest

from media.contract import Track
from switch import events as e
from switch.application import (
    CallEvent,
    DialEnded,
    DialOutcome,
    DialPlan,
    DigitReceived,
    MessageTaken,
    QueueConnected,
    QueueEntry,
    QueueLeft,
    QueueOutcome,
)
from tests.scenarios.call_centre import Centre, Flow, straight_to


def test_extension_calls_extension() -> None:
    centre = Centre()
    centre.locations.register("202")
    caller = centre.phones.call("202", account="300", caller="a forged number")
    callee = centre.agent_leg
    assert callee.caller == "+8613800138000"
    assert "answer" not in caller.did
    callee.ring()
    assert caller.did == ["ring"]
    callee.answer()
    caller.ack()
    assert centre.hear_each_other(caller, callee)
    centre.time.advance(5.0)
    callee.hang_up()
    centre.time.advance(0.0)
    assert caller.status == 200
    (received,) = centre.events(e.CallReceived)
    assert received.target == "ext:202"
    (ended,) = centre.events(e.CallWasEnded)
    assert (ended.by, ended.talked_s) == ("agent", pytest.approx(5.0))
    centre.nothing_left()


@pytest.mark.parametrize(("refusal", "told"), [(486, 486), (603, 486), (404, 480), (None, 480)])
def test_what_the_caller_of_an_extension_is_told(refusal: int | None, told: int) -> None:
    centre = Centre()
    centre.locations.register("202")
    caller = centre.phones.call("202", account="300")
    if refusal is None:
        centre.time.advance(60.0)
    else:
        centre.agent_leg.refuse(refusal)
    centre.time.advance(0.0)
    assert caller.status == told
    centre.nothing_left()


@pytest.mark.parametrize(
    ("called", "account", "status"),
    [("202", None, 404), ("999", "300", 404), ("6001", None, 403), ("202", "300", 480)],
)
def test_who_is_not_let_in(called: str, account: str | None, status: int) -> None:
    centre = Centre()
    leg = centre.phones.call(called, account=account)
    centre.time.advance(0.0)
    assert leg.status == status
    centre.nothing_left()


def test_an_offer_without_a_codec_of_ours_or_without_ports() -> None:
    centre = Centre()
    assert centre.phones.call("6000", offer=b"v=0\r\nnonsense").status in (400, 488)
    centre.engine.port_range = (16384, 16384)
    assert centre.phones.call("6000").status == 503
    assert centre.log.kinds() == []
    centre.nothing_left()


def dialling(centre: Centre, plan: DialPlan) -> Flow:
    centre.locations.register("201")
    centre.locations.register("202")
    centre.customer()
    flow = centre.flows[0]
    flow.control.answer()
    centre.phones.legs[next(iter(centre.phones.legs))].ack()
    flow.control.dial(plan)
    return flow


def test_all_ring_and_the_first_answer_wins() -> None:
    centre = Centre()
    flow = dialling(centre, DialPlan(("ext:201", "agent:wang_wei")))
    customer = centre.phones.legs[next(iter(centre.phones.legs))]
    assert centre.session(customer).playing.loop
    one, two = centre.phones.invited
    two.answer()
    assert one.status == 487
    assert centre.hear_each_other(customer, two)
    two.hang_up()
    assert flow.heard[-1] == DialEnded(DialOutcome.ANSWERED_AND_FINISHED, "agent:wang_wei")
    customer.hang_up()
    centre.nothing_left()


def test_one_by_one_until_somebody_answers() -> None:
    centre = Centre()
    plan = DialPlan(("ext:201", "tel:+86100", "agent:wang_wei"), one_by_one=True, timeout_s=10.0)
    flow = dialling(centre, plan)
    centre.time.advance(10.0)
    first, second = centre.phones.invited
    assert (first.status, second.over) == (487, False)
    second.answer()
    centre.time.advance(60.0)
    assert not second.over
    assert flow.heard_of(DialEnded) == []
    second.hang_up()
    assert len(flow.heard_of(DialEnded)) == 1
    centre.phones.legs[next(iter(centre.phones.legs))].hang_up()
    centre.nothing_left()


@pytest.mark.parametrize(
    ("statuses", "outcome"),
    [((486, 404), DialOutcome.BUSY), ((404, 503), DialOutcome.FAILED),
     ((480, 404), DialOutcome.NO_ANSWER)],
)  # fmt: skip
def test_how_a_dial_fails(statuses: tuple[int, int], outcome: DialOutcome) -> None:
    centre = Centre()
    flow = dialling(centre, DialPlan(("ext:201", "ext:202")))
    for leg, status in zip(tuple(centre.phones.invited), statuses, strict=True):
        leg.refuse(status)
    assert flow.heard[-1] == DialEnded(outcome)
    centre.phones.legs[next(iter(centre.phones.legs))].hang_up()
    centre.nothing_left()


def test_one_recording_from_start_to_the_calls_end() -> None:
    centre = Centre(lambda flow: flow.control.record("start"))
    centre.log_in("li_na", "201")
    customer = centre.customer()
    control = centre.flows[0].control
    control.mask(True)
    assert centre.engine.recordings[0].masked
    control.mask(False)
    control.enter_queue(QueueEntry("support"))
    centre.rendered()
    centre.agent_leg.answer()
    (recording,) = centre.engine.recordings
    assert [track for _, track in recording.tracks] == [Track.CUSTOMER, Track.AGENT]
    control.record("pause")
    assert recording.paused
    control.record("resume")
    centre.agent_leg.hang_up()
    assert not recording.closed
    customer.hang_up()
    (stopped,) = centre.events(e.RecordingStopped)
    assert (stopped.queue, stopped.agent) == ("support", "li_na")
    centre.nothing_left()


def test_each_start_after_a_stop_is_a_recording_of_its_own() -> None:
    centre = Centre()
    customer = centre.customer()
    control = centre.flows[0].control
    for action in ("start", "start", "stop", "stop", "start"):
        control.record(action)
    assert [recording.path.name for recording in centre.engine.recordings] == ["rec1", "rec2"]
    customer.hang_up()
    centre.nothing_left()


def test_a_full_disk_and_a_queue_that_refuses() -> None:
    centre = Centre(straight_to("support"))
    centre.log_in("li_na", "201")
    centre.shelf.full = True
    customer = centre.customer()
    centre.time.advance(0.0)
    assert centre.flows[0].heard_of(QueueLeft) == [QueueLeft(QueueOutcome.CLOSED)]
    assert centre.page.shown == []
    assert centre.kinds("recording") == ["recording.unavailable"]
    customer.hang_up()
    centre.nothing_left()


@pytest.mark.parametrize(("queue", "connected"), [("support", False), ("relaxed", True)])
def test_a_disk_that_fills_while_the_caller_waits(queue: str, connected: bool) -> None:
    centre = Centre(straight_to(queue))
    centre.log_in("li_na", "201")
    customer = centre.customer()
    centre.engine.unwritable = True
    centre.rendered()
    centre.agent_leg.answer()
    centre.time.advance(0.0)
    flow = centre.flows[0]
    assert bool(flow.heard_of(QueueConnected)) is connected
    if not connected:
        assert flow.heard_of(QueueLeft) == [QueueLeft(QueueOutcome.CLOSED)]
        assert centre.agent_leg.over
    customer.hang_up()
    centre.nothing_left()


def test_a_recording_that_breaks_off_is_told() -> None:
    centre = Centre(lambda flow: flow.control.record("start"))
    customer = centre.customer()
    centre.engine.fail(centre.engine.recordings[0])
    centre.time.advance(0.0)
    (told,) = centre.events(e.RecordingUnavailable)
    assert told.call == centre.flows[0].control.facts.call
    assert not customer.over
    customer.hang_up()
    centre.nothing_left()


@pytest.mark.parametrize("end", ["hash", "max", "hang up", "at the beep"])
def test_a_message_is_taken(end: str) -> None:
    centre = Centre(lambda flow: flow.control.take_message("shop", max_s=30.0, beep=True))
    customer = centre.customer()
    centre.time.advance(0.25)
    centre.time.advance(0.5 if end == "at the beep" else 8.0)
    if end == "hash":
        centre.engine.press(centre.session(customer), "5#")
        centre.time.advance(0.0)
    elif end == "max":
        centre.time.advance(22.0)
    customer.hang_up()
    flow = centre.flows[0]
    taken = flow.heard_of(MessageTaken)
    if end in ("hash", "max"):
        assert taken == [MessageTaken(pytest.approx(8.0 if end == "hash" else 30.0))]
        assert flow.heard_of(DigitReceived) == []
    else:
        assert taken == []
    (stopped,) = centre.events(e.RecordingStopped)
    assert stopped.mailbox == "shop"
    left = centre.events(e.MessageLeft)
    assert [message.recording for message in left] == ([] if end == "at the beep" else ["rec1"])
    centre.nothing_left()


@pytest.mark.parametrize("broken", ["full", "unwritable"])
def test_a_message_that_cannot_be_kept_is_told(broken: str) -> None:
    centre = Centre(lambda flow: flow.control.take_message("shop", max_s=30.0, beep=True))
    centre.shelf.full = broken == "full"
    centre.engine.unwritable = broken == "unwritable"
    customer = centre.customer()
    centre.time.advance(0.25)
    assert centre.flows[0].heard_of(MessageTaken) == [MessageTaken(0.0, kept=False)]
    assert centre.events(e.MessageLeft) == []
    customer.hang_up()
    centre.nothing_left()


def test_a_key_sent_both_ways_counts_once() -> None:
    centre = Centre(lambda flow: flow.control.answer())
    customer = centre.customer()
    customer.keys("1")
    centre.engine.press(centre.session(customer), "2")
    centre.time.advance(0.0)
    customer.keys("2")
    heard = [event.digit for event in centre.flows[0].heard_of(DigitReceived)]
    assert heard == ["1", "2"]
    customer.hang_up()
    centre.nothing_left()


def test_an_application_is_never_called_from_within_its_own_command() -> None:
    inside = 0

    def on(flow: Flow, event: CallEvent) -> None:
        nonlocal inside
        assert inside == 0
        inside += 1
        if isinstance(event, QueueLeft):
            flow.control.hang_up()
        inside -= 1

    def begin(flow: Flow) -> None:
        nonlocal inside
        inside += 1
        flow.control.enter_queue(QueueEntry("nowhere"))
        assert flow.heard_of(QueueLeft) == []
        inside -= 1

    centre = Centre(begin)
    centre.on = on
    customer = centre.phones.call("6000")
    centre.time.advance(0.0)
    assert customer.over

    centre.begin = None
    customer = centre.customer()
    begin(centre.flows[-1])
    assert not customer.over
    centre.time.advance(0.0)
    assert customer.over
    centre.nothing_left()


def test_an_application_that_fails_ends_its_call() -> None:
    def begin(flow: Flow) -> None:
        raise RuntimeError("a defect")

    centre = Centre(begin)
    assert centre.phones.call("6000").status == 500
    (ended,) = centre.events(e.CallWasEnded)
    assert ended.by == "error"
    centre.nothing_left()
