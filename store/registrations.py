"""The registrar's bindings, so that they survive a restart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from base.instant import Instant
from store.database import Database
from store.tables import registrations
from switch.signalling import Contact


class Registrations:
    """The bindings of a database.

    `load(now) -> {account: [Contact, …]}` at start; `save({account: contacts})` replaces
    all bindings of these accounts and is durable on return (before the 200 of a new registration).
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self, now: Instant) -> dict[str, list[Contact]]:
        """Every live binding, the one that lasts longest first."""
        query = (
            sa.select(registrations)
            .where(registrations.c.expires_at > now.wall)
            .order_by(registrations.c.account, registrations.c.expires_at.desc())
        )
        found: dict[str, list[Contact]] = {}
        async with self._database.read() as connection:
            for row in await connection.execute(query):
                contact = Contact(row.uri, (row.address, row.port), row.expires_at, row.user_agent)
                found.setdefault(row.account, []).append(contact)
        return found

    async def save(self, accounts: Mapping[str, Sequence[Contact]]) -> None:
        """From now on these accounts have these bindings and no others: one commit for all."""
        rows = [_row(account, contact) for account, held in accounts.items() for contact in held]
        async with self._database.write() as connection:
            await connection.execute(
                sa.delete(registrations).where(registrations.c.account.in_(accounts))
            )
            if rows:
                await connection.execute(registrations.insert(), rows)

    async def purge(self, now: Instant) -> int:
        """Forget what has expired; returns how many."""
        async with self._database.write() as connection:
            done = await connection.execute(
                sa.delete(registrations).where(registrations.c.expires_at <= now.wall)
            )
            return done.rowcount


def _row(account: str, contact: Contact) -> dict[str, object]:
    return {
        "account": account,
        "uri": contact.uri[:512],
        "address": contact.address[0],
        "port": contact.address[1],
        "expires_at": contact.expires_at,
        "user_agent": contact.user_agent[:255],
    }
