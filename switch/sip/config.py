"""What an administrator can set about the user agent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from switch.sip.registrar import Bounds
from switch.sip.transaction import Address

ALLOW: Final = "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, REGISTER"
"""Methods that are answered with something else than 405 or 501."""


def nobody(_called: str) -> bool:
    """No number is open to callers without an account."""
    return False


@dataclass(frozen=True, slots=True)
class UserAgentConfig:
    """`address` goes into Via and Contact: it must be one that peers can reach.

    `open_to_strangers(called)` says whether callers without an account may call that number.
    INVITEs from `trusted_hosts` are taken without digest, and their P-Asserted-Identity is
    believed. `digest_algorithms` are offered in this order (RFC 8760 section 2.4): SHA-256 may
    stand before MD5 where all devices know it, but phones built on libre 1.1 and many older ones
    give up on a response that names an algorithm they do not know.
    """

    address: Address
    realm: str = "segue"
    open_to_strangers: Callable[[str], bool] = nobody
    trusted_hosts: frozenset[str] = frozenset()
    digest_algorithms: tuple[str, ...] = ("MD5",)
    nonce_life_s: float = 300.0
    registrations: Bounds = field(default_factory=Bounds)
    max_legs: int = 10_000
    max_transactions: int = 100_000
    """About 4 KiB each; beyond it only requests of calls that are up are taken."""
