"""The kinds of value that a flow's options may have. Each error is a code with arguments."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, Field, StrictBool, StrictInt, StrictStr
from pydantic_core import PydanticCustomError

_UNITS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_TIME = re.compile(r"(\d{1,6})(ms|s|m|h|d)", re.ASCII)
_STATE = re.compile(r"[^\W\d]\w{0,63}")
_VARIABLE = re.compile(r"[a-z]\w{0,63}")
_KEY = re.compile(r"[0-9]{1,4}|star|hash")
_LANGUAGE = re.compile(r"[a-z]{2}(-[A-Za-z]{2,4})?")
_DIGITS = re.compile(r"([0-9]{1,2})-([0-9]{1,2})")
_REQUEST = re.compile(r"(GET|POST|PUT|PATCH|DELETE) \S+")


def seconds(value: Any) -> float:
    """`5s`, `2m`, `1h`, `90d`, `300ms` -> seconds."""
    found = _TIME.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise PydanticCustomError("time", "{given}", {"given": str(value)[:40]})
    return int(found[1]) * _UNITS[found[2]]


def _fits(code: str, pattern: re.Pattern[str]) -> BeforeValidator:
    def check(value: Any) -> str:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise PydanticCustomError(code, "{given}", {"given": str(value)[:40]})
        return value

    return BeforeValidator(check)


def _key(value: Any) -> str:
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or not _KEY.fullmatch(text):
        raise PydanticCustomError("key", "{given}", {"given": str(value)[:40]})
    return text


def _digits(value: Any) -> tuple[int, int]:
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 32:
        return value, value
    found = _DIGITS.fullmatch(value) if isinstance(value, str) else None
    if found and 1 <= int(found[1]) <= int(found[2]) <= 32:
        return int(found[1]), int(found[2])
    raise PydanticCustomError("digits", "{given}", {"given": str(value)[:40]})


def _text(value: str) -> str:
    if not value:
        raise PydanticCustomError("empty", "empty")
    return value


Seconds = Annotated[float, BeforeValidator(seconds)]
StateName = Annotated[str, _fits("name", _STATE)]
Variable = Annotated[str, _fits("variable", _VARIABLE)]
Key = Annotated[str, BeforeValidator(_key)]
LanguageTag = Annotated[str, _fits("language", _LANGUAGE)]
Digits = Annotated[tuple[int, int], BeforeValidator(_digits)]
Request = Annotated[str, _fits("request", _REQUEST)]
Text = Annotated[StrictStr, AfterValidator(_text)]
Prompt = Text | dict[LanguageTag, Text]
"""The name of a prompt, literal text, or text by language."""
Flag = StrictBool
Count = Annotated[StrictInt, Field(ge=0, le=1000)]

_NAMED_KEYS: Final = {"*": "star", "#": "hash"}


def key_name(digits: str) -> str:
    """What was keyed as flows write it: `*` is `star`, `#` is `hash`."""
    return _NAMED_KEYS.get(digits, digits)
