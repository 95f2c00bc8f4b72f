"""`voicemail: BOX` takes a message."""

from __future__ import annotations

from ivr.commands import TakeMessage
from ivr.inputs import DigitPressed, MessageDone, PlayDone, VerbEvent
from ivr.run import FlowFault, Run
from ivr.verbs.fields import Flag, Prompt, Seconds, Text
from ivr.verbs.state import Linear


class Voicemail(Linear):
    """The prompt, a tone, then at most `max` of message."""

    verb = "voicemail"
    voicemail: Text
    prompt: Prompt
    max: Seconds = 120.0
    beep: Flag = True
    transcribe: Flag = False
    language: Text | None = None


def enter(state: Voicemail, run: Run) -> None:
    """Say what to do; a key skips it."""
    run.remember(stage="prompt")
    run.play([state.prompt])


def on(state: Voicemail, event: VerbEvent, run: Run) -> None:
    """Take the message after the prompt."""
    asked = run.session.local.stage == "prompt"
    if asked and isinstance(event, PlayDone | DigitPressed):
        run.stop_play() if isinstance(event, DigitPressed) else run.remember(play=0)
        run.remember(stage="message")
        run.tell(TakeMessage(run.text(state.voicemail), state.max, state.beep))
    elif isinstance(event, MessageDone):
        if not event.kept:
            raise FlowFault("the message could not be recorded")
        run.changed["message_seconds"] = event.seconds
        run.leave("next", state.next)
