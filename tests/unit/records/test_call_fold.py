"""A call's record recounts from the log to the same numbers, however it is read."""

import json
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.contract import Record
from records.folds.agents import AgentDays
from records.folds.cdr import CallRecord, step
from records.folds.timeline import story

T0 = 1_795_312_800.0


def record(seq, kind, payload, *, at=None, call="c1", personal=None):
    wall = T0 + (seq if at is None else at)
    return Record(
        node="n1",
        seq=seq,
        wall=wall,
        mono=wall - T0,
        tenant="default",
        kind=kind,
        version=1,
        call=call,
        case=payload.get("case"),
        agent=payload.get("agent"),
        payload=payload,
        personal=personal or {},
    )


def log(*events, call="c1"):
    numbers = count(1)
    return [record(next(numbers), kind, payload, call=call) for kind, payload in events]


def fold(records, call=None):
    for one in records:
        call = step(call, one)
    return call


RECEIVED = ("call.received", {"called": "6000", "target": "flow:app_resume", "account": None})
OFFER = {"offer": "o1", "epoch": 1, "agent": "li_na", "queue": "support"}
SERVED = [
    RECEIVED,
    ("call.answered", {"after_ms": 4.0}),
    ("context.matched", {"case": "K1", "by": "token", "confidence": 1.0}),
    ("flow.started", {"flow": "app_resume"}),
    ("state.entered", {"state": "welcome", "verb": "say"}),
    ("state.left", {"state": "welcome", "exit": "next"}),
    ("state.entered", {"state": "agents", "verb": "queue"}),
    ("queue.entered", {"queue": "support", "position": 1, "priority": 0}),
    ("queue.offered", {**OFFER, "waited_s": 1.0}),
    ("pop.sent", {"offer": "o1", "epoch": 1, "agent": "li_na", "case": "K1"}),
    ("pop.acknowledged", {**OFFER, "how": "rendered", "after_ms": 9.0, "late": False}),
    ("agent.invited", {"offer": "o1", "agent": "li_na"}),
    ("agent.answered", {"offer": "o1", "agent": "li_na"}),
    ("recording.started", {"recording": "r1", "spool": "/s"}),
    ("continue.used", {"case": "K1", "offer": "o1"}),
    ("recording.stopped", {"recording": "r1", "spool": "/s"}),
    ("queue.left", {"queue": "support", "outcome": "answered", "waited_s": 5.0}),
    ("state.left", {"state": "agents", "exit": "answered"}),
    ("call.ended", {"by": "caller", "status": 200, "talked_s": 7.0}),
    ("recording.sealed", {"recording": "r1", "seconds": 6.5, "keep_until": "2027-11-22T02:00:00Z"}),
    ("disposition.set", {"agent": "li_na", "disposition": "solved"}),
]


def test_a_served_call_tells_everything():
    call = fold(log(*SERVED))
    assert (call.outcome, call.agent, call.queue, call.case) == (
        "answered",
        "li_na",
        "support",
        "K1",
    )
    assert (call.match_by, call.confidence) == ("token", 1.0)
    assert (call.answered, call.connected, call.ended) == (T0 + 2, T0 + 13, T0 + 19)
    assert call.seconds == 18
    assert [(s.state, s.exit) for s in call.path] == [("welcome", "next"), ("agents", "answered")]
    (pop,) = call.pops
    assert (pop.offered, pop.sent, pop.acknowledged, pop.invited, pop.answered) == (
        T0 + 9,
        T0 + 10,
        T0 + 11,
        T0 + 12,
        T0 + 13,
    )
    assert (call.recording, call.recording_state, call.recording_seconds) == ("r1", "sealed", 6.5)
    assert call.continued == T0 + 15
    assert call.disposition == "solved"


ENDED = ("call.ended", {"by": "caller", "status": 200, "talked_s": 0.0})
QUEUED = ("queue.entered", {"queue": "support", "position": 1, "priority": 0})
ANSWERED = ("call.answered", {"after_ms": 4.0})


@pytest.mark.parametrize(
    ("events", "outcome"),
    [
        ([RECEIVED], "live"),
        ([RECEIVED, ENDED], "missed"),
        ([RECEIVED, ANSWERED, ENDED], "self_service"),
        ([RECEIVED, ANSWERED, QUEUED, ENDED], "abandoned"),
        (
            [
                RECEIVED,
                QUEUED,
                ("queue.left", {"outcome": "timeout", "waited_s": 60.0}),
                ("call.ended", {"by": "flow", "status": 200, "talked_s": 0.0}),
            ],
            "unserved",
        ),
        ([RECEIVED, ENDED, ("voicemail.left", {"mailbox": "shop"})], "voicemail"),
        ([RECEIVED, ("leg.answered", {"target": "ext:201"}), ENDED], "answered"),
        ([RECEIVED, ANSWERED, ("call.lost", {})], "lost"),
    ],
)
def test_how_a_call_ended(events, outcome):
    assert fold(log(*events)).outcome == outcome


EVENTS = st.lists(
    st.sampled_from([event for event in SERVED if event[0] != "call.received"]), max_size=30
)


@given(EVENTS, st.data())
def test_incremental_equals_from_scratch(events, data):
    """Stopped anywhere, kept as JSON, and read again from anywhere before: the same record."""
    records = log(RECEIVED, *events)
    whole = fold(records)
    stop = data.draw(st.integers(1, len(records)))
    again = data.draw(st.integers(0, stop))
    kept = json.loads(json.dumps(fold(records[:stop]).as_plain()))
    assert fold(records[again:], CallRecord.from_plain(kept)) == whole


@given(st.lists(st.sampled_from(["a", "b"]), max_size=40), st.data())
def test_calls_do_not_touch_each_other(order, data):
    events = {"a": iter(SERVED), "b": iter([RECEIVED, ANSWERED, QUEUED, ENDED])}
    numbers = count(1)
    chosen = [(name, event) for name in order if (event := next(events[name], None))]
    mixed = [record(next(numbers), kind, payload, call=name) for name, (kind, payload) in chosen]
    together = {}
    for one in mixed:
        together[one.call] = step(together.get(one.call), one)
    for name in together:
        assert together[name] == fold([one for one in mixed if one.call == name])


def test_a_flow_in_circles_makes_no_endless_record():
    steps = [("state.entered", {"state": f"s{i}", "verb": "say"}) for i in range(2000)]
    assert len(fold(log(RECEIVED, *steps)).path) == 500


def test_an_agents_day_counts_talk_and_wrap_up_and_ends_at_midnight():
    days = AgentDays()
    days.apply(record(1, "agent.finished", {"agent": "li_na", "talked_s": 60.0}, at=0))
    days.apply(record(2, "presence.changed", {"agent": "li_na", "presence": "wrap_up"}, at=0))
    days.apply(record(3, "presence.changed", {"agent": "li_na", "presence": "available"}, at=20))
    today = days.today("li_na", T0 + 30)
    assert (today.calls, today.handling_s) == (1, 80.0)
    assert days.today("li_na", T0 + 86_400).calls == 0
    assert days.today("nobody", T0).calls == 0


def test_a_cases_story_holds_its_calls_whole_and_what_others_saw():
    records = [
        record(1, "handoff.created", {"case": "K1", "handoff": "h1"}, call=None),
        record(2, "call.received", {"called": "6000"}, personal={"caller": "+86138"}),
        record(3, "context.matched", {"case": "K1", "by": "token"}),
        record(4, "call.received", {"called": "6001"}, call="c2"),
        record(5, "queue.offered", {"offer": "o1", "agent": "li_na"}),
        record(
            6,
            "observation",
            {"name": "audio.agent_hears_customer", "source": "phone:201", "detail": {"db": -18}},
        ),
    ]
    told = story(records, case="K1")
    assert [(m.t, m.name, m.source) for m in told] == [
        (0.0, "handoff.created", "segue"),
        (1.0, "call.received", "segue"),
        (2.0, "context.matched", "segue"),
        (4.0, "queue.offered", "segue"),
        (5.0, "audio.agent_hears_customer", "phone:201"),
    ]
    assert told[-1].detail == {"db": -18}
    assert "+86138" not in repr(told)
    assert [m.name for m in story(records, call="c2")] == ["call.received"]
