"""`menu: PROMPT` lets the caller choose."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ivr.inputs import SpeechHeard, VerbEvent
from ivr.run import Run
from ivr.verbs import asking
from ivr.verbs.asking import Verdict
from ivr.verbs.fields import Key, Prompt, StateName, Text, key_name
from ivr.verbs.state import Asking


class Menu(Asking):
    """`choices` by key; `phrases` by key for those who speak."""

    verb = "menu"
    menu: Prompt
    choices: Annotated[dict[Key, StateName], Field(min_length=1)]
    phrases: dict[Key, list[Text]] = Field(default_factory=dict)
    direct_dial: Text | None = None


def enter(state: Menu, run: Run) -> None:
    """Ask."""
    asking.ask(state, state.menu, run)


def on(state: Menu, event: VerbEvent, run: Run) -> None:
    """Take the choice that was keyed or said."""
    if isinstance(event, SpeechHeard):
        key = _said(state, event.text)
        if key is None:
            asking.again(state, state.menu, run, "invalid")
    else:
        keys = asking.hear(state, state.menu, event, run, lambda k, over: judge(state, k, over))
        key = None if keys is None else key_name(keys)
    if key is not None:
        run.leave(f"press {key}", state.choices[key])


def judge(state: Menu, keys: str, over: bool) -> Verdict:
    """An exact key is taken unless a longer one begins with it."""
    key = key_name(keys)
    longer = any(choice != key and choice.startswith(keys) for choice in state.choices)
    if key in state.choices and (over or not longer):
        return Verdict.TAKE
    return Verdict.MORE if longer and not over else Verdict.WRONG


def _said(state: Menu, text: str) -> str | None:
    heard = text.lower()
    for key, phrases in state.phrases.items():
        if key in state.choices and any(phrase.lower() in heard for phrase in phrases):
            return key
    return None
