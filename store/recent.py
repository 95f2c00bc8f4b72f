"""What was read a moment ago, so that a page's requests do not ask the database who asks."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final, Generic, TypeVar

Value = TypeVar("Value")

_MOST: Final = 1_000
_LIFE_S: Final = 5.0
"""How long a change that another node made may stay unseen."""


class Recent(Generic[Value]):
    """A few values by key, each for some seconds; `forget` after each change of our own.

    Take `begun` before reading and give it to `keep`: what was read before a change is not kept
    after it.
    """

    def __init__(self, most: int = _MOST, life_s: float = _LIFE_S) -> None:
        self._most = most
        self._life_s = life_s
        self._values: OrderedDict[str, tuple[float, Value]] = OrderedDict()
        self._changes = 0

    @property
    def begun(self) -> int:
        """Where we are between changes."""
        return self._changes

    def find(self, key: str, mono: float) -> Value | None:
        """The value, if it was read within the last seconds."""
        read, value = self._values.get(key, (0.0, None))
        return value if value is not None and mono - read < self._life_s else None

    def keep(self, key: str, value: Value, mono: float, begun: int) -> None:
        """Remember what was read; the oldest goes when there are too many."""
        if begun != self._changes:
            return
        self._values.pop(key, None)
        self._values[key] = (mono, value)
        if len(self._values) > self._most:
            self._values.popitem(last=False)

    def forget(self) -> None:
        """Something changed: read everything again."""
        self._changes += 1
        self._values.clear()
