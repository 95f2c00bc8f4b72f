"""The hang-up walk: the caller, the agent, or the media end the call in each state there is.

Whatever the moment: no leg, session, timer, queue entry or open recording is left, the agent is
free again, and exactly one `call.ended` is told.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from media.contract import Direction
from switch import events as e
from switch.application import (
    CallEnded,
    DialPlan,
    HangupCause,
    QueueEntry,
)
from switch.fake import FakeLeg
from switch.offer import Presence
from tests.scenarios.call_centre import Centre

State = Callable[[Centre], FakeLeg]


def arrived(centre: Centre) -> FakeLeg:
    return centre.phones.call("6000")


def ringing(centre: Centre) -> FakeLeg:
    leg = arrived(centre)
    centre.flows[0].control.ring()
    return leg


def answered_without_ack(centre: Centre) -> FakeLeg:
    leg = arrived(centre)
    centre.flows[0].control.answer()
    return leg


def delayed_offer_without_ack(centre: Centre) -> FakeLeg:
    leg = centre.phones.call("6000", delayed_offer=True)
    centre.flows[0].control.answer()
    return leg


def confirmed(centre: Centre) -> FakeLeg:
    leg = answered_without_ack(centre)
    leg.ack()
    return leg


def welcome_plays(centre: Centre) -> FakeLeg:
    leg = arrived(centre)
    centre.flows[0].control.play([centre.engine.prompt("welcome", 3.0)])
    leg.ack()
    return leg


def recorded(centre: Centre) -> FakeLeg:
    leg = confirmed(centre)
    centre.flows[0].control.record("start")
    return leg


def waiting(centre: Centre) -> FakeLeg:
    leg = confirmed(centre)
    entry = QueueEntry("support", announce_every_s=10.0, max_wait_s=60.0)
    centre.flows[0].control.enter_queue(entry)
    return leg


def offered(centre: Centre) -> FakeLeg:
    centre.log_in("li_na", "201")
    leg = waiting(centre)
    assert centre.page.shown
    return leg


def invited(centre: Centre) -> FakeLeg:
    leg = offered(centre)
    centre.rendered()
    return leg


def invited_late(centre: Centre) -> FakeLeg:
    leg = offered(centre)
    centre.time.advance(0.15)
    assert centre.phones.invited
    return leg


def agent_rings(centre: Centre) -> FakeLeg:
    leg = invited(centre)
    centre.agent_leg.ring()
    return leg


def second_agent_rings(centre: Centre) -> FakeLeg:
    centre.log_in("wang_wei", "202")
    leg = agent_rings(centre)
    centre.time.advance(20.0)
    centre.rendered()
    assert len(centre.phones.invited) == 2
    return leg


def talking(centre: Centre) -> FakeLeg:
    leg = agent_rings(centre)
    centre.agent_leg.answer()
    return leg


def held(centre: Centre) -> FakeLeg:
    leg = talking(centre)
    centre.queues.hold("li_na")
    return leg


def held_by_phone(centre: Centre) -> FakeLeg:
    leg = talking(centre)
    centre.agent_leg.reoffer(Direction.SENDONLY)
    return leg


def resumed(centre: Centre) -> FakeLeg:
    leg = held(centre)
    centre.queues.resume("li_na")
    return leg


def back_in_the_flow(centre: Centre) -> FakeLeg:
    leg = talking(centre)
    centre.agent_leg.hang_up()
    return leg


def dialling(centre: Centre) -> FakeLeg:
    centre.locations.register("201")
    centre.locations.register("202")
    leg = confirmed(centre)
    centre.flows[0].control.dial(DialPlan(("ext:201", "agent:wang_wei")))
    return leg


def dialling_before_answer(centre: Centre) -> FakeLeg:
    centre.locations.register("201")
    leg = arrived(centre)
    centre.flows[0].control.dial(DialPlan(("ext:201",)))
    centre.agent_leg.ring()
    return leg


def dialled(centre: Centre) -> FakeLeg:
    leg = dialling(centre)
    centre.phones.invited[0].answer()
    return leg


def beeping(centre: Centre) -> FakeLeg:
    leg = confirmed(centre)
    centre.flows[0].control.take_message("shop", max_s=60.0, beep=True)
    return leg


def leaving_a_message(centre: Centre) -> FakeLeg:
    leg = beeping(centre)
    centre.time.advance(5.0)
    assert centre.events(e.RecordingStarted)
    return leg


EARLY: list[State] = [arrived, ringing, dialling_before_answer]
IN_CALL: list[State] = [
    answered_without_ack, delayed_offer_without_ack, confirmed, welcome_plays, recorded, waiting,
    offered, invited, invited_late, agent_rings, second_agent_rings, talking, held, held_by_phone,
    resumed, back_in_the_flow, dialling, dialled, beeping, leaving_a_message,
]  # fmt: skip


def ended_once(centre: Centre, by: str) -> None:
    (ended,) = centre.events(e.CallWasEnded)
    assert ended.by == by
    centre.time.advance(0.0)
    (told,) = centre.flows[0].heard_of(CallEnded)
    assert centre.flows[0].heard[-1] is told
    assert told.by_caller is (by == "caller")
    for agent in ("li_na", "wang_wei"):
        assert centre.queues.presence(agent)[0] in (
            Presence.OFFLINE, Presence.AVAILABLE, Presence.WRAP_UP
        )  # fmt: skip
    assert all(leg.over for leg in centre.phones.legs.values())
    centre.nothing_left()


@pytest.mark.parametrize("state", EARLY)
def test_the_caller_cancels(state: State) -> None:
    centre = Centre()
    state(centre).cancel()
    ended_once(centre, "caller")


@pytest.mark.parametrize("state", IN_CALL)
def test_the_caller_hangs_up(state: State) -> None:
    centre = Centre()
    state(centre).hang_up()
    ended_once(centre, "caller")


@pytest.mark.parametrize("state", [*EARLY, *IN_CALL])
def test_the_flow_hangs_up(state: State) -> None:
    centre = Centre()
    state(centre)
    centre.flows[0].control.hang_up(HangupCause.BUSY)
    centre.flows[0].control.play([centre.music])
    centre.flows[0].control.enter_queue(QueueEntry("support"))
    ended_once(centre, "flow")


@pytest.mark.parametrize("state", IN_CALL)
def test_the_callers_media_dies(state: State) -> None:
    centre = Centre()
    leg = state(centre)
    centre.engine.fall_silent(centre.session(leg))
    centre.time.advance(0.0)
    ended_once(centre, "media_timeout")


@pytest.mark.parametrize("state", [*EARLY, *IN_CALL])
def test_the_node_is_drained_to_its_end(state: State) -> None:
    centre = Centre()
    state(centre)
    empty: list[bool] = []
    centre.calls.drain(lambda: empty.append(True))
    late = centre.phones.call("6000")
    assert late.status == 503
    assert not empty
    centre.calls.end_all()
    assert empty == [True]
    ended_once(centre, "drain")


@pytest.mark.parametrize("state", [invited, agent_rings, second_agent_rings, dialling])
def test_a_cancel_crosses_the_other_phones_200(state: State) -> None:
    centre = Centre()
    leg = state(centre)
    crossing = centre.agent_leg
    leg.hang_up()
    crossing.answer()
    ended_once(centre, "caller")


@pytest.mark.parametrize("how", ["hang up", "answer first"])
def test_the_caller_is_gone_between_acknowledgement_and_invite(how: str) -> None:
    centre = Centre()
    leg = offered(centre)

    def crosses(invited: FakeLeg) -> None:
        if how == "answer first":
            invited.answer()
        leg.hang_up()

    centre.phones.on_invite = crosses
    centre.rendered()
    assert centre.agent_leg.over
    assert centre.queues.presence("li_na")[0] in (Presence.AVAILABLE, Presence.WRAP_UP)
    ended_once(centre, "caller")


def test_the_caller_is_gone_while_the_page_is_being_told() -> None:
    centre = Centre()
    centre.log_in("li_na", "201")
    leg = confirmed(centre)
    centre.page.on_present = lambda offer: leg.hang_up()
    centre.flows[0].control.enter_queue(QueueEntry("support"))
    assert centre.page.withdrawn[0][0] == centre.page.shown[0]
    centre.rendered()
    assert centre.phones.invited == []
    assert centre.queues.presence("li_na")[0] is Presence.AVAILABLE
    ended_once(centre, "caller")


def test_the_agents_media_dies() -> None:
    centre = Centre()
    leg = talking(centre)
    centre.engine.fall_silent(centre.session(centre.agent_leg))
    centre.time.advance(0.0)
    assert centre.agent_leg.over
    assert not leg.over
    leg.hang_up()
    ended_once(centre, "caller")


def test_silence_of_a_phone_that_holds_is_not_an_end() -> None:
    centre = Centre()
    leg = held_by_phone(centre)
    centre.engine.fall_silent(centre.session(centre.agent_leg))
    centre.time.advance(0.0)
    assert not centre.agent_leg.over
    leg.hang_up()
    ended_once(centre, "caller")


def test_the_acks_answer_to_our_offer_is_useless() -> None:
    centre = Centre()
    leg = delayed_offer_without_ack(centre)
    leg.ack(b"nonsense")
    assert leg.over
    ended_once(centre, "error")
