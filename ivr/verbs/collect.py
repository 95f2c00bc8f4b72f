"""`collect: VAR` takes digits from the caller."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ivr.expression import Scope, expression
from ivr.inputs import DigitPressed, PlayDone, SpeechHeard, TimerDue, VerbEvent
from ivr.run import Run
from ivr.verbs import asking
from ivr.verbs.asking import Verdict
from ivr.verbs.fields import Digits, Flag, Prompt, StateName, Text, Variable
from ivr.verbs.state import Asking

_FINISH = {"hash": "#", "star": "*", "none": ""}


class Collect(Asking):
    """`digits` is how many; `mask` and `pci` keep them from recordings, agents, logs and traces."""

    verb = "collect"
    collect: Variable
    prompt: Prompt
    digits: Digits | None = None
    finish_on: Literal["hash", "star", "none"] = "hash"
    by: list[Literal["keys", "speech"]] = Field(default=["keys"])
    check: Text | None = None
    confirm: Prompt | None = None
    mask: Literal["all", "last4"] | None = None
    pci: Flag = False
    next: StateName
    on_cancel: StateName | None = None

    @property
    def range(self) -> tuple[int, int]:
        """The least and the greatest number of digits."""
        return self.digits or (1, 32)


def enter(state: Collect, run: Run) -> None:
    """Ask; what is keyed from now on is protected if it is to be."""
    run.mask(bool(state.mask or state.pci))
    asking.ask(state, state.prompt, run)


def on(state: Collect, event: VerbEvent, run: Run) -> None:
    """Take keys, or spoken digits, until the entry is complete."""
    if run.session.local.stage == "confirm":
        _confirm(state, event, run)
    elif isinstance(event, SpeechHeard):
        _complete(state, "".join(each for each in event.text if each in "0123456789"), run)
    elif isinstance(event, DigitPressed) and event.digit == "*" and _cancels(state):
        run.leave("cancel", state.on_cancel)
    else:
        keys = asking.hear(state, state.prompt, event, run, lambda k, over: judge(state, k, over))
        if keys is not None:
            _taken(state, keys, run)


def judge(state: Collect, keys: str, over: bool) -> Verdict:
    """Full length or the finish key ends at once; an empty entry is no entry."""
    finish = _FINISH[state.finish_on]
    done = bool(finish) and keys.endswith(finish)
    entry = keys[: -len(finish)] if done else keys
    least, most = state.range
    if not entry:
        return Verdict.EMPTY
    if not all(each in "0123456789" for each in entry) or len(entry) > most:
        return Verdict.WRONG
    if done or over or len(entry) == most:
        return Verdict.TAKE if len(entry) >= least else Verdict.WRONG
    return Verdict.MORE


def _cancels(state: Collect) -> bool:
    return state.on_cancel is not None and state.finish_on != "star"


def _taken(state: Collect, keys: str, run: Run) -> None:
    finish = _FINISH[state.finish_on]
    if finish and keys.endswith(finish):
        keys = keys[: -len(finish)]
    elif finish and len(keys) == state.range[1]:
        run.swallow(finish, asking.option(state, run, "digit_timeout"))
    _complete(state, keys, run)


def _complete(state: Collect, entry: str, run: Run) -> None:
    least, most = state.range
    scope = run.scope()
    seen = Scope({**scope.names, state.collect: entry}, scope.functions)
    fits = least <= len(entry) <= most
    if not fits or (state.check is not None and not expression(state.check)(seen)):
        asking.again(state, state.prompt, run, "invalid")
    elif state.confirm is not None:
        run.stop_play()
        run.put(state.collect, entry)
        run.remember(stage="confirm", value=entry)
        run.play([state.confirm])
    else:
        _keep(state, entry, run)


def _confirm(state: Collect, event: VerbEvent, run: Run) -> None:
    if isinstance(event, PlayDone):
        run.remember(play=0)
        run.start_timer("first", asking.option(state, run, "timeout"))
    elif isinstance(event, DigitPressed) and event.digit == "1":
        _keep(state, run.session.local.value, run)
    elif isinstance(event, DigitPressed | TimerDue):
        run.put(state.collect, None)
        reason = "no_input" if isinstance(event, TimerDue) else "invalid"
        asking.again(state, state.prompt, run, reason)


def _keep(state: Collect, entry: str, run: Run) -> None:
    run.put(state.collect, entry)
    run.leave("next", state.next)
