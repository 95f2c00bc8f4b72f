import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.calls import CallState
from handoff.cases import Case, Continued, Customer, EarlierCall
from handoff.channels.app import FormFilled, HelpAsked, StepCompleted, StepEntered, StepFailed
from handoff.channels.chat import MessageSaid
from handoff.channels.event import FormField, Scope
from handoff.journey import fold
from handoff.match import Keys, Match
from handoff.pop import DOTS, View, Viewer, build

MARK = "SeCrEt"
marked = st.text("xyz", max_size=5).map(lambda tail: MARK + tail)
step = st.sampled_from(["payee", "amount"])
field = st.builds(FormField, st.sampled_from(["a", "b"]), st.just("L"), marked,
                  st.sampled_from(Scope))  # fmt: skip
told = st.one_of(
    st.builds(StepEntered, at=st.just(1.0), step=step, number=st.just(1), of=st.just(2),
              title=st.just("T")),
    st.builds(FormFilled, at=st.just(1.0), step=step, fields=st.lists(field).map(tuple)),
    st.builds(StepFailed, at=st.just(1.0), step=step, code=st.just("C"), text=marked),
    st.builds(HelpAsked, at=st.just(1.0), step=step, text=marked),
    st.builds(StepCompleted, at=st.just(1.0), step=step, result=marked),
    st.builds(MessageSaid, at=st.just(1.0), who=st.just("customer"), text=marked),
)  # fmt: skip


def case_of(events):
    customer = Customer(MARK + "id", "Wang Fang", MARK + "number", MARK + "level")
    continued = Continued(1.0, "li_na", "amount", MARK)
    link = "https://bank.example/{continue}"
    return Case(
        "c1", "bank", "app", "transfer", "T", link, customer, 0.0, 0.0, fold(events), continued
    )


def call_of(confidence):
    match = None
    if confidence is not None:
        match = Match("c1", "id", "number", confidence, ())
    return CallState("call", "c1", "1", "trunk", Keys(), match)


@given(
    st.lists(told, max_size=8),
    st.none() | st.floats(0, 0.8999),
    st.sampled_from(["agent", "supervisor", "admin", "stranger"]),
    st.sampled_from(["en", "zh"]),
)
def test_below_confidence_nothing_that_the_customer_typed_wrote_or_owns_is_shown(
    events, confidence, role, language
):
    earlier = [EarlierCall("e", 1.0, MARK, MARK)]
    view = View(case_of(events), call_of(confidence), earlier)
    shown = build(view, Viewer(role, language))
    assert MARK not in json.dumps(shown)
    assert shown["form"] == []
    assert shown["can_continue"] is False
    assert (shown["match"]["question"] is None) == (confidence is None)


@given(st.lists(told, max_size=8), st.sampled_from(["agent", "supervisor", "admin", "stranger"]))
def test_secrets_are_dots_for_everybody_and_scopes_are_kept(events, role):
    shown = build(View(case_of(events), call_of(1.0)), Viewer(role))
    journey = fold(events)
    assert len(shown["form"]) == len(journey.form)
    for one, (key, kept) in zip(shown["form"], journey.form.items(), strict=True):
        assert one["step"] == key[0]
        may = {
            Scope.SECRET: set(),
            Scope.AGENT: {"agent", "supervisor"},
            Scope.OPEN: {"agent", "supervisor", "admin"},
        }[kept.scope]
        assert one["hidden"] == (role not in may)
        assert one["value"] == (kept.value if role in may else DOTS)
    assert not shown["can_continue"] or role in {"agent", "supervisor"}


@pytest.mark.parametrize(
    ("shown", "tags"),
    [((), {"topic": "transfer", "note": "x"}), (("topic",), {"topic": "transfer"})],
)
def test_a_flow_says_which_of_its_keys_are_shown(shown, tags):
    call = call_of(1.0)
    call.write({"topic": "transfer", "note": "x"})
    assert build(View(case_of([]), call, shown=shown), Viewer("agent"))["tags"] == tags
