"""Which case a call belongs to, how surely, and why (design: match and confidence).

Pure: the same keys and candidates give the same ranking.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from base.messages import Message
from handoff.messages import tell

TOKEN: Final = 1.0
CODE: Final = 0.95
CUSTOMER: Final = 0.9
NUMBER: Final = 0.6
NUMBER_UNTRUSTED: Final = 0.3

BY_AGENT: Final = "agent"
"""`by` of a match that an agent made by asking."""

SURE: Final = 0.9
"""From here on form values, documents and Continue are for the agent's eyes."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What a call brings along. None: it does not."""

    token: str | None = None
    """The case that the token was made for: looked up, live, not used."""
    code: str | None = None
    """The case that the keyed code was made for."""
    customer: str | None = None
    """A customer number that was keyed, and checked by the flow."""
    number: str | None = None
    trusted_number: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """A case that a call may belong to. `open` goes before closed, later before earlier."""

    case: str
    customer: str
    number: str
    open: bool
    at: float


@dataclass(frozen=True, slots=True)
class Match:
    """A ranked answer."""

    case: str
    customer: str
    by: str
    confidence: float
    reasons: tuple[Message, ...]

    @property
    def sure(self) -> bool:
        """Whether what the customer typed may be shown."""
        return self.confidence >= SURE


def rank(keys: Keys, candidates: Iterable[Candidate]) -> tuple[Match, ...]:
    """Each candidate that a key points to, the surest first; one match a candidate."""
    known = tuple(candidates)
    sharing = len({one.customer for one in known if keys.number and one.number == keys.number})
    found = [(match, one) for one in known if (match := _match(keys, one, sharing)) is not None]
    found.sort(key=lambda pair: (-pair[0].confidence, not pair[1].open, -pair[1].at, pair[1].case))
    return tuple(match for match, _ in found)


def ambiguous(matches: Iterable[Match]) -> bool:
    """Whether the best matches are equally good and of different customers."""
    ranked = tuple(matches)
    best = [one for one in ranked if one.confidence == ranked[0].confidence]
    return len({one.customer for one in best}) > 1


def _match(keys: Keys, one: Candidate, sharing: int) -> Match | None:
    proofs = [proof for proof in _proofs(keys, one, sharing) if proof is not None]
    if not proofs:
        return None
    by, confidence, _ = max(proofs, key=lambda proof: proof[1])
    reasons = tuple(reason for _, _, reason in proofs)
    return Match(one.case, one.customer, by, confidence, reasons)


def _proofs(
    keys: Keys, one: Candidate, sharing: int
) -> tuple[tuple[str, float, Message] | None, ...]:
    return (
        ("token", TOKEN, tell("match.token")) if keys.token == one.case else None,
        ("code", CODE, tell("match.code")) if keys.code == one.case else None,
        ("customer", CUSTOMER, tell("match.customer"))
        if keys.customer and keys.customer == one.customer
        else None,
        _by_number(keys, sharing) if keys.number and keys.number == one.number else None,
    )


def _by_number(keys: Keys, sharing: int) -> tuple[str, float, Message]:
    confidence = NUMBER if keys.trusted_number else NUMBER_UNTRUSTED
    if sharing > 1:
        return "number", confidence / sharing, tell("match.number_shared", customers=sharing)
    code = "match.number" if keys.trusted_number else "match.number_untrusted"
    return "number", confidence, tell(code)
