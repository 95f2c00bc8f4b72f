"""`language: PROMPT` lets the caller choose the language of all prompts that follow."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ivr.inputs import VerbEvent
from ivr.run import Run
from ivr.verbs import asking
from ivr.verbs.asking import Verdict
from ivr.verbs.fields import Key, LanguageTag, Prompt, StateName, key_name
from ivr.verbs.state import Asking


class Language(Asking):
    """`choices` by key."""

    verb = "language"
    language: Prompt
    choices: Annotated[dict[Key, LanguageTag], Field(min_length=1)]
    next: StateName


def enter(state: Language, run: Run) -> None:
    """Ask."""
    asking.ask(state, state.language, run)


def on(state: Language, event: VerbEvent, run: Run) -> None:
    """Set the language."""
    keys = asking.hear(state, state.language, event, run, lambda k, _: _judge(state, k))
    if keys is not None:
        run.put("language", state.choices[key_name(keys)])
        run.leave("next", state.next)


def _judge(state: Language, keys: str) -> Verdict:
    return Verdict.TAKE if key_name(keys) in state.choices else Verdict.WRONG
