"""Loops that spin (L105), loops without a limit (L106), a limit without a way out (L107)."""

from __future__ import annotations

from collections.abc import Iterator

from base.problem import Problem
from ivr.checks.view import View
from ivr.verbs import VERBS

_RETRYING = frozenset(
    {"http", "say", "play", "if", "switch", "set", "collect", "tag", "handoff", "lookup", "match"}
)
_SLOW = frozenset({"say", "play", "wait", "http"})


def check(view: View) -> Iterator[Problem]:
    """L105, L106, L107."""
    states = view.flow.states
    for name, state in states.items():
        if state.limit is not None and state.on_limit is None:
            yield view.found("L107", ("states", name, "limit"), "limit_alone")
    quiet = {
        name: state
        for name, state in states.items()
        if state.limit is None and not VERBS[state.verb].waits and state.verb not in _SLOW
    }
    follow = {name: tuple(target for _, target in ways) for name, ways in view.ways.items()}
    for loop in view.cycles(quiet, follow):
        path = ("states", loop[0])
        told = " -> ".join(loop)
        yield view.found("L105", path, "never_waits", remedy="add_limit", loop=told)
    yield from _endless(view)


def _endless(view: View) -> Iterator[Problem]:
    states = view.flow.states
    unlimited = {name: state for name, state in states.items() if state.limit is None}
    follow = {
        name: tuple(target for label, target in ways if label != "cancel")
        for name, ways in view.ways.items()
        if states[name].verb in _RETRYING
    }
    for loop in view.cycles(unlimited, follow):
        if any(states[name].verb == "collect" for name in loop):
            path = ("states", loop[0])
            told = " -> ".join(loop)
            yield view.found(
                "L106", path, "round_for_ever", remedy="add_limit", level="warning", loop=told
            )
