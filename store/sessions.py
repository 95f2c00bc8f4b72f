"""Desk logins that survive a restart of the server."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

import sqlalchemy as sa

from base.ids import IdSource, token
from base.instant import Instant
from store.database import Database
from store.recent import Recent
from store.tables import sessions

LIFETIME_S = 12 * 3600.0


@dataclass(frozen=True, slots=True)
class Session:
    """A login. `csrf` is what every write must show in `X-CSRF-Token`."""

    user: str
    csrf: str
    expires: float
    """Wall clock, seconds."""


class Sessions:
    """The desk logins of a database; only a digest of each token is kept.

    `create(user, now) -> (token, Session)`, `find(token, now) -> Session | None`,
    `end(token)`, `end_all(user)`.
    """

    def __init__(self, database: Database, ids: IdSource, lifetime_s: float = LIFETIME_S) -> None:
        self._database = database
        self._ids = ids
        self._lifetime_s = lifetime_s
        self._recent: Recent[Session] = Recent()

    async def create(self, user: str, now: Instant) -> tuple[str, Session]:
        """A new login: the token for the cookie, and the session; those that are over go."""
        secret = token(self._ids, 32)
        expires = now.wall + self._lifetime_s
        insert = sessions.insert().values(
            digest=_digest(secret), user_name=user, created=now.wall, expires=expires
        )
        over = sa.delete(sessions).where(sessions.c.expires <= now.wall)
        async with self._database.write() as connection:
            await connection.execute(over)
            await connection.execute(insert)
        return secret, Session(user, csrf(secret), expires)

    async def find(self, secret: str, now: Instant) -> Session | None:
        """The session of a cookie's token; None when it is unknown or over."""
        if not secret:
            return None
        digest, begun = _digest(secret), self._recent.begun
        session = self._recent.find(digest, now.mono)
        if session is None:
            query = sa.select(sessions).where(sessions.c.digest == digest)
            async with self._database.read() as connection:
                row = (await connection.execute(query)).one_or_none()
            if row is None:
                return None
            session = Session(row.user_name, csrf(secret), row.expires)
            self._recent.keep(digest, session, now.mono, begun)
        return session if session.expires > now.wall else None

    async def end(self, secret: str) -> None:
        """Log out. Idempotent."""
        async with self._database.write() as connection:
            await connection.execute(
                sa.delete(sessions).where(sessions.c.digest == _digest(secret))
            )
        self._recent.forget()

    async def end_all(self, user: str) -> None:
        """Log a user out everywhere (a new password, a disabled account)."""
        async with self._database.write() as connection:
            await connection.execute(sa.delete(sessions).where(sessions.c.user_name == user))
        self._recent.forget()


def csrf(secret: str) -> str:
    """The CSRF token of a session: made from its token, so that nothing of it is stored."""
    return hmac.new(secret.encode(), b"segue csrf", hashlib.sha256).hexdigest()


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
