"""Identity as an argument: the cores never draw a random number."""

from __future__ import annotations

from typing import Protocol

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class IdSource(Protocol):
    """Where ids, tags, branches, nonces and codes come from."""

    def random_bytes(self, count: int) -> bytes:
        """`count` bytes that nobody can guess (or, in tests, that everybody can)."""
        ...


def ulid(ids: IdSource, wall: float) -> str:
    """A ULID: 26 characters that sort by time (https://github.com/ulid/spec)."""
    number = (int(wall * 1000) << 80) | int.from_bytes(ids.random_bytes(10), "big")
    return "".join(_CROCKFORD[(number >> shift) & 31] for shift in range(125, -1, -5))


def token(ids: IdSource, count: int = 8) -> str:
    """`count` random bytes in hex: SIP tags, branches, nonces, handoff tokens."""
    return ids.random_bytes(count).hex()


def digits(ids: IdSource, count: int) -> str:
    """`count` decimal digits, each equally likely; leading zeros are kept."""
    return str(int.from_bytes(ids.random_bytes(count + 8), "big") % 10**count).zfill(count)
