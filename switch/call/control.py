"""What an application does with its call."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from base.errors import UsageError
from media.contract import PlayId, PromptId
from switch.application import CallFacts, DialPlan, HangupCause, QueueEntry
from switch.call.call import Activity, Call
from switch.call.dial import Dial
from switch.call.recording import Recorder
from switch.call.stay import QueueStay
from switch.call.voicemail import Message

_NOTHING_PLAYS: Final = PlayId(0)

_RECORD: Final[dict[str, Callable[[Recorder], object]]] = {
    "start": Recorder.start,
    "stop": Recorder.stop,
    "pause": Recorder.pause,
    "resume": Recorder.resume,
}


class Control:
    """Fills `switch.application.CallControl`. Commands after the end of the call do nothing."""

    def __init__(self, call: Call) -> None:
        self._call = call

    @property
    def facts(self) -> CallFacts:
        """What is known of the call."""
        return self._call.facts

    def ring(self) -> None:
        """Send 180."""
        if self._call.live:
            self._call.caller.ring()

    def answer(self) -> None:
        """Send 200; `CallAnswered` follows."""
        if self._call.live:
            with self._call.command():
                self._call.media()

    def play(self, prompts: Sequence[PromptId], *, loop: bool = False) -> PlayId:
        """Play to the caller; nothing to play, or nobody to hear it, gives play 0."""
        if not self._call.live or not prompts:
            return _NOTHING_PLAYS
        with self._call.command():
            return self._call.play(prompts, loop=loop)

    def stop_play(self) -> None:
        """Cut what plays."""
        if self._call.live:
            with self._call.command():
                self._call.quiet()

    def record(self, action: str) -> None:
        """`start`, `stop`, `pause`, `resume`; raises `UsageError` for anything else."""
        if action not in _RECORD:
            raise UsageError(f"record: no action {action!r}")
        if self._call.live:
            with self._call.command():
                self._call.media()
                _RECORD[action](self._call.recorder)

    def mask(self, masked: bool) -> None:
        """Noise in the recording while something protected is keyed."""
        if self._call.live:
            self._call.recorder.mask(masked)

    def enter_queue(self, entry: QueueEntry) -> None:
        """Queue the caller."""
        if self._call.live:
            stay = QueueStay(self._call, entry)
            self._begin(stay, stay.begin)

    def leave_queue(self) -> None:
        """Take the caller out of the queue."""
        activity = self._call.activity
        if isinstance(activity, QueueStay):
            with self._call.command():
                activity.leave()

    def dial(self, plan: DialPlan) -> None:
        """Ring others."""
        if self._call.live:
            dial = Dial(self._call, plan)
            self._begin(dial, dial.begin)

    def cancel_dial(self) -> None:
        """Stop ringing."""
        activity = self._call.activity
        if isinstance(activity, Dial):
            with self._call.command():
                activity.cancel()

    def take_message(self, mailbox: str, *, max_s: float, beep: bool) -> None:
        """Record a message."""
        if self._call.live:
            message = Message(self._call, mailbox, max_s, beep)
            self._begin(message, message.begin)

    def attach_case(self, case: str, pop_context: Mapping[str, Any]) -> None:
        """The call belongs to this case from now on."""
        self._call.case = case
        self._call.pop_context = dict(pop_context)

    def hang_up(self, cause: HangupCause = HangupCause.NORMAL) -> None:
        """End the call."""
        by = "error" if cause is HangupCause.ERROR else "flow"
        with self._call.command():
            self._call.hang_up(by, cause.value)

    def _begin(self, activity: Activity, begin: Callable[[], None]) -> None:
        if self._call.activity is not None:
            raise UsageError(f"call {self._call.id} is still in {self._call.activity}")
        self._call.activity = activity
        with self._call.command():
            begin()
