"""The functions of flow expressions: the pure ones, and the names that the call answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Function:
    """A function and how many values it takes."""

    run: Callable[..., Any]
    least: int
    most: int


def as_text(value: Any) -> str:
    """A value as it is spoken or sent: null is empty, true is `true`."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(as_text(each) for each in value)
    return str(value)


def same(one: Any, other: Any) -> bool:
    """Equality as people mean it: what was keyed is text, yet `score == 5` holds."""
    if isinstance(one, str) is not isinstance(other, str):
        number = other if isinstance(one, str) else one
        if isinstance(number, int | float) and not isinstance(number, bool):
            return as_text(one) == as_text(other)
    return bool(one == other)


def _luhn(value: Any) -> bool:
    digits = [int(each) for each in as_text(value) if each in "0123456789"][::-1]
    doubled = sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return len(digits) > 1 and (sum(digits[0::2]) + doubled) % 10 == 0


def _round(value: Any, places: int = 0) -> Any:
    if not isinstance(places, int) or not 0 <= places <= 12:
        raise ValueError("round() keeps 0 to 12 places")
    return round(value, places) if places else round(value)


def _last(value: Any, count: int) -> str:
    return as_text(value)[-count:] if count > 0 else ""


def _extreme(pick: Callable[[Any], Any]) -> Callable[..., Any]:
    def run(*values: Any) -> Any:
        return pick(values[0] if len(values) == 1 else values)

    return run


def _none(*_: Any) -> None:
    return None


FUNCTIONS: Final[Mapping[str, Function]] = {
    "len": Function(lambda value: 0 if value is None else len(value), 1, 1),
    "lower": Function(lambda value: as_text(value).lower(), 1, 1),
    "upper": Function(lambda value: as_text(value).upper(), 1, 1),
    "int": Function(int, 1, 1),
    "str": Function(as_text, 1, 1),
    "round": Function(_round, 1, 2),
    "min": Function(_extreme(min), 1, 20),
    "max": Function(_extreme(max), 1, 20),
    "luhn": Function(_luhn, 1, 1),
    "starts": Function(lambda value, start: as_text(value).startswith(as_text(start)), 2, 2),
    "ends": Function(lambda value, end: as_text(value).endswith(as_text(end)), 2, 2),
    "last": Function(_last, 2, 2),
    "default": Function(lambda value, other: other if value in (None, "") else value, 2, 2),
}

HOST_FUNCTIONS: Final[Mapping[str, Function]] = {
    "header": Function(_none, 1, 1),
    "is_open": Function(_none, 1, 1),
    "next_open": Function(_none, 1, 1),
    "today": Function(_none, 0, 0),
    "hour": Function(_none, 0, 0),
}
"""Answered by the call at run time: a header, the calendars, the clock."""
