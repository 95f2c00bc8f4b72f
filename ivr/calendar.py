"""Opening hours: weekly windows, public holidays and single closed days, in a zone."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from base.document import Document
from base.instant import Instant
from base.messages import Catalogue, message
from base.problem import Problem

CalendarState = Literal["open", "closed", "holiday"]
Window = tuple[int, int]
"""Minutes of the day: from, until (1440 is midnight)."""

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WINDOW = re.compile(r"([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")
_MOST_DAYS: Final = 400


@dataclass(frozen=True, slots=True)
class Calendar:
    """When a place is open. `week` has seven days of windows, from Monday."""

    name: str
    zone: ZoneInfo
    week: tuple[tuple[Window, ...], ...]
    holidays: str | None = None
    """ISO 3166 code of the country whose public holidays are kept."""
    closed: frozenset[date] = frozenset()

    def state_at(self, now: Instant) -> CalendarState:
        """`open`, `closed` or `holiday` at that moment."""
        moment = datetime.fromtimestamp(now.wall, self.zone)
        if moment.date() in self.closed:
            return "closed"
        if self._is_holiday(moment.date()):
            return "holiday"
        minute = moment.hour * 60 + moment.minute
        windows = self.week[moment.weekday()]
        return "open" if any(start <= minute < end for start, end in windows) else "closed"

    def next_open(self, now: Instant) -> datetime | None:
        """The next moment it is open (now, if it is); None if not within 400 days."""
        moment = datetime.fromtimestamp(now.wall, self.zone)
        for ahead in range(_MOST_DAYS):
            day = moment.date() + timedelta(days=ahead)
            if day in self.closed or self._is_holiday(day):
                continue
            least = 0 if ahead else moment.hour * 60 + moment.minute
            for start, end in sorted(self.week[day.weekday()]):
                if least < end:
                    opens = max(start, least)
                    return datetime(
                        day.year, day.month, day.day, opens // 60, opens % 60, tzinfo=self.zone
                    )
        return None

    def _is_holiday(self, day: date) -> bool:
        return self.holidays is not None and day in _public_holidays(self.holidays, day.year)


@dataclass(frozen=True, slots=True)
class Calendars:
    """All calendars of a site: what flows ask (`ivr.run.World`)."""

    calendars: Mapping[str, Calendar]
    zone: tzinfo

    def calendar_state(self, calendar: str, now: Instant) -> str:
        """Raises KeyError for an unknown calendar."""
        return self.calendars[calendar].state_at(now)

    def next_open(self, calendar: str, now: Instant) -> str:
        """`2026-11-23 09:00`, empty if never; raises KeyError for an unknown calendar."""
        opens = self.calendars[calendar].next_open(now)
        return opens.strftime("%Y-%m-%d %H:%M") if opens else ""


@functools.lru_cache(maxsize=64)
def _public_holidays(country: str, year: int) -> frozenset[date]:
    import holidays  # here, because it takes a quarter of a second that most processes never need

    return frozenset(holidays.country_holidays(country, years=year))


def calendars_of(document: Document) -> tuple[Calendars, list[Problem]]:
    """The calendars of a `calendars.yaml`; those with a mistake are left out.

    The zone of the first calendar is that of the site.
    """
    problems: list[Problem] = []
    found: dict[str, Calendar] = {}
    specs = document.value if isinstance(document.value, dict) else {}
    for name, spec in specs.items():
        reading = _Reading(document, name)
        calendar = reading.calendar(spec)
        problems += reading.problems
        if not reading.problems:
            found[name] = calendar
    zones = [calendar.zone for calendar in found.values()]
    return Calendars(found, zones[0] if zones else ZoneInfo("UTC")), problems


class _Reading:
    def __init__(self, document: Document, name: str) -> None:
        self._document = document
        self._name = name
        self.problems: list[Problem] = []

    def calendar(self, spec: Any) -> Calendar:
        if not isinstance(spec, dict):
            self._report((), "not_a_calendar")
            spec = {}
        for key in spec:
            if key not in ("zone", "week", "holidays", "closed"):
                self._report((key,), "unknown", given=key)
        return Calendar(
            self._name,
            self._zone(spec.get("zone", "UTC")),
            self._week(spec.get("week")),
            self._country(spec.get("holidays")),
            self._closed(spec.get("closed") or []),
        )

    def _zone(self, given: Any) -> ZoneInfo:
        try:
            return ZoneInfo(str(given))
        except (KeyError, ValueError, OSError):
            self._report(("zone",), "no_zone", given=given)
            return ZoneInfo("UTC")

    def _country(self, given: Any) -> str | None:
        if given is None:
            return None
        try:
            _public_holidays(str(given), 2026)
        except (NotImplementedError, KeyError):
            self._report(("holidays",), "no_country", given=given)
        return str(given)

    def _closed(self, given: Any) -> frozenset[date]:
        days: set[date] = set()
        for index, each in enumerate(given if isinstance(given, list) else [given]):
            try:
                days.add(date.fromisoformat(str(each)))
            except ValueError:
                self._report(("closed", index), "no_date", given=each)
        return frozenset(days)

    def _week(self, given: Any) -> tuple[tuple[Window, ...], ...]:
        week: list[list[Window]] = [[] for _ in _DAYS]
        if not isinstance(given, dict):
            self._report(("week",), "no_week")
            given = {}
        for days, windows in given.items():
            numbers = self._days(days)
            for index, each in enumerate(windows if isinstance(windows, list) else [windows]):
                self._window(week, numbers, ("week", days, index), each)
        return tuple(tuple(sorted(day)) for day in week)

    def _days(self, given: str) -> list[int]:
        first, _, last = given.partition("-")
        if first not in _DAYS or (last or first) not in _DAYS:
            self._report(("week", given), "no_days", given=given)
            return []
        start, end = _DAYS.index(first), _DAYS.index(last or first)
        return [(start + step) % 7 for step in range((end - start) % 7 + 1)]

    def _window(
        self, week: list[list[Window]], days: list[int], path: tuple[str | int, ...], given: Any
    ) -> None:
        fits = _WINDOW.fullmatch(str(given))
        if fits is None:
            self._report(path, "no_window", given=given)
            return
        start, end = int(fits[1]) * 60 + int(fits[2]), int(fits[3]) * 60 + int(fits[4])
        if start >= 1440 or end > 1440 or start == end:
            self._report(path, "no_window", given=given)
            return
        for day in days:
            if start < end:
                week[day].append((start, end))
            else:  # past midnight: the rest belongs to the next day
                week[day].append((start, 1440))
                week[(day + 1) % 7].append((0, end))

    def _report(self, path: tuple[str | int, ...], text: str, **args: object) -> None:
        told = message(_MESSAGES, text, **args)
        here = (self._name, *path)
        self.problems.append(self._document.problem("C001", here, told, value=True))


_MESSAGES: Final[Catalogue] = {
    "not_a_calendar": {
        "en": "a calendar has zone, week, holidays and closed",
        "zh": "日历由 zone、week、holidays、closed 组成",
    },
    "unknown": {"en": "'{given}' is not known here", "zh": "这里没有“{given}”"},
    "no_zone": {
        "en": "'{given}' is not a time zone; write one such as Asia/Shanghai",
        "zh": "“{given}”不是时区，请写如 Asia/Shanghai",
    },
    "no_country": {
        "en": "'{given}' is not a country with known holidays; write one such as CN",
        "zh": "没有“{given}”的节假日，请写国家代码，如 CN",
    },
    "no_date": {
        "en": "'{given}' is not a date; write one such as 2026-12-31",
        "zh": "“{given}”不是日期，请写如 2026-12-31",
    },
    "no_week": {
        "en": 'week is needed, such as {{mon-fri: ["09:00-18:00"]}}',
        "zh": '需要 week，如 {{mon-fri: ["09:00-18:00"]}}',
    },
    "no_days": {
        "en": "'{given}' are not days; write mon or mon-fri",
        "zh": "“{given}”不是星期，请写 mon 或 mon-fri",
    },
    "no_window": {
        "en": "'{given}' is not a time of opening; write \"09:00-18:00\"",
        "zh": '“{given}”不是营业时间，请写 "09:00-18:00"',
    },
}
