"""Verbs that cannot run here yet (L160): a warning here, a refusal when a number is bound."""

from __future__ import annotations

from collections.abc import Iterator

from base.messages import message
from base.problem import Problem
from ivr.checks.view import View
from ivr.messages import MESSAGES


def check(view: View) -> Iterator[Problem]:
    """L160."""
    for name, reason in view.flow.absent_verbs().items():
        verb = view.flow.states[name].verb
        told = message(MESSAGES, reason)
        yield view.found(
            "L160", ("states", name, verb), "not_here", level="warning", verb=verb, reason=told
        )
