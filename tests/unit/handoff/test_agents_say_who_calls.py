import pytest

from handoff.cases import Customer
from handoff.moves import ConfirmDenied
from handoff.pop import Viewer

AGENT = Viewer("agent")
LI = Customer("C1002", "Li Lei", "+8613800138000")
SHARED = "+8613800138000"


def arrive(room, caller=SHARED, **how):
    facts = room.facts(caller=caller, **how)
    return facts.call, room.handoffs.arrived(facts)


def test_a_candidate_who_is_confirmed_gets_the_call_and_the_fuller_pop(room):
    wang, li = room.case(), room.case(LI)
    call, arrival = arrive(room)
    assert room.handoffs.pop(call, AGENT)["form"] == []
    assert room.handoffs.confirm_customer(call, "li_na", li.id) is li
    pop = room.handoffs.pop(call, AGENT)
    assert (pop["match"]["by"], pop["match"]["confidence"]) == ("agent", 0.9)
    assert (pop["customer"]["id"], pop["match"]["sure"]) == ("C1002", True)
    assert [one["value"] for one in pop["form"]] == ["Li ***", "60,000", "••••••"]
    assert pop["match"]["reasons"] == ["li_na asked who is calling"]
    matched = room.log.events[-1][1]
    assert (matched.case, matched.by, matched.agent, matched.was) == (
        li.id, "agent", "li_na", arrival.case,
    )  # fmt: skip
    assert room.handoffs.case(arrival.case) is None
    assert list(li.calls) == [call]
    assert (wang.live_calls, li.live_calls) == (0, 1)


def test_a_slip_is_put_right_and_the_other_candidates_stay_at_hand(room):
    wang, li = room.case(), room.case(LI)
    call, _ = arrive(room)
    room.handoffs.confirm_customer(call, "li_na", wang.id)
    assert room.handoffs.pop(call, AGENT)["match"]["candidates"] == [
        {"case": li.id, "name": "Li Lei"}
    ]
    room.handoffs.confirm_customer(call, "li_na", li.id)
    assert room.handoffs.pop(call, AGENT)["customer"]["name"] == "Li Lei"
    assert (list(wang.calls), list(li.calls)) == ([], [call])
    assert (wang.live_calls, li.live_calls) == (0, 1)


def test_the_one_whose_number_it_is_is_confirmed_where_the_call_stands(room):
    wang = room.case()
    call, _ = arrive(room)
    room.handoffs.confirm_customer(call, "li_na", wang.id)
    assert room.handoffs.pop(call, AGENT)["match"]["sure"]
    assert (wang.live_calls, room.log.events[-1][1].was) == (1, None)


def test_nobody_is_confirmed_who_was_not_shown_or_where_it_is_proved(room):
    wang = room.case()
    stranger = room.case(Customer("C9", "Zhao", "+8613966667777"))
    issued = room.handoffs.create_handoff(wang, "amount")
    unsure, _ = arrive(room)
    proved, _ = arrive(room, headers={"x-segue-handoff": issued.token})
    before = len(room.log.events)
    confirm = room.handoffs.confirm_customer
    assert confirm(unsure, "li_na", stranger.id) is ConfirmDenied.NO_CANDIDATE
    assert confirm(unsure, "li_na", "") is ConfirmDenied.NO_CANDIDATE
    assert confirm(proved, "li_na", wang.id) is ConfirmDenied.SURE
    assert confirm("no-call", "li_na", wang.id) is ConfirmDenied.UNKNOWN
    assert room.handoffs.name_customer(proved, "li_na", "Zhao") is ConfirmDenied.SURE
    assert len(room.log.events) == before


@pytest.mark.parametrize("ended", [False, True])
def test_a_new_customer_takes_the_whole_contact_and_is_known_next_time(room, ended):
    call, arrival = arrive(room, caller="+8613911112222")
    room.handoffs.state_entered(call, "welcome", "menu")
    room.handoffs.state_left(call, "welcome", "1")
    room.handoffs.write(call, {"topic": "cards"})
    if ended:
        room.handoffs.ended(call)
    case = room.handoffs.name_customer(call, "li_na", "Zhao Min")
    if not ended:
        room.handoffs.ended(call)
    assert (case.customer.name, case.customer.number) == ("Zhao Min", "+8613911112222")
    assert room.handoffs.case_of_call(call) is case
    assert room.handoffs.case(arrival.case) is None
    assert [entry.kind for entry in case.journey.entries] == ["call"]
    assert case.live_calls == 0
    pop = room.handoffs.pop(call, AGENT)
    assert (pop["customer"]["name"], pop["tags"]) == ("Zhao Min", {"topic": "cards"})
    room.time.advance(20 * 86_400.0)
    again, _ = arrive(room, caller="+8613911112222")
    pop = room.handoffs.pop(again, AGENT)
    assert (pop["customer"]["name"], pop["match"]["by"]) == ("Zhao Min", "number")
    assert pop["match"]["sure"] is False


def test_a_new_customer_by_mistake_leaves_nothing_behind(room):
    wang = room.case()
    call, _ = arrive(room)
    mistaken = room.handoffs.name_customer(call, "li_na", "Wang Fan", "")
    room.handoffs.confirm_customer(call, "li_na", wang.id)
    assert room.handoffs.case(mistaken.id) is None
    assert room.handoffs.pop(call, AGENT)["customer"]["id"] == "C1001"
