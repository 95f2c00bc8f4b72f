"""Live calls as the handoff room sees them: keys, match, way through the flow, context."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from handoff.channels.voice import PathStep
from handoff.match import Keys, Match

MAX_PATH: Final = 200
MAX_VALUES: Final = 100
MAX_TEXT: Final = 2000


@dataclass(frozen=True, slots=True)
class Named:
    """A case that the call may belong to, with its customer's name."""

    case: str
    name: str


@dataclass(slots=True)
class CallState:
    """One call. `case` is where it belongs now; a better match may move it."""

    call: str
    case: str
    caller: str
    trunk: str
    keys: Keys
    match: Match | None = None
    """The match by which it stands in `case`; None: it stands in a case of its own."""
    guess: Match | None = None
    """The best of several that are equally good; the call was not put into its case."""
    candidates: tuple[Named, ...] = ()
    path: list[PathStep] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    ended: bool = False

    def entered(self, at: float, state: str, verb: str) -> None:
        """The call is in a state of the flow now."""
        self.path.append(PathStep(at, state, verb))
        if len(self.path) > MAX_PATH:
            del self.path[0]

    def left(self, state: str, exit: str) -> PathStep | None:
        """The call left a state; None if it was not known to be there."""
        for place in range(len(self.path) - 1, -1, -1):
            if self.path[place].state == state and not self.path[place].exit:
                self.path[place] = replace(self.path[place], exit=exit)
                return self.path[place]
        return None

    def write(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Keep what fits; returns it."""
        kept: dict[str, Any] = {}
        for key, value in values.items():
            if key in self.values or len(self.values) < MAX_VALUES:
                self.values[key] = kept[key] = _bounded(value)
        return kept


def _bounded(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    return str(value)[:MAX_TEXT]
