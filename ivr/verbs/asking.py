"""The one rule of timing and retries for every state that asks.

`timeout` runs from the end of the prompt to the first key or word; `digit_timeout` between keys; an
entry that is complete ends at once; `retries: 2` means asked three times.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import Any

from ivr.inputs import DigitPressed, PlayDone, TimerDue, VerbEvent
from ivr.run import Run
from ivr.verbs.fields import Prompt
from ivr.verbs.state import Asking


class Verdict(enum.Enum):
    """What the keys so far are worth."""

    MORE = "more"
    TAKE = "take"
    WRONG = "wrong"
    EMPTY = "empty"


Judge = Callable[[str, bool], Verdict]
"""Keys so far, and whether no more will come -> their worth."""


def option(state: Asking, run: Run, name: str) -> Any:
    """An asking option of this state, else of the flow's defaults."""
    own = getattr(state, name)
    return own if own is not None else getattr(run.flow.defaults, name)


def ask(state: Asking, prompt: Prompt, run: Run, before: Prompt | None = None) -> None:
    """Play the question and wait from its end."""
    run.remember(stage="prompt", keys="")
    run.play([before, prompt], barge_in=option(state, run, "barge_in"))


def hear(state: Asking, prompt: Prompt, event: VerbEvent, run: Run, judge: Judge) -> str | None:
    """The accepted keys, or None while (or because) there is no accepted entry."""
    local = run.session.local
    if isinstance(event, PlayDone):
        run.remember(stage="first", play=0)
        run.start_timer("first", option(state, run, "timeout"))
    elif isinstance(event, DigitPressed):
        if local.stage == "prompt" and not option(state, run, "barge_in"):
            return None
        run.stop_play()
        run.cancel_timer("first")
        run.remember(stage="keys", keys=local.keys + event.digit)
        return _weigh(state, prompt, run, judge, over=False)
    elif isinstance(event, TimerDue) and event.name == "digit":
        return _weigh(state, prompt, run, judge, over=True)
    elif isinstance(event, TimerDue) and event.name == "first":
        again(state, prompt, run, "no_input")
    return None


def again(state: Asking, prompt: Prompt, run: Run, reason: str) -> None:
    """Ask once more with the reason told, or give up by the exit of that reason."""
    run.change(typed="")
    for name in ("first", "digit"):
        run.cancel_timer(name)
    if run.session.local.tries > option(state, run, "retries"):
        run.leave(reason, option(state, run, f"on_{reason}"))
        return
    run.stop_play()
    run.remember(tries=run.session.local.tries + 1, value="")
    ask(state, prompt, run, before=option(state, run, reason))


def _weigh(state: Asking, prompt: Prompt, run: Run, judge: Judge, *, over: bool) -> str | None:
    keys = run.session.local.keys
    verdict = judge(keys, over)
    if verdict is Verdict.TAKE:
        run.cancel_timer("digit")
        return keys
    if verdict is Verdict.MORE and not over:
        run.start_timer("digit", option(state, run, "digit_timeout"))
        return None
    again(state, prompt, run, "no_input" if verdict is Verdict.EMPTY else "invalid")
    return None
