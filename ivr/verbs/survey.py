"""`survey: [{ask, keys, save}]` asks a few questions of one key each."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from ivr.inputs import DigitPressed, PlayDone, TimerDue, VerbEvent
from ivr.run import Run
from ivr.verbs.fields import Prompt, Seconds, Text, Variable
from ivr.verbs.state import Linear, Model

_RANGE = re.compile(r"([0-9])-([0-9])")


def _range(value: str) -> str:
    if not _RANGE.fullmatch(value):
        raise PydanticCustomError("key_range", "{given}", {"given": value[:40]})
    return value


class Question(Model):
    """`keys: 1-5` is the range of answers."""

    ask: Prompt
    keys: Annotated[Text, AfterValidator(_range)]
    save: Variable


class Survey(Linear):
    """A question that is not answered within `timeout` is passed over."""

    verb = "survey"
    survey: Annotated[list[Question], Field(min_length=1)]
    intro: Prompt | None = None
    thanks: Prompt | None = None
    timeout: Seconds = 6.0


def enter(state: Survey, run: Run) -> None:
    """Begin with the first question."""
    run.remember(stage="ask")
    run.play([state.intro, state.survey[0].ask])


def on(state: Survey, event: VerbEvent, run: Run) -> None:
    """Take one key a question."""
    if isinstance(event, PlayDone):
        run.remember(play=0)
        if run.session.local.stage == "thanks":
            run.leave("next", state.next)
        else:
            run.start_timer("first", state.timeout)
    elif isinstance(event, DigitPressed) and run.session.local.stage == "ask":
        _answer(state, event.digit, run)
    elif isinstance(event, TimerDue):
        _next(state, run)


def _answer(state: Survey, digit: str, run: Run) -> None:
    question = state.survey[run.session.local.index]
    run.stop_play()
    run.cancel_timer("first")
    low, _, high = question.keys.partition("-")
    if low <= digit <= high:
        run.put(question.save, int(digit))
        _next(state, run)
    elif run.session.local.tries == 1:
        run.remember(tries=2)
        run.play([question.ask])
    else:
        _next(state, run)


def _next(state: Survey, run: Run) -> None:
    index = run.session.local.index + 1
    run.remember(index=index, tries=1)
    if index < len(state.survey):
        run.play([state.survey[index].ask])
    elif state.thanks is not None:
        run.remember(stage="thanks")
        run.play([state.thanks])
    else:
        run.leave("next", state.next)
