"""Typed events survive the way into the log and back, through versions and erasure."""

import enum
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

import records.events
import switch.events
from base.errors import UsageError
from base.events import Event, personal
from records.codec import EventCodec, event_classes, split


class Colour(enum.Enum):
    RED = "red"


@dataclass(frozen=True, slots=True)
class Painted(Event):
    kind: ClassVar[str] = "test.painted"
    version: ClassVar[int] = 2
    colour: Colour
    parts: tuple[str, ...] = ()
    notes: Mapping[str, Any] = field(default_factory=dict)
    who: str = personal()


CODEC = EventCodec(
    [Painted], {("test.painted", 1): lambda plain: {**plain, "colour": plain["color"]}}
)


@given(
    st.lists(st.text(), max_size=3),
    st.dictionaries(st.text(), st.none() | st.booleans() | st.integers() | st.text(), max_size=3),
    st.text(),
)
def test_there_and_back(parts, notes, who):
    event = Painted(Colour.RED, tuple(parts), notes, who)
    payload, private = json.loads(json.dumps(split(event)))
    assert CODEC.decode("test.painted", 2, payload, private) == event


def test_what_is_not_plain_becomes_plain():
    payload, _ = split(Painted(Colour.RED, (), {"path": Path("/a"), 3: b"\x01", "s": {1}}))
    assert payload["notes"] == {"path": "/a", "3": "01", "s": [1]}


def test_an_erased_value_becomes_its_default():
    assert CODEC.decode("test.painted", 2, {"colour": "red"}, {}) == Painted(Colour.RED)


def test_an_old_version_is_lifted_and_an_unknown_one_is_left_plain():
    assert CODEC.decode("test.painted", 1, {"color": "red"}, {}) == Painted(Colour.RED)
    assert CODEC.decode("test.painted", 0, {"hue": "red"}, {}) is None
    assert CODEC.decode("test.unknown", 1, {}, {}) is None
    assert CODEC.decode("test.painted", 2, {}, {}) is None


def test_all_events_of_the_rooms_below_have_names_of_their_own():
    classes = event_classes(switch.events, records.events)
    assert switch.events.CallReceived in classes
    EventCodec(classes)


def test_two_events_of_one_name_are_our_own_mistake():
    @dataclass(frozen=True, slots=True)
    class Other(Event):
        kind: ClassVar[str] = "test.painted"

    with pytest.raises(UsageError, match=r"test\.painted"):
        EventCodec([Painted, Other])
