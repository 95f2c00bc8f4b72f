from hypothesis import given
from hypothesis import strategies as st

from handoff.channels import codec
from handoff.channels.app import (
    FormFilled,
    HelpAsked,
    ScreenShown,
    StepCompleted,
    StepEntered,
    StepFailed,
)
from handoff.channels.chat import MessageSaid
from handoff.channels.event import FormField, Scope
from handoff.channels.voice import CallPassed, PathStep
from handoff.journey import MAX_ENTRIES, MAX_LINES, JourneyState, fold

AMOUNT = StepEntered(at=1.0, step="amount", number=3, of=5, title="Amount")
REFUSED = StepFailed(at=2.0, step="amount", code="LIMIT", text="over the limit")


def test_the_breakpoint_is_the_last_step_with_its_error():
    journey = fold([StepEntered(at=0.5, step="payee", number=2, of=5, title="P"), AMOUNT, REFUSED])
    here = journey.breakpoint
    assert here is not None
    assert (here.step, here.number, here.of, here.error) == ("amount", 3, 5, "LIMIT")
    assert here.text == "over the limit"
    assert journey.state is JourneyState.STUCK


def test_going_on_by_oneself_ends_the_trouble():
    onward = StepEntered(at=3.0, step="fee", number=4, of=5, title="Fee")
    journey = fold([AMOUNT, REFUSED, onward])
    assert journey.state is JourneyState.OPEN
    assert journey.breakpoint is not None
    assert journey.breakpoint.error == ""


def test_only_the_step_where_the_customer_stopped_completes_the_journey():
    earlier = StepCompleted(at=3.0, step="payee", result="ok")
    done = StepCompleted(at=4.0, step="amount", result="sent")
    assert fold([AMOUNT, REFUSED, earlier]).state is JourneyState.STUCK
    journey = fold([AMOUNT, REFUSED, earlier, done])
    assert journey.state is JourneyState.COMPLETED
    assert [one.step for one in journey.completed] == ["payee", "amount"]


def test_the_last_value_of_a_field_counts_and_a_secret_keeps_none():
    def form(value):
        return FormFilled(
            at=1.0,
            step="amount",
            fields=(
                FormField("amount", "Amount", value, Scope.AGENT),
                FormField("pin", "PIN", "483920", Scope.SECRET),
            ),
        )

    journey = fold([AMOUNT, form("70,000"), form("60,000")])
    assert journey.form["amount", "amount"].value == "60,000"
    assert "483920" not in repr(journey)
    assert all("60,000" not in entry.text + entry.detail for entry in journey.entries)


text = st.text(max_size=20)
moment = st.floats(0, 1e10)
fields = st.builds(FormField, text, text, text, st.sampled_from(Scope))
number = st.integers(0, 99)
events = st.one_of(
    st.builds(ScreenShown, at=moment, screen=text, title=text),
    st.builds(StepEntered, at=moment, step=text, number=number, of=number, title=text),
    st.builds(FormFilled, at=moment, step=text, fields=st.lists(fields, max_size=3).map(tuple)),
    st.builds(StepFailed, at=moment, step=text, code=text, text=text),
    st.builds(HelpAsked, at=moment, step=text, text=text),
    st.builds(StepCompleted, at=moment, step=text, result=text),
    st.builds(MessageSaid, at=moment, who=st.sampled_from(["customer", "bot"]), text=text),
    st.builds(
        CallPassed,
        at=moment,
        call=text,
        path=st.lists(st.builds(PathStep, moment, text, text, text), max_size=3).map(tuple),
    ),
)


@given(events)
def test_what_the_log_keeps_of_an_event_makes_the_event_again(event):
    plain = codec.to_plain(event)
    assert codec.from_plain(event.channel, event.what, plain) == event


@given(text, text, st.dictionaries(text, st.integers() | text | st.lists(text)))
def test_what_no_version_wrote_is_left_out(channel, what, plain):
    known = (channel, what) in codec.TYPES
    assert codec.from_plain(channel, what, plain) is None or known
    for channel, what in codec.TYPES:
        codec.from_plain(channel, what, plain)  # never raises


@given(st.lists(events, max_size=30))
def test_a_journey_is_told_from_its_events_alone(told):
    assert fold(told) == fold(told)
    assert len(fold(told).entries) == len(told)


def test_a_flood_of_events_stays_bounded():
    said = [MessageSaid(at=float(i), who="bot", text=str(i)) for i in range(MAX_ENTRIES + 10)]
    journey = fold(said)
    assert len(journey.entries) == MAX_ENTRIES
    assert len(journey.chat) == MAX_LINES
    assert journey.chat[-1].text == str(MAX_ENTRIES + 9)
