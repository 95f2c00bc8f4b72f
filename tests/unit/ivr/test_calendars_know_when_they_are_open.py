"""Weekly hours, holidays, closed days, and the zone they are in."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from base.document import load
from base.instant import Instant
from ivr.calendar import Calendars, calendars_of

TEXT = """\
shop:
  zone: Asia/Shanghai
  week: {mon-fri: ["09:00-18:00"], sat: ["10:00-16:00"]}
  holidays: CN
  closed: ["2026-12-31"]
night: {zone: Asia/Shanghai, week: {sat-sun: ["22:00-06:00"]}}
"""


def shop() -> Calendars:
    calendars, problems = calendars_of(load(TEXT, "calendars.yaml"))
    assert problems == []
    return calendars


def at(text: str, zone: str = "Asia/Shanghai") -> Instant:
    return Instant(0.0, datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp())


@pytest.mark.parametrize(
    ("calendar", "when", "state"),
    [
        ("shop", "2026-11-23 09:00", "open"),
        ("shop", "2026-11-23 08:59", "closed"),
        ("shop", "2026-11-23 18:00", "closed"),
        ("shop", "2026-11-22 12:00", "closed"),
        ("shop", "2026-10-01 12:00", "holiday"),
        ("shop", "2026-12-31 12:00", "closed"),
        ("night", "2026-11-23 05:59", "open"),
        ("night", "2026-11-21 23:00", "open"),
        ("night", "2026-11-24 05:00", "closed"),
    ],
)
def test_the_state_at_a_moment(calendar: str, when: str, state: str) -> None:
    assert shop().calendar_state(calendar, at(when)) == state


def test_the_zone_of_the_calendar_decides_not_that_of_the_machine() -> None:
    assert shop().calendar_state("shop", at("2026-11-23 01:30", "UTC")) == "open"


@pytest.mark.parametrize(
    ("when", "opens"),
    [
        ("2026-11-21 17:00", "2026-11-23 09:00"),
        ("2026-11-23 10:30", "2026-11-23 10:30"),
        ("2026-12-30 19:00", "2027-01-02 10:00"),
    ],
)
def test_the_next_opening_passes_over_closed_days_and_holidays(when: str, opens: str) -> None:
    assert shop().next_open("shop", at(when)) == opens


def test_an_unknown_calendar_is_a_lookup_error() -> None:
    with pytest.raises(LookupError):
        shop().calendar_state("absent", at("2026-11-23 09:00"))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 5", 1),
        ('a:\n  zone: Mars/Base\n  week: {mon: ["09:00-10:00"]}', 2),
        ('a:\n  week: {mon: ["9-10"]}', 2),
        ('a:\n  week:\n    monday: ["09:00-10:00"]', 3),
        ("a:\n  week: {}\n  holidays: XX", 3),
        ("a:\n  week: {}\n  closed: [tomorrow]", 3),
        ("a:\n  week: {}\n  colour: red", 3),
    ],
)
def test_a_mistake_has_a_line_and_leaves_the_calendar_out(text: str, line: int) -> None:
    calendars, problems = calendars_of(load(text, "calendars.yaml"))
    assert problems[-1].line == line
    assert calendars.calendars == {}
    assert all(problem.text("zh") for problem in problems)
