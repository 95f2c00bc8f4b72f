import pytest

from base.virtual import SeededIds
from handoff import events as handoff_events
from handoff import restore
from handoff.cases import Customer
from handoff.channels.app import StepCompleted
from handoff.links import LinkRefusal
from handoff.memory import Limits
from handoff.pop import Viewer
from handoff.service import ContinueDenied, ContinueGrant, Handoffs
from handoff.uui import user_to_user
from ivr.context import Journey, MatchFailure
from records.codec import EventCodec, event_classes, split
from records.contract import Record
from switch import events as switch_events

AGENT = Viewer("agent")


def arrive(room, **how):
    facts = room.facts(**how)
    return facts.call, room.handoffs.arrived(facts)


def test_a_token_in_user_to_user_is_certain_and_spent(room):
    case = room.case()
    issued = room.handoffs.create_handoff(case, "amount")
    headers = {"user-to-user": user_to_user(issued.token)}
    call, arrival = arrive(room, headers=headers)
    assert arrival.case == case.id
    assert arrival.journey is not None
    assert (arrival.journey.by, arrival.journey.confidence) == ("token", 1.0)
    assert (arrival.journey.step, arrival.journey.state) == ("amount", "stuck")
    assert arrival.journey.summary == "step 3 of 5, Amount, in Transfer abroad"
    _, again = arrive(room, headers=headers)
    assert again.journey is None
    assert again.case != case.id
    assert room.log.kinds().count("context.matched") == 1
    assert "context.refused" in room.log.kinds()
    # The flow may ask for what the call brought along.
    assert isinstance(room.handoffs.match(call, "token", issued.token), Journey)


def test_an_unknown_caller_gets_a_case_and_the_code_moves_the_call(room):
    case = room.case()
    issued = room.handoffs.create_handoff(case, "amount")
    call, arrival = arrive(room, caller="+8613911112222")
    assert arrival.journey is None
    assert room.handoffs.pop(call, AGENT)["match"]["by"] == "none"
    assert room.handoffs.match(call, "code", "000000") is MatchFailure.MISSING
    found = room.handoffs.match(call, "code", issued.code)
    assert isinstance(found, Journey)
    assert (found.case, found.by, found.confidence) == (case.id, "code", 0.95)
    assert room.handoffs.case(arrival.case) is None  # the walk-in case has ended with that
    pop = room.handoffs.pop(call, AGENT)
    assert pop["customer"]["name"] == "Wang Fang"
    assert [one["value"] for one in pop["form"]] == ["Li ***", "60,000", "••••••"]


def test_an_expired_code_is_told_from_a_wrong_one(room):
    issued = room.handoffs.create_handoff(room.case(), "amount")
    call, _ = arrive(room)
    room.time.advance(600.0)
    assert room.handoffs.match(call, "code", issued.code) is MatchFailure.EXPIRED


def test_the_sixth_guess_of_a_caller_is_not_even_looked_at(room):
    issued = room.handoffs.create_handoff(room.case(), "amount")
    call, _ = arrive(room, caller="+8613911112222")
    wrong = f"{(int(issued.code) + 1) % 10**6:06}"
    for _ in range(5):
        assert room.handoffs.match(call, "code", wrong) is MatchFailure.MISSING
    assert room.handoffs.match(call, "code", issued.code) is MatchFailure.TOO_MANY_TRIES
    again, _ = arrive(room, caller="+8613911112222")
    assert room.handoffs.match(again, "code", issued.code) is MatchFailure.TOO_MANY_TRIES
    other, _ = arrive(room, caller="+8613933334444")
    assert isinstance(room.handoffs.match(other, "code", issued.code), Journey)


def test_a_calling_number_is_never_sure(room):
    case = room.case()
    call, arrival = arrive(room, caller="008613800138000")
    assert (arrival.case, arrival.journey.confidence) == (case.id, 0.6)
    pop = room.handoffs.pop(call, AGENT)
    assert pop["match"]["sure"] is False
    assert pop["match"]["question"]
    assert pop["customer"] == {"id": "", "name": "Wang Fang", "number": None, "level": None}
    assert pop["form"] == []
    assert room.handoffs.issue_continue(call, "li_na", "o1/1") is ContinueDenied.UNSURE
    _, spoofed = arrive(room, caller="+8613800138000", trusted=False)
    assert spoofed.journey.confidence == 0.3


def test_a_shared_number_names_nobody_and_lists_the_candidates(room):
    room.case()
    room.case(Customer("C1002", "Li Lei", "+8613800138000"))
    call, arrival = arrive(room, caller="+8613800138000")
    assert arrival.journey is None
    pop = room.handoffs.pop(call, AGENT)
    assert pop["customer"] is None
    assert pop["match"]["by"] == "number"
    assert pop["match"]["confidence"] == 0.3
    assert {one["name"] for one in pop["match"]["candidates"]} == {"Wang Fang", "Li Lei"}


def test_a_better_match_is_not_lost_to_a_worse_one(room):
    case = room.case()
    other = room.case(Customer("C1002", "Li Lei", "+8613955556666"))
    issued = room.handoffs.create_handoff(case, "amount")
    call, _ = arrive(room, headers={"x-segue-handoff": issued.token})
    found = room.handoffs.match(call, "customer", "C1002")
    assert isinstance(found, Journey)
    assert (found.case, found.by) == (case.id, "token")
    assert other.id != case.id


def test_a_customer_with_very_many_cases_is_matched_to_the_newest(room):
    cases = []
    for _ in range(60):
        room.time.advance(1.0)
        cases.append(room.case())
    call, arrival = arrive(room, caller="+8613800138000")
    assert arrival.case == cases[-1].id
    candidates = room.handoffs.pop(call, AGENT)["match"]["candidates"]
    assert candidates == [{"case": cases[-1].id, "name": "Wang Fang"}]
    assert isinstance(room.handoffs.match(call, "customer", "C1001"), Journey)


def test_asking_again_tells_the_same_and_logs_nothing_new(room):
    room.case()
    call, _ = arrive(room, caller="+8613800138000")
    again = room.handoffs.match(call, "number", "+8613800138000")
    assert isinstance(again, Journey)
    assert again.confidence == 0.6
    assert room.log.kinds().count("context.matched") == 1


def test_continue_opens_the_step_once_and_shows_what_came_of_it(room):
    case = room.case()
    issued = room.handoffs.create_handoff(case, "amount")
    call, _ = arrive(room, headers={"x-segue-handoff": issued.token})
    url = room.handoffs.issue_continue(call, "li_na", "o1/1")
    assert url.startswith(f"https://bank.example/{case.id}?s=amount&c=")
    token = url.rpartition("c=")[2]
    assert room.handoffs.redeem_continue(token, "shop") is LinkRefusal.FORGED
    grant = room.handoffs.redeem_continue(token, "bank")
    assert isinstance(grant, ContinueGrant)
    assert (grant.step, grant.agent) == ("amount", "li_na")
    assert "483920" not in repr(grant)
    assert room.handoffs.redeem_continue(token, "bank") is LinkRefusal.USED
    assert room.handoffs.pop(call, AGENT)["continued"]["state"] == "opened"
    at = room.time.now().wall
    room.handoffs.tell(case, [StepCompleted(at=at, step="amount", result="sent")])
    pop = room.handoffs.pop(call, AGENT)
    assert pop["continued"]["state"] == "completed"
    assert pop["can_continue"] is False
    kinds = room.log.kinds()
    assert kinds.count("continue.used") == 1
    assert kinds.count("continue.refused") == 2


def test_a_link_dies_with_its_offer_and_with_time(room):
    issued = room.handoffs.create_handoff(room.case(), "amount")
    call, _ = arrive(room, headers={"x-segue-handoff": issued.token})
    first = room.handoffs.issue_continue(call, "li_na", "o1/1").rpartition("c=")[2]
    second = room.handoffs.issue_continue(call, "li_na", "o1/2").rpartition("c=")[2]
    room.handoffs.offer_withdrawn("o1/1")
    assert room.handoffs.redeem_continue(first, "bank") is LinkRefusal.WITHDRAWN
    room.time.advance(600.0)
    assert room.handoffs.redeem_continue(second, "bank") is LinkRefusal.EXPIRED


def test_the_way_through_the_flow_is_shown_and_becomes_a_line_of_the_journey(room):
    case = room.case()
    call, _ = arrive(room, caller="+8613800138000")
    for state, exit in (("welcome", "next"), ("menu", "2")):
        room.handoffs.state_entered(call, state, "play")
        room.handoffs.state_left(call, state, exit)
    room.handoffs.state_entered(call, "support", "queue")
    room.handoffs.write(call, {"topic": "transfer"})
    pop = room.handoffs.pop(call, AGENT)
    assert [(one["state"], one["exit"]) for one in pop["path"]] == [
        ("welcome", "next"),
        ("menu", "2"),
        ("support", ""),
    ]
    assert pop["tags"] == {"topic": "transfer"}
    room.handoffs.ended(call)
    room.handoffs.ended(call)
    assert case.journey.entries[-1].text == "welcome > menu > support"
    assert case.live_calls == 0
    assert room.handoffs.match(call, "number", "") is MatchFailure.MISSING


def records_of(room):
    codec = EventCodec(event_classes(handoff_events, switch_events))
    for seq, (now, event) in enumerate(room.log.events, 1):
        payload, personal = split(event)
        again = codec.decode(event.kind, event.version, payload, personal)
        yield Record(
            "n1",
            seq,
            now.wall,
            now.mono,
            "default",
            event.kind,
            event.version,
            payload.get("call"),
            payload.get("case"),
            payload.get("agent"),
            payload,
            personal,
            again,
        )


def test_a_restart_forgets_nothing_that_was_promised(room):
    case = room.case()
    issued = room.handoffs.create_handoff(case, "amount")
    spent = room.handoffs.create_handoff(case, "amount")
    call, _ = arrive(room, headers={"x-segue-handoff": spent.token})
    token = room.handoffs.issue_continue(call, "li_na", "o1/1").rpartition("c=")[2]
    open_token = room.handoffs.issue_continue(call, "li_na", "o1/1").rpartition("c=")[2]
    assert isinstance(room.handoffs.redeem_continue(token, "bank"), ContinueGrant)
    room.handoffs.state_entered(call, "welcome", "play")
    room.handoffs.ended(call)

    again = Handoffs(room.time, SeededIds(2), room.log, room.key)
    again.restore(records_of(room))
    restored = again.case(case.id)
    assert restored is not None
    assert restored.journey == case.journey
    assert restored.continued == case.continued
    assert again.case_of_call(call) is restored
    assert again.redeem_continue(token, "bank") is LinkRefusal.USED
    assert isinstance(again.redeem_continue(open_token, "bank"), ContinueGrant)
    late = room.facts(headers={"x-segue-handoff": issued.token})
    assert again.arrived(late).journey.by == "token"
    replayed = room.facts(headers={"x-segue-handoff": spent.token})
    assert again.arrived(replayed).journey is None
    assert [one["call"] for one in again.pop(late.call, AGENT)["earlier"]] == [call]


def test_no_secret_no_token_and_no_code_reaches_the_log(room):
    issued = room.handoffs.create_handoff(room.case(), "amount")
    call, _ = arrive(room, headers={"x-segue-handoff": issued.token})
    room.handoffs.match(call, "code", "112233")
    told = repr(room.log.events)
    for secret in ("483920", issued.token, issued.code, "112233"):
        assert secret not in told
    payloads = repr([split(event)[0] for _, event in room.log.events])
    for personal in ("Wang Fang", "13800138000", "60,000", "why can I not"):
        assert personal not in payloads


def test_a_start_reads_all_kinds_that_it_can_use():
    assert {"case.opened", "channel.event", "handoff.created", "context.matched",
            "continue.used", "disposition.set", "recording.started"} <= restore.KINDS  # fmt: skip


@pytest.mark.parametrize("seed", range(20))
def test_memory_is_bounded_and_live_calls_keep_their_case(room, seed):
    limits = Limits(max_cases=5, max_walk_ins=5)
    room.handoffs = Handoffs(room.time, SeededIds(seed), room.log, room.key, limits=limits)
    live, known, most_live = [], [], 0
    for choice in SeededIds(seed).random_bytes(80):
        room.time.advance(1.0)
        if choice % 3 == 0:
            known.append(room.case().id)
        elif choice % 3 == 1 or not live:
            call, arrival = arrive(room)
            live.append(call)
            most_live = max(most_live, len(live))
            known.append(arrival.case)
        else:
            room.handoffs.ended(live.pop(0))
        assert all(room.handoffs.case_of_call(call) is not None for call in live)
    assert sum(room.handoffs.case(case) is not None for case in known) <= 10 + most_live


@pytest.mark.parametrize("by", ["token", "code", "customer", "number", "", "horoscope"])
@pytest.mark.parametrize("value", ["", "0" * 5000, "\x00\ud800", "１２３４５６", "' OR 1=1"])
def test_whatever_is_keyed_finds_nothing_and_breaks_nothing(room, by, value):
    room.case()
    call, _ = arrive(room)
    assert room.handoffs.match(call, by, value) is MatchFailure.MISSING
