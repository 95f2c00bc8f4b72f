"""How long recordings are kept, and when one may be deleted: pure, in calendar months."""

from __future__ import annotations

import enum
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from base.messages import Message, message
from base.problem import Problem
from records.contract import RecordingEntry, RecordingState
from records.messages import MESSAGES

MONTHS_LEAST: Final = 12
"""No configuration keeps a recording for less."""
MONTHS_MOST: Final = 1200


class Reason(enum.Enum):
    """Why a recording may not be deleted."""

    RETENTION = "retention"
    LEGAL_HOLD = "legal_hold"
    NOT_SEALED = "not_sealed"
    ALREADY_DELETED = "already_deleted"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Permission:
    """The recording may be deleted now."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """The recording stays; `keep_until` is None where the recording is unknown."""

    reason: Reason
    keep_until: datetime | None

    def told(self) -> Message:
        """Why, in people's words."""
        until = "" if self.keep_until is None else self.keep_until.isoformat(timespec="seconds")
        return message(MESSAGES, f"refused_{self.reason.value}", until=until)


def keep_until(started: datetime, months: int, zone: tzinfo = UTC) -> datetime:
    """The first moment (UTC) at which a recording of `started` (aware) may be deleted.

    The same time of the same day, `months` calendar months later (12 at least), in the site's
    zone and in UTC: the later of the two. A day that its month does not have (29 February) is
    the first of the next month, so that the time is never shorter than was promised.
    """
    months = max(months, MONTHS_LEAST)
    return max(_months_later(started, months, zone), _months_later(started, months, UTC))


def may_delete(
    recording: RecordingEntry, now: datetime, holds: Collection[str] = ()
) -> Permission | Refusal:
    """Whether a recording may be deleted at `now` (aware), given the site's legal holds.

    Twelve calendar months hold even where the stored day is earlier.
    """
    until = max(recording.keep_until, keep_until(recording.started, MONTHS_LEAST))
    if recording.state is RecordingState.DELETED:
        return Refusal(Reason.ALREADY_DELETED, until)
    if recording.legal_hold or any(hold in holds for hold in _holdable(recording)):
        return Refusal(Reason.LEGAL_HOLD, until)
    if now < until:
        return Refusal(Reason.RETENTION, until)
    if recording.state is not RecordingState.SEALED:
        return Refusal(Reason.NOT_SEALED, until)
    return Permission()


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """For one tenant: calendar months to keep, and what a legal hold keeps beyond them."""

    months: int = MONTHS_LEAST
    holds: frozenset[str] = frozenset()
    """`recording:ID`, `call:ID`, `case:ID`, `agent:NAME`, `queue:NAME`."""
    zone: tzinfo = UTC


@dataclass(frozen=True, slots=True)
class RetentionPolicy:
    """`retention.yaml`: a rule a tenant; `default` is for every tenant without its own."""

    rules: Mapping[str, RetentionRule] = field(default_factory=dict)

    def rule(self, tenant: str) -> RetentionRule:
        """The rule of a tenant."""
        return self.rules.get(tenant) or self.rules.get("default") or RetentionRule()

    def keep_until(self, started: datetime, tenant: str) -> datetime:
        """The first moment (UTC) at which a recording of a tenant may be deleted."""
        rule = self.rule(tenant)
        return keep_until(started, rule.months, rule.zone)

    @classmethod
    def parse(
        cls, plain: object, file: str = "retention.yaml"
    ) -> tuple[RetentionPolicy, list[Problem]]:
        """The policy of `{"default": {"keep": "12 months", "holds": []}}`, and what is wrong.

        The policy is safe to use even with problems: what cannot be read keeps the least time
        or longer. `None` (an empty file) is the default policy.
        """
        reader = _Reader(file)
        if plain is None:
            return cls(), []
        if not isinstance(plain, Mapping):
            reader.problem("retention_not_mapping", "")
            return cls(), reader.problems
        rules = {str(tenant): reader.rule(str(tenant), rule) for tenant, rule in plain.items()}
        return cls(rules), reader.problems


def _months_later(started: datetime, months: int, zone: tzinfo) -> datetime:
    local = started.astimezone(zone)
    year, month = divmod(local.year * 12 + local.month - 1 + months, 12)
    day = _day_or_next(year, month + 1, local.day)
    wall = datetime.combine(day, local.time(), zone)
    # A clock change may repeat this time of day or leave it out: the later reading holds.
    return max(wall.replace(fold=0).astimezone(UTC), wall.replace(fold=1).astimezone(UTC))


def _day_or_next(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        return date(year, month + 1, 1)  # December has all its days.


def _holdable(recording: RecordingEntry) -> tuple[str, ...]:
    return (
        f"recording:{recording.id}",
        f"call:{recording.call}",
        f"case:{recording.case}",
        f"agent:{recording.agent}",
        f"queue:{recording.queue}",
    )


_UNITS: Final = {"month": 1, "months": 1, "year": 12, "years": 12}
_HELD: Final = ("recording", "call", "case", "agent", "queue")


class _Reader:
    """Reads rules and collects what is wrong with them."""

    def __init__(self, file: str) -> None:
        self._file = file
        self.problems: list[Problem] = []

    def problem(self, code: str, path: str, **args: Any) -> None:
        """Note a mistake and its remedy."""
        told = message(MESSAGES, code, **args)
        remedy = message(MESSAGES, f"{code}_remedy", **args)
        self.problems.append(Problem(self._file, 1, 1, code, told, remedy, path=path))

    def rule(self, tenant: str, plain: object) -> RetentionRule:
        """One tenant's rule."""
        if not isinstance(plain, Mapping):
            self.problem("retention_not_mapping", tenant)
            return RetentionRule()
        for key in plain.keys() - {"keep", "holds", "zone"}:
            self.problem("retention_unknown_key", tenant, key=key)
        return RetentionRule(
            months=self._months(plain.get("keep", f"{MONTHS_LEAST} months"), f"{tenant}.keep"),
            holds=self._holds(plain.get("holds") or [], f"{tenant}.holds"),
            zone=self._zone(plain.get("zone"), f"{tenant}.zone"),
        )

    def _months(self, keep: object, path: str) -> int:
        number, _, unit = str(keep).strip().partition(" ")
        if not (number.isascii() and number.isdigit() and unit.strip() in _UNITS):
            self.problem("retention_keep", path, keep=str(keep))
            return MONTHS_LEAST
        months = min(int(number[:6]) * _UNITS[unit.strip()], MONTHS_MOST)
        if months < MONTHS_LEAST:
            self.problem("retention_too_short", path, keep=str(keep), least=MONTHS_LEAST)
        return max(months, MONTHS_LEAST)

    def _holds(self, plain: object, path: str) -> frozenset[str]:
        holds = plain if isinstance(plain, list) else [plain]
        for index, hold in enumerate(holds):
            kind, _, name = str(hold).partition(":")
            if kind not in _HELD or not name:
                self.problem("retention_hold", f"{path}.{index}", hold=str(hold))
        return frozenset(str(hold) for hold in holds)

    def _zone(self, zone: object, path: str) -> tzinfo:
        if zone is None:
            return UTC
        try:
            return ZoneInfo(str(zone))
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.problem("retention_zone", path, zone=str(zone))
            return UTC
