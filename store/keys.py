"""API keys of applications and observers: shown once, kept as a digest."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import Any, Final, Literal

import sqlalchemy as sa

from base.errors import UsageError
from base.ids import IdSource, token
from base.instant import Clock
from store.database import Database
from store.recent import Recent
from store.tables import api_keys

KeyRole = Literal["app", "observer"]
KEY_ROLES: Final[tuple[KeyRole, ...]] = ("app", "observer")

_PREFIX: Final = "segue"
_SECRET_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key without its secret. `id` is the public part."""

    id: str
    name: str
    role: KeyRole
    revoked: bool = False


class ApiKeys:
    """The API keys of a database: `segue_<id>_<secret>`, the secret 32 random bytes in hex.

    `create(name, role) -> (key, ApiKey)`, `verify(key) -> KeyRole | None`,
    `identify(key) -> ApiKey | None`, `keys() -> list[ApiKey]`, `revoke(id) -> bool`.
    """

    def __init__(self, database: Database, ids: IdSource, clock: Clock) -> None:
        self._database = database
        self._ids = ids
        self._clock = clock
        self._recent: Recent[Any] = Recent()

    async def create(self, name: str, role: KeyRole) -> tuple[str, ApiKey]:
        """A new key, told here and never again."""
        if role not in KEY_ROLES:
            raise UsageError(f"no role {role!r}: {', '.join(KEY_ROLES)}")
        made = ApiKey(token(self._ids, 6), name, role)
        secret = token(self._ids, _SECRET_BYTES)
        await self._insert(made, secret)
        return f"{_PREFIX}_{made.id}_{secret}", made

    async def verify(self, key: str) -> KeyRole | None:
        """The role that a key proves; None for a wrong or revoked one."""
        known = await self.identify(key)
        return None if known is None else known.role

    async def identify(self, key: str) -> ApiKey | None:
        """Whose key it is; None for a wrong or revoked one."""
        prefix, _, rest = key.partition("_")
        public, _, secret = rest.partition("_")
        if prefix != _PREFIX or not public or not secret or not key.isascii():
            return None
        row = await self._row(public)
        if row is None or not hmac.compare_digest(_digest(secret), row.digest) or row.revoked:
            return None
        return _key(row)

    async def keys(self) -> list[ApiKey]:
        """All keys, the oldest first."""
        async with self._database.read() as connection:
            query = sa.select(api_keys).order_by(api_keys.c.created, api_keys.c.id)
            return [_key(row) for row in await connection.execute(query)]

    async def revoke(self, key_id: str) -> bool:
        """Never accept this key again; False when there is none."""
        update = sa.update(api_keys).where(api_keys.c.id == key_id).values(revoked=True)
        async with self._database.write() as connection:
            changed = bool((await connection.execute(update)).rowcount)
        self._recent.forget()
        return changed

    async def _row(self, public: str) -> Any:
        now, begun = self._clock.now().mono, self._recent.begun
        row = self._recent.find(public, now)
        if row is None:
            async with self._database.read() as connection:
                query = sa.select(api_keys).where(api_keys.c.id == public)
                row = (await connection.execute(query)).one_or_none()
            if row is not None:
                self._recent.keep(public, row, now, begun)
        return row

    async def _insert(self, made: ApiKey, secret: str) -> None:
        insert = api_keys.insert().values(
            id=made.id,
            name=made.name,
            role=made.role,
            digest=_digest(secret),
            revoked=False,
            created=self._clock.now().wall,
        )
        async with self._database.write() as connection:
            await connection.execute(insert)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _key(row: Any) -> ApiKey:
    return ApiKey(row.id, row.name, row.role, row.revoked)
