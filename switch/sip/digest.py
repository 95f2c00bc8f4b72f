"""Digest authentication, server side (RFC 3261 section 22, RFC 7616, RFC 8760).

Nonces prove themselves (an HMAC over their time), so that challenging a stranger costs no memory.
The highest nonce count is remembered for nonces that were used with the right password.
"""

from __future__ import annotations

import enum
import hashlib
import hmac
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from base.ids import IdSource, token
from base.instant import Instant
from switch.signalling import CredentialSource
from switch.sip.headers import quoted, split_unquoted, unquoted
from switch.sip.message import Request

HASHES: Final[dict[str, Callable[[bytes], str]]] = {
    "SHA-256": lambda data: hashlib.sha256(data).hexdigest(),
    "MD5": lambda data: hashlib.md5(data).hexdigest(),  # noqa: S324 - what phones can do
}
"""Algorithms, the strongest first."""

_MAC_LENGTH: Final = 32


class Verdict(enum.Enum):
    """What an Authorization header is worth."""

    GOOD = "good"
    MISSING = "missing"
    STALE = "stale"
    """The password is right, the nonce is too old or was used before: ask again."""
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Authorization:
    """An Authorization header (RFC 7616 section 3.4)."""

    username: str
    realm: str
    nonce: str
    uri: str
    response: str
    algorithm: str
    qop: str
    nc: str
    cnonce: str

    @classmethod
    def parse(cls, value: str) -> Authorization | None:
        """Read a header value; None if it is not Digest."""
        scheme, _, rest = value.strip().partition(" ")
        if scheme.lower() != "digest":
            return None
        fields: dict[str, str] = {}
        for part in split_unquoted(rest, ","):
            name, _, text = part.partition("=")
            fields[name.strip().lower()] = unquoted(text.strip())
        return cls(
            username=fields.get("username", ""),
            realm=fields.get("realm", ""),
            nonce=fields.get("nonce", ""),
            uri=fields.get("uri", ""),
            response=fields.get("response", "").lower(),
            algorithm=fields.get("algorithm", "MD5").upper(),
            qop=fields.get("qop", ""),
            nc=fields.get("nc", ""),
            cnonce=fields.get("cnonce", ""),
        )


def ha1(username: str, realm: str, password: str, algorithm: str) -> str:
    """What is stored instead of a password (RFC 7616 section 3.4.2), in hex."""
    return HASHES[algorithm](f"{username}:{realm}:{password}".encode())


def response_of(given: Authorization, ha1_hex: str, method: str) -> str:
    """The response that the right password makes with qop=auth (RFC 7616 section 3.4.1)."""
    digest = HASHES[given.algorithm]
    ha2 = digest(f"{method}:{given.uri}".encode("utf-8", "surrogateescape"))
    text = f"{ha1_hex}:{given.nonce}:{given.nc}:{given.cnonce}:{given.qop}:{ha2}"
    return digest(text.encode("utf-8", "surrogateescape"))


class Digest:
    """Challenges and checks for one realm."""

    def __init__(
        self,
        realm: str,
        credentials: CredentialSource,
        ids: IdSource,
        *,
        algorithms: Sequence[str] = tuple(HASHES),
        nonce_life_s: float = 300,
    ) -> None:
        self._realm = realm
        self._credentials = credentials
        self._ids = ids
        self._algorithms = tuple(algorithms)
        self._life_s = nonce_life_s
        self._secret = ids.random_bytes(32)
        self._counts: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def knows(self, account: str) -> bool:
        """Whether there is such an account, also one that cannot use what is offered."""
        return any(self._credentials.ha1(account, name) is not None for name in HASHES)

    def challenge(self, now: Instant, *, stale: bool = False) -> list[tuple[str, str]]:
        """WWW-Authenticate headers, one for each algorithm, in the order of preference."""
        nonce = self._nonce(now)
        tail = ", stale=true" if stale else ""
        return [
            (
                "www-authenticate",
                f"Digest realm={quoted(self._realm)}, "
                f'nonce="{nonce}", qop="auth", algorithm={algorithm}{tail}',
            )
            for algorithm in self._algorithms
        ]

    def check(self, request: Request, account: str, now: Instant) -> Verdict:
        """Whether `request` proves to come from `account`."""
        given = self._given(request)
        if given is None:
            return Verdict.MISSING
        if (
            given.username != account
            or given.qop != "auth"
            or given.algorithm not in self._algorithms
        ):
            return Verdict.BAD
        if not _hex(given.nc, 8) or not given.cnonce or given.uri.split(";")[0] == "":
            return Verdict.BAD
        stored = self._credentials.ha1(account, given.algorithm)
        # An unknown account costs the same time as a wrong password.
        expected = response_of(given, stored or self._secret.hex(), request.method)
        right = hmac.compare_digest(expected.encode(), given.response.encode("utf-8", "replace"))
        if not right or stored is None:
            return Verdict.BAD
        return Verdict.GOOD if self._fresh(given, now) else Verdict.STALE

    def _given(self, request: Request) -> Authorization | None:
        for value in request.all("authorization"):
            given = Authorization.parse(value)
            if given is not None and given.realm == self._realm:
                return given
        return None

    def _nonce(self, now: Instant) -> str:
        text = f"{int(now.mono * 1000):012x}{token(self._ids, 6)}"
        return text + self._mac(text)

    def _mac(self, text: str) -> str:
        mac = hmac.digest(self._secret, text.encode("utf-8", "replace"), "sha256")
        return mac.hex()[:_MAC_LENGTH]

    def _fresh(self, given: Authorization, now: Instant) -> bool:
        """Whether the nonce is ours, young, and its count was not seen (RFC 7616 section 5.5)."""
        text, mac = given.nonce[:-_MAC_LENGTH], given.nonce[-_MAC_LENGTH:]
        if not _hex(text, 24) or not hmac.compare_digest(
            self._mac(text).encode(), mac.encode("utf-8", "replace")
        ):
            return False
        ends = int(text[:12], 16) / 1000 + self._life_s
        if now.mono > ends:
            return False
        count = int(given.nc, 16)
        if count <= self._counts.get(given.nonce, (0, 0.0))[0]:
            return False
        self._counts[given.nonce] = (count, ends)
        self._forget_old(now)
        return True

    def _forget_old(self, now: Instant) -> None:
        while self._counts:
            nonce, (_, ends) = next(iter(self._counts.items()))
            if ends >= now.mono:
                break
            del self._counts[nonce]


def _hex(text: str, length: int) -> bool:
    return len(text) == length and all(char in "0123456789abcdefABCDEF" for char in text)
