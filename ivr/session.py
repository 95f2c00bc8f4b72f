"""Where one call stands in its flow: a frozen value that survives a trip through JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

DOTS = "••••"


@dataclass(frozen=True, slots=True)
class Local:
    """What the verb of the present state remembers; every state begins with a fresh one."""

    stage: str = ""
    tries: int = 1
    keys: str = field(default="", repr=False)
    """Keyed so far."""
    play: int = 0
    """The playback that is waited for; 0: none."""
    index: int = 0
    value: str = field(default="", repr=False)
    """Entered, waiting to be confirmed; or where to go next."""


@dataclass(frozen=True, slots=True)
class Session:
    """The whole state of a flow's run. Protected values are kept apart from all others."""

    flow: str
    version: str
    state: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    names: Mapping[str, Any] = field(default_factory=dict)
    protected: Mapping[str, Any] = field(default_factory=dict, repr=False)
    tags: Mapping[str, Any] = field(default_factory=dict)
    visits: Mapping[str, int] = field(default_factory=dict)
    timers: Mapping[str, int] = field(default_factory=dict)
    """Running timers: name -> serial."""
    local: Local = field(default_factory=Local)
    serial: int = 0
    """The last number given to a playback or timer."""
    errors: int = 0
    answered: bool = False
    recording: str = "off"
    masked: bool = False
    gone: bool = False
    """The caller's leg is over; only what needs no caller still runs."""
    closing: bool = False
    """The `on_hangup` path has begun."""
    ended: str = ""
    """How the flow ended; empty while it runs."""
    typed: str = field(default="", repr=False)
    """Keyed ahead, while nobody asked: for the next question."""
    swallow: str = ""
    """A finish key that belongs to the entry before, until `swallow_until` (monotonic s)."""
    swallow_until: float = 0.0

    def as_json(self, reveal: bool = False) -> dict[str, Any]:
        """A JSON document. Without `reveal` protected values and open entries are dots: fit for
        a log, not to go on from."""
        document = {each.name: getattr(self, each.name) for each in fields(self)}
        local = {each.name: getattr(self.local, each.name) for each in fields(Local)}
        if not reveal:
            document["protected"] = dict.fromkeys(self.protected, DOTS)
            document["typed"] = DOTS if self.typed else ""
            hidden = {"keys", "value"} if self.masked else set()
            local |= {name: DOTS for name in hidden if local[name]}
        return {**document, "local": local}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Session:
        """The session that `as_json(reveal=True)` wrote."""
        return replace(cls(**{**document, "local": Local(**document["local"])}))
