"""Two legs that hear each other, and what hold does to them.

Hold is a leg's direction plus what its party hears: the caller hears music and is not
re-INVITEd, the other side hears nothing. The phone (by re-INVITE) and the desk hold apart from
each other; the two speak again when nobody holds any more.
"""

from __future__ import annotations

from media.contract import PromptId
from switch import events as e
from switch.call.exchange import Exchange
from switch.call.media import LegMedia


class Conversation:
    """The caller and one other, from the bridge to its end."""

    def __init__(
        self,
        exchange: Exchange,
        call: str,
        caller: LegMedia,
        other: LegMedia,
        music: tuple[PromptId, ...],
    ) -> None:
        self._exchange = exchange
        self._call = call
        self._caller = caller
        self._other = other
        self._music = music
        self._holders: set[str] = set()
        self._since = exchange.clock.now().mono
        caller.session.stop()
        exchange.engine.bridge(caller.session, other.session)

    @property
    def held(self) -> bool:
        """Whether anybody holds."""
        return bool(self._holders)

    @property
    def seconds(self) -> float:
        """How long it has lasted, hold included."""
        return self._exchange.clock.now().mono - self._since

    def hold(self, by: str) -> None:
        """`by` is `desk` or `phone`. Idempotent."""
        if by in self._holders:
            return
        self._holders.add(by)
        if len(self._holders) == 1:
            self._exchange.engine.unbridge(self._caller.session)
            if self._music:
                self._caller.session.play(self._music, loop=True)
            self._exchange.emit(e.CallHeld(self._call, by))

    def resume(self, by: str) -> None:
        """`by` holds no longer. Idempotent."""
        if by not in self._holders:
            return
        self._holders.remove(by)
        if not self._holders:
            self._caller.session.stop()
            self._exchange.engine.bridge(self._caller.session, self._other.session)
            self._exchange.emit(e.CallResumed(self._call, by))

    def end(self) -> float:
        """Take the two apart, while both sessions are open; returns the seconds it lasted."""
        if self._holders:
            self._caller.session.stop()
        else:
            self._exchange.engine.unbridge(self._caller.session)
        return self.seconds
