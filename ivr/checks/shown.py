"""What an agent is to see is set before (L124), on every way there."""

from __future__ import annotations

from collections.abc import Iterator

from base.document import did_you_mean
from base.problem import Problem
from ivr.checks.view import View
from ivr.verbs.conference import Conference
from ivr.verbs.state import State

_ALWAYS = frozenset({"customer", "chat", "app", "journey", "link"})
Path = tuple[str | int, ...]


def check(view: View) -> Iterator[Problem]:
    """L124: never set, or set on only some ways."""
    everything = frozenset(k for state in view.flow.states.values() for k in _sets(state))
    known = everything | _ALWAYS
    sure = _surely_set(view, everything)
    for name, state in view.flow.states.items():
        for path, keys in _popped(state):
            for key in keys:
                place = ("states", name, *path)
                if key not in known:
                    near = did_you_mean(key, known)
                    yield view.found(
                        "L124", place, "never_tagged", remedy=near, level="warning", key=key
                    )
                elif key not in _ALWAYS and key not in sure.get(name, everything):
                    yield view.found("L124", place, "sometimes_tagged", level="warning", key=key)


def _sets(state: State) -> frozenset[str]:
    values = getattr(state, state.verb, None) if state.verb in ("tag", "handoff") else None
    return frozenset(values) if isinstance(values, dict) else frozenset()


def _popped(state: State) -> Iterator[tuple[Path, list[str]]]:
    yield ("pop",), getattr(state, "pop", [])
    if isinstance(state, Conference):
        for index, invite in enumerate(state.invite):
            yield ("invite", index, "pop"), invite.pop


def _surely_set(view: View, everything: frozenset[str]) -> dict[str, frozenset[str]]:
    """State -> the keys set on every way to it: a greatest fixed point over the graph.

    Ways taken by an error of the whole flow are not counted: they leave from everywhere.
    """
    sure = dict.fromkeys(view.flow.states, everything)
    sure[view.flow.start] = frozenset()
    todo = [view.flow.start]
    if view.flow.on_error is not None:
        todo.append(view.flow.on_error)
    seen: set[str] = set()
    while todo:
        name = todo.pop()
        after = sure[name] | _sets(view.flow.states[name])
        for _, target in view.ways[name]:
            merged = sure[target] & after
            if merged != sure[target] or target not in seen:
                seen.add(target)
                sure[target] = merged
                todo.append(target)
    return sure
