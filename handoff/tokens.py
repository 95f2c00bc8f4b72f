"""Handoffs in waiting: a token and a six-digit code that find their case once.

Neither is kept: only keyed digests are, so that a copy of the memory or of the log opens nothing.
"""

from __future__ import annotations

import enum
import hashlib
import hmac
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import Final

from base.errors import UnavailableError
from base.ids import IdSource, digits, token
from handoff.uui import TOKEN_BYTES

LIFE_S: Final = 600.0
REMEMBERED_S: Final = 600.0
"""A spent or expired handoff is known this long, so that it is told from a wrong one."""
CODE_DIGITS: Final = 6
MAX_LIVE: Final = 50_000
"""Of a million codes: more would make guessing easy and finding a free one slow."""
_TRIES: Final = 100
_HASH: Final = hashlib.sha256


@dataclass(frozen=True, slots=True)
class Handoff:
    """A way back to a case. `expires` is the wall clock."""

    id: str
    case: str
    step: str
    token_digest: str
    code_digest: str
    expires: float
    used_by: str | None = None
    """The call that came with it."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A new handoff with its secrets, which are told once and not kept."""

    handoff: Handoff
    token: str
    code: str


class Refusal(enum.Enum):
    """Why a token or code opens nothing."""

    UNKNOWN = "unknown"
    EXPIRED = "expired"
    USED = "used"


class HandoffBook:
    """All handoffs that may still be used, or have just been. `now` is the wall clock."""

    def __init__(self, key: bytes, life_s: float = LIFE_S) -> None:
        self._key = key
        self._life_s = life_s
        self._handoffs: OrderedDict[str, Handoff] = OrderedDict()
        self._by_token: dict[str, str] = {}
        self._by_code: dict[str, str] = {}

    def issue(self, handoff: str, case: str, step: str, ids: IdSource, now: float) -> Issued:
        """A new handoff; raises `UnavailableError` when too many are live."""
        self._forget(now)
        if len(self._handoffs) >= MAX_LIVE:
            raise UnavailableError("too many handoffs are waiting; try again in a minute")
        secret = token(ids, TOKEN_BYTES)
        code = self._free_code(ids)
        made = Handoff(
            handoff, case, step, self.digest(secret), self.digest(code), now + self._life_s
        )
        self.keep(made)
        return Issued(made, secret, code)

    def keep(self, handoff: Handoff) -> None:
        """Take a handoff in, new or read back from the log."""
        self._handoffs[handoff.id] = handoff
        self._by_token[handoff.token_digest] = handoff.id
        self._by_code[handoff.code_digest] = handoff.id

    def by_token(self, secret: str, now: float) -> Handoff | Refusal:
        """The live handoff of a token."""
        return self._live(self._by_token.get(self.digest(secret)), now)

    def by_code(self, code: str, now: float) -> Handoff | Refusal:
        """The live handoff of a code."""
        return self._live(self._by_code.get(self.digest(code)), now)

    def use(self, handoff: str, call: str) -> None:
        """Token and code are spent; both, because they open the same door."""
        found = self._handoffs.get(handoff)
        if found is not None:
            self._handoffs[handoff] = replace(found, used_by=call)

    def used_by(self, secret: str, call: str) -> bool:
        """Whether it was this call that spent a token or code."""
        digest = self.digest(secret)
        handoff = self._by_token.get(digest) or self._by_code.get(digest)
        found = self._handoffs.get(handoff) if handoff is not None else None
        return found is not None and found.used_by == call

    def digest(self, secret: str) -> str:
        """What is kept instead of a token or a code."""
        return hmac.new(
            self._key, b"handoff\0" + secret.encode("utf-8", "replace"), _HASH
        ).hexdigest()

    def _live(self, handoff: str | None, now: float) -> Handoff | Refusal:
        found = self._handoffs.get(handoff) if handoff is not None else None
        if found is None:
            return Refusal.UNKNOWN
        if found.used_by is not None:
            return Refusal.USED
        return found if now < found.expires else Refusal.EXPIRED

    def _free_code(self, ids: IdSource) -> str:
        for _ in range(_TRIES):
            code = digits(ids, CODE_DIGITS)
            if self.digest(code) not in self._by_code:
                return code
        raise UnavailableError("no free code was found; try again in a minute")

    def _forget(self, now: float) -> None:
        # All live equally long, so the oldest is the first to go.
        while self._handoffs:
            oldest = next(iter(self._handoffs.values()))
            if now < oldest.expires + REMEMBERED_S:
                return
            del self._handoffs[oldest.id]
            self._drop(self._by_token, oldest.token_digest, oldest.id)
            self._drop(self._by_code, oldest.code_digest, oldest.id)

    @staticmethod
    def _drop(index: dict[str, str], digest: str, handoff: str) -> None:
        if index.get(digest) == handoff:
            del index[digest]

    def __len__(self) -> int:
        return len(self._handoffs)
