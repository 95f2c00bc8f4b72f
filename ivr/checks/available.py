"""Verbs (L160) and options (L161) that cannot run here yet.

For a verb this is a warning here and a refusal when a number is bound; an option has no effect.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from base.messages import message
from base.problem import Problem
from ivr.checks.view import View
from ivr.messages import MESSAGES

_OPTIONS = ("direct_dial", "phrases", "whisper", "sticky", "transcribe", "voice", "record")
_OF_VERB: Final = {"record": ("beep",), "voicemail": ("language",), "http": ("retries",)}
"""Options that have an effect with other verbs."""


def check(view: View) -> Iterator[Problem]:
    """L160, L161."""
    for name, reason in view.flow.absent_verbs().items():
        verb = view.flow.states[name].verb
        told = message(MESSAGES, reason)
        yield view.found(
            "L160", ("states", name, verb), "not_here", level="warning", verb=verb, reason=told
        )
    for name, state in view.flow.states.items():
        for option in (*_OPTIONS, *_OF_VERB.get(state.verb, ())):
            if option != state.verb and getattr(state, option, None):
                path = ("states", name, option)
                yield view.found("L161", path, "no_effect", level="warning", option=option)
        if "speech" in getattr(state, "by", ()):
            path = ("states", name, "by")
            yield view.found("L161", path, "no_effect", level="warning", option="speech")
