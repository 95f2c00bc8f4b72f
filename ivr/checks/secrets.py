"""Protected digits: masked (L140), never recorded (L141), never shown (L142)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from base.problem import Problem
from ivr.checks.expressions import of_state, sources
from ivr.checks.view import View
from ivr.expression import ExpressionError
from ivr.verbs.collect import Collect
from ivr.verbs.conference import Conference
from ivr.verbs.record import Record

_LIKELY = re.compile(r"(^|_)(pin|card|cvv|cvc|pan|passw\w*)|密码|卡号")


def check(view: View) -> Iterator[Problem]:
    """L140, L141, L142, and rooms named by callers."""
    recorded = _recorded(view)
    for name, state in view.flow.states.items():
        path = ("states", name)
        if isinstance(state, Collect):
            if state.pci and state.mask is None:
                yield view.found("L140", (*path, "pci"), "pci_bare", remedy="add_mask")
            if not state.pci and _LIKELY.search(state.collect) and name in recorded:
                yield view.found(
                    "L141", path, "secret_recorded", remedy="add_pci", name=state.collect
                )
        if isinstance(state, Conference):
            yield from _room(view, name, state)
    yield from _shown(view)


def _shown(view: View) -> Iterator[Problem]:
    """A protected name may be decided on, sent in a body and matched, but not said or written."""
    for path, compile_it, source in sources(view):
        if path[0] == "states" and _may_hold(view, path):
            continue
        try:
            found = compile_it(source)
        except ExpressionError:
            continue  # told by L130
        for name, _ in found.names:
            if name in view.flow.protected:
                yield view.found("L142", path, "secret_shown", value=True, name=name)


def _may_hold(view: View, path: tuple[str | int, ...]) -> bool:
    verb = view.flow.states[str(path[1])].verb
    option = path[2]
    return (verb, option) in {
        ("http", "body"),
        ("match", "match"),
        ("collect", "check"),
        ("if", "if"),
        ("switch", "switch"),
    } or (verb == "set" and option == "set" and path[3] in view.flow.protected)


def _recorded(view: View) -> set[str]:
    """States that a call may reach while it is recorded."""
    flow = view.flow
    found: dict[str, set[bool]] = {flow.start: {flow.record == "always"}}
    todo = [flow.start]
    while todo:
        name = todo.pop()
        state = flow.states[name]
        after = set(found[name])
        if isinstance(state, Record):
            after = {state.record in ("start", "resume")}
        elif state.verb == "consent" and flow.record == "ask":
            after.add(True)
        for target in view.next_states[name]:
            before = found.setdefault(target, set())
            if not after <= before:
                before |= after
                todo.append(target)
    return {name for name, states in found.items() if True in states}


def _room(view: View, name: str, state: Conference) -> Iterator[Problem]:
    keyed = {s.collect for s in view.flow.states.values() if isinstance(s, Collect)}
    for path, compile_it, source in of_state(("states", name), state):
        if path[2] != "conference":
            continue
        try:
            names = {each for each, _ in compile_it(source).names}
        except ExpressionError:
            continue  # told by L130
        for each in sorted(names & keyed):
            yield view.found("L144", path, "room_by_caller", value=True, name=each)
