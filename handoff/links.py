"""Continue links: signed, expiring, bound to case, step, agent and offer.

Pure: time and the key are arguments.
"""

from __future__ import annotations

import base64
import binascii
import enum
import hashlib
import hmac
import json
from collections import OrderedDict
from dataclasses import asdict, dataclass
from typing import Final
from urllib.parse import quote

LIFE_S: Final = 600.0
MAX_LENGTH: Final = 2048


@dataclass(frozen=True, slots=True)
class Claims:
    """What a link grants. `expires` is the wall clock."""

    id: str
    call: str
    case: str
    step: str
    agent: str
    offer: str
    expires: float


class LinkRefusal(enum.Enum):
    """Why a link is not followed."""

    FORGED = "forged"
    EXPIRED = "expired"
    USED = "used"
    WITHDRAWN = "withdrawn"


class LinkLedger:
    """Which links were used, and which offers were withdrawn, for as long as it matters."""

    def __init__(self) -> None:
        self._used: OrderedDict[str, float] = OrderedDict()
        self._withdrawn: OrderedDict[str, float] = OrderedDict()

    def refusal(self, claims: Claims) -> LinkRefusal | None:
        """Why a link with these claims is not followed; None if it may be."""
        if claims.id in self._used:
            return LinkRefusal.USED
        return LinkRefusal.WITHDRAWN if claims.offer in self._withdrawn else None

    def use(self, link: str, expires: float, now: float) -> None:
        """The link is spent."""
        self._used[link] = expires
        _forget(self._used, now)

    def withdraw(self, offer: str, now: float) -> None:
        """Links of this offer lead nowhere from now on."""
        self._withdrawn[offer] = now + LIFE_S
        _forget(self._withdrawn, now)


def sign(claims: Claims, key: bytes) -> str:
    """The link's token: claims and HMAC-SHA256, base64url without padding."""
    body = _encode(json.dumps(asdict(claims), separators=(",", ":")).encode())
    return f"{body}.{_encode(_mac(body, key))}"


def verify(text: str, key: bytes, now: float) -> Claims | LinkRefusal:
    """What `text` grants at `now` (wall clock). Any text may come: nothing is raised."""
    if len(text) > MAX_LENGTH or not text.isascii():
        return LinkRefusal.FORGED
    body, _, mac = text.partition(".")
    if not hmac.compare_digest(mac, _encode(_mac(body, key))):
        return LinkRefusal.FORGED
    try:
        claims = Claims(**json.loads(_decode(body)))
    except (ValueError, TypeError, binascii.Error):
        return LinkRefusal.FORGED
    return claims if now < claims.expires else LinkRefusal.EXPIRED


def fill(template: str, *, case: str, step: str, token: str) -> str:
    """The application's page with its `{case}`, `{step}` and `{continue}` places filled."""
    for place, value in (("{case}", case), ("{step}", step), ("{continue}", token)):
        template = template.replace(place, quote(value, safe=""))
    return template


def _forget(entries: OrderedDict[str, float], now: float) -> None:
    while entries and next(iter(entries.values())) <= now:
        entries.popitem(last=False)


def _mac(body: str, key: bytes) -> bytes:
    return hmac.new(key, b"continue\0" + body.encode(), hashlib.sha256).digest()


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
