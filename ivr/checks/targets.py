"""Every state that is named exists (L101)."""

from __future__ import annotations

from collections.abc import Iterator

from base.problem import Problem
from ivr.checks.view import View
from ivr.flow import exits


def check(view: View) -> Iterator[Problem]:
    """L101."""
    flow, states = view.flow, view.flow.states
    named: list[tuple[tuple[str | int, ...], str | None]] = [
        (("start",), flow.start),
        (("on_error",), flow.on_error),
        (("on_hangup",), flow.on_hangup),
        (("defaults", "on_no_input"), flow.defaults.on_no_input),
        (("defaults", "on_invalid"), flow.defaults.on_invalid),
    ]
    for name, state in states.items():
        named += [(("states", name, *path), target) for _, target, path in exits(state)]
    for path, target in named:
        if target is not None and target not in states:
            yield view.unknown("L101", path, "no_state", target, states)
