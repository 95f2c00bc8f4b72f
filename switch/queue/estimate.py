"""How long the wait will be, as callers are told it."""

from __future__ import annotations

from typing import Final

_FIRST_GUESS_S: Final = 180.0
_WEIGHT: Final = 0.2


class Estimate:
    """The mean handling time of a queue, the latest contacts counting most."""

    def __init__(self) -> None:
        self._handling_s: float | None = None

    def handled(self, seconds: float) -> None:
        """A contact took an agent so long, wrap-up included."""
        mean = seconds if self._handling_s is None else self._handling_s
        self._handling_s = mean + _WEIGHT * (seconds - mean)

    def wait_s(self, position: int, staff: int) -> float:
        """Seconds until the contact at `position` is served by `staff` agents."""
        handling = _FIRST_GUESS_S if self._handling_s is None else self._handling_s
        return position * handling / max(1, staff)
