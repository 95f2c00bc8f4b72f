"""`consent: PROMPT` asks for leave, as for the recording."""

from __future__ import annotations

from ivr.inputs import SpeechHeard, VerbEvent
from ivr.run import Run
from ivr.verbs import asking
from ivr.verbs.asking import Verdict
from ivr.verbs.fields import Key, Prompt, StateName, Variable, key_name
from ivr.verbs.state import Asking


class Consent(Asking):
    """The `agree` key means yes, every other digit no."""

    verb = "consent"
    consent: Prompt
    agree: Key = "1"
    save: Variable = "consent"
    next: StateName
    on_declined: StateName


def enter(state: Consent, run: Run) -> None:
    """Ask."""
    asking.ask(state, state.consent, run)


def on(state: Consent, event: VerbEvent, run: Run) -> None:
    """Note the answer; a flow with `record: ask` records from a yes on."""
    if isinstance(event, SpeechHeard):
        asking.again(state, state.consent, run, "invalid")
        return
    keys = asking.hear(state, state.consent, event, run, _judge)
    if keys is None:
        return
    agreed = key_name(keys) == state.agree
    run.put(state.save, agreed)
    if agreed and run.flow.record == "ask":
        run.set_recording("start")
    run.leave("next" if agreed else "declined", state.next if agreed else state.on_declined)


def _judge(keys: str, over: bool) -> Verdict:
    return Verdict.TAKE
