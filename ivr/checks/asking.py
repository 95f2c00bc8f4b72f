"""What callers may key: silence and wrong keys are handled, keys do not clash."""

from __future__ import annotations

from collections.abc import Iterator

from base.messages import message
from base.problem import Problem
from ivr.checks.view import View
from ivr.messages import MESSAGES
from ivr.verbs.collect import Collect
from ivr.verbs.menu import Menu
from ivr.verbs.state import Asking


def check(view: View) -> Iterator[Problem]:
    """L110, L111 (silence, wrong key), L112-L114 (keys), L119 (digits)."""
    for name, state in view.flow.states.items():
        if isinstance(state, Asking):
            yield from _handled(view, name, state)
        if isinstance(state, Menu):
            yield from _keys(view, name, state)
        if isinstance(state, Collect) and state.digits is None:
            yield view.found(
                "L119", ("states", name), "no_digits", remedy="add_digits", level="warning"
            )


def _handled(view: View, name: str, state: Asking) -> Iterator[Problem]:
    for code, key, text in (
        ("L110", "on_no_input", "no_input_open"),
        ("L111", "on_invalid", "invalid_open"),
    ):
        if getattr(state, key) is None and getattr(view.flow.defaults, key) is None:
            remedy = message(MESSAGES, "add_exit", exit=key)
            yield view.found(code, ("states", name), text, remedy=remedy)


def _keys(view: View, name: str, state: Menu) -> Iterator[Problem]:
    path = ("states", name)
    for short in state.choices:
        for long in state.choices:
            if short != long and long.startswith(short):
                yield view.found(
                    "L112",
                    (*path, "choices", long),
                    "keys_clash",
                    remedy="one_length",
                    short=short,
                    long=long,
                )
    if state.direct_dial is not None:
        yield view.found(
            "L113",
            (*path, "direct_dial"),
            "dial_clash",
            level="warning",
            key=next(iter(state.choices)),
            wait=view.flow.defaults.digit_timeout,
        )
    for key in state.phrases:
        if key not in state.choices:
            yield view.found("L114", (*path, "phrases", key), "phrase_without_key", key=key)
