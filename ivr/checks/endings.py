"""Calls reach every state (L102), end (L104), and talk to nobody after hang-up (L118)."""

from __future__ import annotations

from collections.abc import Iterator

from base.problem import Problem
from ivr.checks.view import View
from ivr.verbs import VERBS, Needs


def check(view: View) -> Iterator[Problem]:
    """L102, L104, L118."""
    states = view.flow.states
    reached = _reached(view, view.roots)
    for name in states:
        if name not in reached:
            yield view.found("L102", ("states", name), "unreachable", level="warning", name=name)
    stuck = [name for name in states if name in reached and name not in _ending(view)]
    if stuck:
        yield view.found(
            "L104", ("states", stuck[0]), "never_ends", remedy="add_end", name=stuck[0]
        )
    yield from _after_hangup(view)


def _reached(view: View, roots: tuple[str, ...]) -> set[str]:
    seen: set[str] = set()
    todo = list(roots)
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo += view.next_states[name]
    return seen


def _ending(view: View) -> set[str]:
    """States from which an end can be reached by written ways."""
    before: dict[str, list[str]] = {}
    for name, ways in view.ways.items():
        for _, target in ways:
            before.setdefault(target, []).append(name)
    todo = [name for name, state in view.flow.states.items() if VERBS[state.verb].ends]
    found: set[str] = set()
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo += before.get(name, [])
    return found


def _after_hangup(view: View) -> Iterator[Problem]:
    if view.flow.on_hangup is None:
        return
    seen: set[str] = set()
    todo = [view.flow.on_hangup]
    while todo:
        name = todo.pop()
        if name in seen:
            continue
        seen.add(name)
        todo += [target for _, target in view.ways[name]]
        if VERBS[view.flow.states[name].verb].needs is not Needs.NOTHING:
            yield view.found("L118", ("states", name), "talks_to_nobody", name=name)
