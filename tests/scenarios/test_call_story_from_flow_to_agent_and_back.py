"""The whole story of a call: flow, queue, offer, page, phone, hold, and who hangs up."""

from __future__ import annotations

import pytest

from base.events import Event, EventList
from base.instant import Instant
from media.contract import Direction
from switch import events as e
from switch.application import (
    CallAnswered,
    CallEnded,
    CallEvent,
    DigitReceived,
    PlayEnded,
    QueueAnnouncementDue,
    QueueConnected,
    QueueEntry,
    QueueLeft,
    QueueOutcome,
)
from switch.offer import Offer, Presence
from tests.scenarios.call_centre import Centre, Flow, straight_to


def talking(centre: Centre) -> tuple:
    """A customer and li_na who talk."""
    centre.log_in("li_na", "201")
    customer = centre.customer()
    centre.rendered()
    agent = centre.agent_leg
    agent.ring()
    centre.time.advance(3.0)
    agent.answer()
    assert centre.hear_each_other(customer, agent)
    return customer, agent


def test_from_the_welcome_to_wrap_up() -> None:
    def on(flow: Flow, event: CallEvent) -> None:
        match event:
            case DigitReceived():
                flow.control.stop_play()
                flow.control.attach_case("case1", {"topic": "transfer"})
                flow.control.enter_queue(QueueEntry("support", pop=("topic",)))
            case QueueLeft():
                flow.control.hang_up()

    centre = Centre(begin=lambda flow: flow.control.play([welcome]) and None)
    welcome = centre.engine.prompt("welcome", 4.0)
    centre.on = on
    centre.log_in("li_na", "201")

    customer = centre.customer(headers={"x-segue-handoff": "token"})
    flow = centre.flows[0]
    assert flow.control.facts.headers == {"x-segue-handoff": "token"}
    centre.time.advance(1.0)
    centre.engine.press(centre.session(customer), "1")
    centre.time.advance(0.0)

    offer = centre.page.shown[0]
    assert (offer.case, offer.context, offer.pop) == ("case1", {"topic": "transfer"}, ("topic",))
    assert centre.phones.invited == []
    centre.time.advance(0.02)
    centre.rendered()
    agent = centre.agent_leg
    assert agent.caller == "13800138000"
    assert agent.headers == {"X-Segue-Call": offer.call}
    assert centre.queues.presence("li_na")[0] is Presence.OFFERED
    agent.ring()
    centre.time.advance(2.0)
    agent.answer()
    assert centre.hear_each_other(customer, agent)
    assert centre.queues.call_of("li_na").state == "talking"

    centre.time.advance(10.0)
    agent.hang_up()
    centre.time.advance(0.0)

    assert customer.status == 200
    assert [type(event) for event in flow.heard] == [
        CallAnswered, DigitReceived, PlayEnded, QueueConnected, QueueLeft, CallEnded,
    ]  # fmt: skip
    assert centre.queues.wrap_up_of("li_na").case == "case1"
    assert centre.kinds("call", "queue", "pop", "agent", "rec") == [
        "call.received", "call.answered", "queue.entered", "queue.offered", "pop.acknowledged",
        "agent.invited", "recording.started", "agent.answered", "queue.left", "agent.finished",
        "recording.stopped", "call.ended",
    ]  # fmt: skip
    (acknowledged,) = centre.events(e.PopAcknowledged)
    assert acknowledged.after_ms == pytest.approx(20.0)
    (stopped,) = centre.events(e.RecordingStopped)
    assert (stopped.queue, stopped.agent, stopped.case) == ("support", "li_na", "case1")
    (ended,) = centre.events(e.CallWasEnded)
    assert (ended.by, ended.case) == ("flow", "case1")
    assert ended.talked_s == pytest.approx(10.0)
    centre.queues.finish_wrap_up("li_na")
    assert centre.queues.presence("li_na")[0] is Presence.AVAILABLE
    centre.nothing_left()


@pytest.mark.parametrize(
    ("after_s", "late"), [(0.0, False), (0.149, False), (0.150, True), (0.151, True)]
)
def test_the_page_acknowledges_after(after_s: float, late: bool) -> None:
    centre = Centre(straight_to())
    centre.log_in("li_na", "201")
    customer = centre.customer()
    centre.time.advance(after_s)
    assert len(centre.phones.invited) == (1 if late else 0)
    centre.rendered()
    assert len(centre.phones.invited) == 1
    (acknowledged,) = centre.events(e.PopAcknowledged)
    assert acknowledged.late is late
    assert len(centre.events(e.PopWasLate)) == late
    customer.hang_up()
    centre.nothing_left()


def test_acknowledgements_that_change_nothing() -> None:
    centre = Centre(straight_to())
    centre.log_in("li_na", "201")
    centre.log_in("wang_wei", "202")
    customer = centre.customer()
    first = centre.page.shown[0]
    centre.queues.pop_rendered("wang_wei", first.id, first.epoch, hidden=False)
    centre.queues.pop_rendered("li_na", "other", 1, hidden=False)
    assert centre.phones.invited == []
    centre.rendered()
    centre.rendered()
    centre.agent_leg.refuse(486)
    second = centre.page.shown[1]
    assert (second.agent, second.epoch) == ("wang_wei", first.epoch + 1)
    centre.rendered(first)
    assert len(centre.phones.invited) == 1
    assert dict(centre.queues.ignored_acknowledgements) == {
        "foreign": 1, "unknown": 1, "repeated": 1, "epoch": 1
    }  # fmt: skip
    customer.hang_up()
    centre.nothing_left()


def test_a_page_that_never_answers_does_not_keep_the_phone_from_ringing() -> None:
    centre = Centre(straight_to())
    centre.log_in("li_na", "201")
    customer = centre.customer()
    centre.time.advance(0.2)
    centre.agent_leg.answer()
    assert centre.hear_each_other(customer, centre.agent_leg)
    assert centre.events(e.PopAcknowledged) == []
    customer.hang_up()
    centre.nothing_left()


def test_a_phone_that_never_answers_sends_the_call_on() -> None:
    centre = Centre(straight_to())
    centre.log_in("li_na", "201")
    centre.log_in("wang_wei", "202")
    customer = centre.customer()
    centre.rendered()
    silent = centre.agent_leg
    centre.time.advance(20.0)
    assert silent.status == 487
    assert centre.page.withdrawn[0][1] == "no_answer"
    centre.rendered()
    centre.agent_leg.answer()
    assert centre.queues.call_of("wang_wei").state == "talking"
    assert centre.hear_each_other(customer, centre.agent_leg)
    centre.agent_leg.hang_up()
    customer.hang_up()
    centre.nothing_left()


def test_two_misses_put_an_agent_on_break() -> None:
    centre = Centre(straight_to())
    centre.log_in("li_na", "201")
    customer = centre.customer()
    for _ in range(2):
        centre.time.advance(0.150 + 20.0 + 5.0)
    assert centre.queues.presence("li_na")[:2] == (Presence.BREAK, "no_answer")
    assert len(centre.page.shown) == 2
    customer.hang_up()
    centre.nothing_left()


@pytest.mark.parametrize("status", [486, 603, 404, 408, 480, 503])
def test_an_agent_phone_that_refuses_is_not_asked_at_once_again(status: int) -> None:
    centre = Centre(straight_to())
    centre.log_in("li_na", "201")
    customer = centre.customer()
    centre.rendered()
    centre.agent_leg.refuse(status)
    assert len(centre.page.shown) == 1
    (ended,) = centre.events(e.QueueOfferEnded)
    assert ended.reason == ("rejected" if status in (486, 603) else "unreachable")
    centre.time.advance(10.0)
    assert len(centre.page.shown) == 2
    customer.hang_up()
    centre.nothing_left()


def test_all_phones_of_an_agent_ring_and_the_first_wins() -> None:
    centre = Centre(straight_to())
    centre.log_in("li_na", "201")
    centre.locations.register("201", "198.51.100.9")
    customer = centre.customer()
    centre.rendered()
    desk, mobile = centre.phones.invited
    mobile.answer()
    assert desk.status == 487
    assert centre.hear_each_other(customer, mobile)
    customer.hang_up()
    centre.nothing_left()


@pytest.mark.parametrize("by", ["desk", "phone", "empty re-INVITE"])
def test_hold_and_resume(by: str) -> None:
    centre = Centre(straight_to())
    customer, agent = talking(centre)

    if by == "desk":
        centre.queues.hold("li_na")
        centre.queues.hold("li_na")
    elif by == "phone":
        agent.reoffer(Direction.SENDONLY)
    else:
        agent.reoffer_empty(Direction.INACTIVE)
    session = centre.session(customer)
    assert session.playing.prompts == (centre.music,)
    assert session.playing.loop
    assert not centre.session(agent).hears(session)
    assert "reoffer" not in customer.did
    assert centre.queues.call_of("li_na").state == "held"

    if by == "desk":
        centre.queues.resume("li_na")
    elif by == "phone":
        agent.reoffer(Direction.SENDRECV)
    else:
        agent.reoffer_empty(Direction.SENDRECV)
    assert centre.hear_each_other(customer, agent)
    assert centre.kinds("call.h", "call.res") == ["call.held", "call.resumed"]
    agent.hang_up()
    customer.hang_up()
    centre.nothing_left()


def test_the_desk_ends_the_agents_part_and_the_flow_goes_on() -> None:
    centre = Centre(straight_to())
    customer, agent = talking(centre)
    centre.queues.hang_up("li_na")
    assert agent.status == 200
    assert not customer.over
    assert centre.flows[0].heard[-1] == QueueLeft(QueueOutcome.ANSWERED_AND_FINISHED, "li_na")
    (finished,) = centre.events(e.AgentFinished)
    assert finished.by == "desk"
    customer.hang_up()
    centre.nothing_left()


def test_a_break_asked_for_while_talking_comes_after_the_call() -> None:
    centre = Centre(straight_to())
    customer, _agent = talking(centre)
    centre.queues.set_presence("li_na", Presence.BREAK, "lunch")
    assert centre.queues.presence("li_na")[0] is Presence.TALKING
    customer.hang_up()
    assert centre.queues.presence("li_na")[0] is Presence.WRAP_UP
    centre.time.advance(30.0)
    assert centre.queues.presence("li_na")[:2] == (Presence.BREAK, "lunch")
    centre.nothing_left()


def test_going_on_break_while_the_phone_rings_withdraws_the_offer() -> None:
    centre = Centre(straight_to())
    centre.log_in("li_na", "201")
    customer = centre.customer()
    centre.rendered()
    centre.queues.set_presence("li_na", Presence.OFFLINE)
    assert centre.agent_leg.status == 487
    assert centre.page.withdrawn[0][1] == "withdrawn"
    assert centre.flows[0].heard_of(QueueLeft) == [QueueLeft(QueueOutcome.NO_AGENTS)]
    customer.hang_up()
    centre.nothing_left()


def test_an_agent_in_another_call_gets_no_offer() -> None:
    centre = Centre(straight_to())
    centre.log_in("li_na", "201")
    centre.log_in("wang_wei", "202")
    private = centre.phones.call("202", account="201")
    centre.agent_leg.answer()
    private.ack()
    customers = [centre.customer(), centre.customer()]
    assert centre.page.shown == []
    private.hang_up()
    assert {offer.agent for offer in centre.page.shown} == {"li_na", "wang_wei"}
    for customer in customers:
        customer.hang_up()
    centre.nothing_left()


def test_only_misses_in_a_row_count() -> None:
    centre = Centre(straight_to())
    centre.log_in("li_na", "201")
    for _ in range(2):
        customer = centre.customer()
        centre.time.advance(0.150 + 20.0 + 5.0)
        centre.rendered()
        centre.agent_leg.answer()
        customer.hang_up()
        centre.queues.finish_wrap_up("li_na")
    assert centre.queues.presence("li_na")[0] is Presence.AVAILABLE
    centre.nothing_left()


def test_announcements_are_spoken_over_the_music() -> None:
    def on(flow: Flow, event: CallEvent) -> None:
        if isinstance(event, QueueAnnouncementDue):
            flow.control.play([position])

    centre = Centre(
        lambda flow: flow.control.enter_queue(QueueEntry("support", announce_every_s=15.0))
    )
    position = centre.engine.prompt("you are next", 2.0)
    centre.on = on
    centre.queues.set_presence("li_na", Presence.BREAK, "lunch")
    customer = centre.customer()
    session = centre.session(customer)
    assert session.playing.prompts == (centre.music,)
    centre.time.advance(15.0)
    assert session.playing.prompts == (position,)
    centre.time.advance(2.0)
    assert session.playing.prompts == (centre.music,)
    assert centre.flows[0].heard_of(QueueAnnouncementDue) == [QueueAnnouncementDue(1, 180.0)]
    customer.hang_up()
    centre.nothing_left()


@pytest.mark.parametrize(
    ("entry", "seconds", "outcome"),
    [
        (QueueEntry("support", max_wait_s=40.0), 40.0, QueueOutcome.TIMED_OUT),
        (QueueEntry("support", agent="li_na", agent_wait_s=9.0), 9.0, QueueOutcome.AGENT_AWAY),
        (QueueEntry("support", agent="wang_wei"), 0.0, QueueOutcome.AGENT_AWAY),
        (QueueEntry("support", max_length=0), 0.0, QueueOutcome.FULL),
        (QueueEntry("nowhere"), 0.0, QueueOutcome.CLOSED),
    ],
)
def test_leaving_the_queue_unserved(
    entry: QueueEntry, seconds: float, outcome: QueueOutcome
) -> None:
    centre = Centre(lambda flow: flow.control.enter_queue(entry))
    centre.queues.set_presence("li_na", Presence.BREAK, "lunch")
    customer = centre.customer()
    centre.time.advance(seconds)
    assert centre.flows[0].heard_of(QueueLeft) == [QueueLeft(outcome)]
    if seconds:
        assert centre.session(customer).playing is None
    customer.hang_up()
    centre.nothing_left()


def test_an_agent_without_a_page_only_where_the_queue_allows_it() -> None:
    centre = Centre(straight_to("relaxed"))
    centre.locations.register("201")
    centre.queues.account_reachable("201", True)
    centre.queues.set_presence("li_na", Presence.AVAILABLE)
    customer = centre.customer()
    centre.agent_leg.answer()
    assert centre.hear_each_other(customer, centre.agent_leg)
    customer.hang_up()
    centre.begin = straight_to("support")
    centre.queues.finish_wrap_up("li_na")
    second = centre.customer()
    assert len(centre.phones.invited) == 1
    second.hang_up()
    centre.nothing_left()


def test_who_hears_of_an_event_reads_the_books_as_they_are_after_it() -> None:
    centre = Centre(straight_to())
    seen: list[tuple[str, object]] = []

    class Watcher(EventList):
        def emit(self, event: Event, now: Instant) -> None:
            super().emit(event, now)
            queues = centre.queues
            match event:
                case e.QueueOffered():
                    seen.append(("offer", queues.offer_of("li_na").id == event.offer))
                case e.PresenceChanged(agent="li_na"):
                    presence, _reason, since = queues.presence("li_na")
                    seen.append((presence.value, since == now.wall))
                    if presence is Presence.WRAP_UP:
                        left_s = queues.wrap_up_of("li_na").until - now.wall
                        seen.append(("wrap-up", left_s == pytest.approx(30.0)))

    centre.log = Watcher()
    centre.queues._sink = centre.exchange.sink = centre.log
    customer, _agent = talking(centre)
    customer.hang_up()
    assert seen == [
        ("available", True), ("ringing", True), ("offer", True), ("talking", True),
        ("wrap_up", True), ("wrap-up", True),
    ]  # fmt: skip
    centre.nothing_left()


def test_a_page_that_cannot_be_served_does_not_keep_the_phone_from_ringing() -> None:
    centre = Centre(straight_to())

    def broken(offer: Offer) -> None:
        raise RuntimeError("a defect")

    centre.page.on_present = broken
    centre.log_in("li_na", "201")
    customer = centre.customer()
    assert len(centre.defects.records) == 1
    centre.defects.records.clear()
    centre.time.advance(0.2)
    assert len(centre.phones.invited) == 1
    customer.hang_up()
    centre.nothing_left()


def test_the_two_speak_again_when_nobody_holds_any_more() -> None:
    centre = Centre(straight_to())
    customer, agent = talking(centre)
    centre.queues.hold("li_na")
    agent.reoffer(Direction.SENDONLY)
    assert centre.engine.played(centre.session(customer)).count("music") == 2
    centre.queues.resume("li_na")
    assert centre.queues.call_of("li_na").state == "held"
    agent.reoffer(Direction.SENDRECV)
    assert centre.hear_each_other(customer, agent)
    assert centre.kinds("call.held", "call.resumed") == ["call.held", "call.resumed"]
    customer.hang_up()
    centre.nothing_left()


def test_a_caller_who_leaves_while_another_is_being_offered() -> None:
    centre = Centre(straight_to())
    centre.log_in("li_na", "201")
    centre.log_in("wang_wei", "202")
    for _ in range(2):
        centre.customer()
        centre.rendered()
        centre.agent_leg.answer()
    first, second = (leg for leg in centre.phones.legs.values() if leg.incoming)
    third, fourth = centre.customer(), centre.customer()
    first.hang_up()
    second.hang_up()
    centre.page.on_present = lambda offer: fourth.hang_up()
    centre.time.advance(30.0)
    assert [offer.waited_s for offer in centre.page.shown[2:]] == [30.0, 30.0]
    centre.rendered(centre.page.shown[2])
    centre.agent_leg.answer()
    third.hang_up()
    centre.nothing_left()
