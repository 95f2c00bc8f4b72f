"""Limits on guessing: sliding windows over failures, with bounded memory. Pure."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Hashable
from dataclasses import dataclass


class SlidingWindow:
    """At most `most` failures of a key within `within_s` seconds.

    `now` is the monotonic clock. Not more than `max_keys` keys are remembered: the one that
    failed longest ago is forgotten first.
    """

    def __init__(self, most: int, within_s: float, max_keys: int = 10_000) -> None:
        self._most = most
        self._within_s = within_s
        self._max_keys = max_keys
        self._failures: OrderedDict[Hashable, deque[float]] = OrderedDict()

    def allows(self, key: Hashable, now: float) -> bool:
        """Whether another try may be made."""
        return self.retry_after(key, now) <= 0.0

    def retry_after(self, key: Hashable, now: float) -> float:
        """Seconds until another try may be made; 0 if now."""
        failures = self._failures.get(key)
        if failures is None:
            return 0.0
        while failures and failures[0] <= now - self._within_s:
            failures.popleft()
        if not failures:
            del self._failures[key]
            return 0.0
        if len(failures) < self._most:
            return 0.0
        return failures[-self._most] + self._within_s - now

    def failed(self, key: Hashable, now: float) -> None:
        """Count a failure."""
        failures = self._failures.setdefault(key, deque(maxlen=self._most))
        failures.append(now)
        self._failures.move_to_end(key)
        if len(self._failures) > self._max_keys:
            self._failures.popitem(last=False)

    def take_back(self, key: Hashable) -> None:
        """The last failure of a key was none."""
        failures = self._failures.get(key)
        if failures:
            failures.pop()

    def forgive(self, key: Hashable) -> None:
        """Forget the failures of a key that has succeeded."""
        self._failures.pop(key, None)

    def __len__(self) -> int:
        return len(self._failures)


@dataclass(frozen=True, slots=True)
class GuessPolicy:
    """How many wrong codes are borne within `within_s` seconds."""

    per_caller: int = 5
    per_trunk: int = 60
    in_all: int = 200
    within_s: float = 600.0


class GuessLimits:
    """Wrong codes per caller, per trunk and in all."""

    def __init__(self, policy: GuessPolicy | None = None) -> None:
        policy = policy or GuessPolicy()
        self._caller = SlidingWindow(policy.per_caller, policy.within_s)
        self._trunk = SlidingWindow(policy.per_trunk, policy.within_s)
        self._all = SlidingWindow(policy.in_all, policy.within_s)

    def allows(self, caller: str, trunk: str, now: float) -> bool:
        """Whether this caller may try another code."""
        return (
            self._caller.allows(caller, now)
            and self._trunk.allows(trunk, now)
            and self._all.allows("", now)
        )

    def failed(self, caller: str, trunk: str, now: float) -> None:
        """Count a wrong code."""
        self._caller.failed(caller, now)
        self._trunk.failed(trunk, now)
        self._all.failed("", now)
