"""Expressions can be read (L130) and name only what there is (L131)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from pydantic import BaseModel

from base.document import did_you_mean
from base.problem import Problem
from ivr.checks.view import View
from ivr.expression import Expression, ExpressionError, expression, template
from ivr.verbs.state import State

BUILTIN: Final = frozenset(
    ["caller", "called", "call_id", "language", "now", "agent", "tags", "wait_seconds", "journey"]
)
_BARE: Final = frozenset({"if", "switch", "check", "when"})
Path = tuple[str | int, ...]
Compile = Callable[[str], Expression]


def check(view: View) -> Iterator[Problem]:
    """L130, L131."""
    known = BUILTIN | set(view.flow.initial)
    for path, compile_it, source in sources(view):
        try:
            found = compile_it(source)
        except ExpressionError as error:
            yield view.found(
                "L130", path, "bad_expression", value=True, source=source[:60], reason=error.reason
            )
            continue
        for name, _ in found.names:
            if name not in known:
                yield view.found(
                    "L131",
                    path,
                    "no_name",
                    remedy=did_you_mean(name, known),
                    value=True,
                    name=name,
                )


def sources(view: View) -> Iterator[tuple[Path, Compile, str]]:
    """Every expression and every text with `${…}` of a flow, with its path."""
    for name, texts in view.flow.prompts.items():
        for language, text in texts.items():
            if "${" in text:
                yield ("prompts", name, language), template, text
    for name, state in view.flow.states.items():
        yield from of_state(("states", name), state)


def of_state(path: Path, state: State) -> Iterator[tuple[Path, Compile, str]]:
    """Those of one state."""
    for key, field in type(state).model_fields.items():
        yield from _inside((*path, field.alias or key), getattr(state, key))


def _inside(path: Path, value: Any) -> Iterator[tuple[Path, Compile, str]]:
    if isinstance(value, str):
        if path[-1] in _BARE and (len(path) == 3 or path[-1] == "when"):
            yield path, expression, value
        elif "${" in value:
            yield path, template, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _inside((*path, key), inner)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _inside((*path, index), inner)
    elif isinstance(value, BaseModel):
        for key, field in type(value).model_fields.items():
            yield from _inside((*path, field.alias or key), getattr(value, key))
