"""What pydantic says of a flow file, told as people understand it."""

from __future__ import annotations

import difflib
from typing import Any, Final

from pydantic import ValidationError

from base.document import Document, did_you_mean
from base.messages import Message, message
from base.problem import Problem
from ivr.flow import FlowFile
from ivr.messages import MESSAGES
from ivr.verbs import OPTIONS, VERBS

_OWN: Final = {
    "key": ("bad_key", "write_key"),
    "name": ("bad_name", "write_name"),
    "variable": ("bad_name", "write_name"),
    "language": ("bad_language", "write_language"),
    "digits": ("bad_digits", "write_digits"),
    "request": ("bad_request", "write_request"),
    "key_range": ("bad_range", "write_range"),
    "string_pattern_mismatch": ("bad_name", "write_name"),
}
_TOP: Final = frozenset(FlowFile.model_fields)


def told(document: Document, error: ValidationError) -> list[Problem]:
    """One problem for each place; of a union's complaints only the first of a place."""
    problems: dict[tuple[int, int], Problem] = {}
    for each in error.errors(include_url=False):
        found = _problem(document, dict(each))
        problems.setdefault((found.line, found.column), found)
    return list(problems.values())


def _problem(document: Document, error: dict[str, Any]) -> Problem:
    location = list(error["loc"])
    verb = None
    if location[:1] == ["states"] and len(location) > 2:
        verb = str(location.pop(2))
    path = _existing(document, location)
    kind = error["type"]
    if kind == "extra_forbidden":
        return document.problem("F010", path, *_extra(verb, path))
    if kind == "missing":
        return document.problem("F010", path, *_missing(verb, location))
    return document.problem("F010", path, *_value(kind, error), value=True)


def _existing(document: Document, location: list[str | int]) -> tuple[str | int, ...]:
    """The part of pydantic's location that is a path of the document."""
    path: list[str | int] = []
    value = document.value
    for step in location:
        known = isinstance(value, dict) and step in value
        if not known and not (isinstance(value, list) and isinstance(step, int)):
            continue
        path.append(step)
        value = value[step]
    return tuple(path)


def _extra(verb: str | None, path: tuple[str | int, ...]) -> tuple[Message, Message | None]:
    option = str(path[-1])
    if verb is None:
        remedy = did_you_mean(option, _TOP) if len(path) == 1 else None
        return message(MESSAGES, "unknown_key", option=option), remedy
    found = message(MESSAGES, "unknown_option", option=option, verb=verb)
    if VERBS[verb].ends and difflib.get_close_matches(option, ["next"], 1, 0.7):
        return found, message(MESSAGES, "ends_flow", verb=verb)
    return found, did_you_mean(option, OPTIONS[verb]) if len(path) == 3 else None


def _missing(verb: str | None, location: list[str | int]) -> tuple[Message, Message | None]:
    option = str(location[-1])
    owner = verb or (str(location[-2]) if len(location) > 1 else "flow")
    remedy = message(MESSAGES, "say_next") if option == "next" else None
    return message(MESSAGES, "missing", verb=owner, option=option), remedy


def _value(kind: str, error: dict[str, Any]) -> tuple[Message, Message | None]:
    given = error.get("input")
    shown = str(given)[:40]
    if kind == "time":
        whole = isinstance(given, int) and not isinstance(given, bool)
        remedy = "write_seconds" if whole else "write_time"
        return message(MESSAGES, "bad_time", given=shown), message(MESSAGES, remedy, given=shown)
    if kind in _OWN:
        text, remedy = _OWN[kind]
        return message(MESSAGES, text, given=shown), message(MESSAGES, remedy)
    if kind == "string_type":
        return message(MESSAGES, "text_needed", given=shown), message(MESSAGES, "quote")
    if kind == "empty":
        return message(MESSAGES, "empty"), None
    if kind == "bool_type":
        return message(MESSAGES, "not_possible", given=shown), message(MESSAGES, "true_or_false")
    if kind == "literal_error":
        known = error["ctx"]["expected"].replace("'", "")
        remedy_text = did_you_mean(shown, [each.strip() for each in known.split(",")])
        found = message(MESSAGES, "not_possible", given=shown)
        return found, remedy_text or message(MESSAGES, "one_of", known=known)
    if kind == "one_step":
        return message(MESSAGES, "one_step"), None
    return message(MESSAGES, "does_not_fit", reason=error["msg"]), None
