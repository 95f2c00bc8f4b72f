"""SIP accounts: what digest authentication needs, and never the password."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from base.instant import Clock
from store import dialect
from store.database import Database
from store.tables import sip_accounts


@dataclass(frozen=True, slots=True)
class Credentials:
    """HA1 of one account in one realm, in hex (RFC 7616 section 3.4.2)."""

    account: str
    realm: str
    md5: str
    sha256: str


def credentials(account: str, realm: str, password: str) -> Credentials:
    """HA1 of `account:realm:password` by MD5 and SHA-256."""
    secret = f"{account}:{realm}:{password}".encode()
    return Credentials(
        account,
        realm,
        hashlib.md5(secret, usedforsecurity=False).hexdigest(),
        hashlib.sha256(secret).hexdigest(),
    )


class SipAccounts:
    """The SIP accounts of a database; fills `switch.signalling.CredentialSource` from memory.

    `await load()` at start, then `ha1(account, algorithm) -> str | None` answers at once;
    `await set(account, password)` and `await remove(account)` change both database and memory.
    """

    def __init__(self, database: Database, realm: str, clock: Clock) -> None:
        self._database = database
        self._realm = realm
        self._clock = clock
        self._known: dict[str, Credentials] = {}

    @property
    def realm(self) -> str:
        """The realm that the credentials are for."""
        return self._realm

    def accounts(self) -> list[str]:
        """All accounts of the realm, by name."""
        return sorted(self._known)

    def ha1(self, account: str, algorithm: str) -> str | None:
        """HA1 in hex for `MD5` or `SHA-256`; None for an unknown account or algorithm."""
        known = self._known.get(account)
        if known is None:
            return None
        return {"MD5": known.md5, "SHA-256": known.sha256}.get(algorithm)

    async def load(self) -> None:
        """Read all accounts of the realm; also after another process changed them."""
        query = sa.select(sip_accounts).where(sip_accounts.c.realm == self._realm)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        self._known = {
            row.name: Credentials(row.name, row.realm, row.md5, row.sha256) for row in rows
        }

    async def set(self, account: str, password: str) -> None:
        """Make the account, or give it another password."""
        made = credentials(account, self._realm, password)
        row = {
            "name": made.account,
            "realm": made.realm,
            "md5": made.md5,
            "sha256": made.sha256,
            "created": self._clock.now().wall,
        }
        async with self._database.write() as connection:
            await connection.execute(
                dialect.upsert(self._database.dialect, sip_accounts, keep=_KEPT), row
            )
        self._known[account] = made

    async def remove(self, account: str) -> bool:
        """Delete the account; False when there is none."""
        async with self._database.write() as connection:
            done = await connection.execute(
                sa.delete(sip_accounts).where(sip_accounts.c.name == account)
            )
        self._known.pop(account, None)
        return bool(done.rowcount)


_KEPT: Final = ("created",)
