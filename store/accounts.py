"""Desk users: who may log in, as what, in which language."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, Final, Literal

import argon2
import sqlalchemy as sa

from base.errors import SegueError, UsageError
from base.instant import Clock
from store.database import Database
from store.recent import Recent
from store.tables import users

Role = Literal["agent", "supervisor", "admin"]
ROLES: Final[tuple[Role, ...]] = ("agent", "supervisor", "admin")

# 19 MiB, 2 passes (OWASP Password Storage Cheat Sheet): about 20 ms, and small enough that a few
# logins at once do not double the memory of a node.
_HASHER = argon2.PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_NOBODY: Final = (
    "$argon2id$v=19$m=19456,t=2,p=1$UqEDdfQnUFR+XfAqqIAekQ"
    "$md3CgI6tUHaX4PiXUeACpG/GeQY6ctdlYph6Zyb2/5s"
)
_AT_ONCE: Final = 2
_NAME_MOST: Final = 64


class NameTakenError(SegueError):
    """An account of this name exists already."""


class NameRefusedError(SegueError):
    """A name is 1 to 64 letters, digits or marks, without blanks."""


@dataclass(frozen=True, slots=True)
class User:
    """A person who works at the desk. `name` is the agent's name in queues."""

    name: str
    display_name: str
    role: Role
    language: str
    tenant: str = "default"
    disabled: bool = False


class Accounts:
    """The desk users of a database.

    `create(name, password, …) -> User`, `verify_password(name, password) -> User | None`,
    `get(name) -> User | None`, `users() -> list[User]`, `set_password(name, password) -> bool`,
    `update(user) -> bool`. Passwords are kept as argon2id; hashing runs in a worker thread.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._hashing = asyncio.Semaphore(_AT_ONCE)
        self._recent: Recent[User] = Recent()

    async def create(
        self,
        name: str,
        password: str,
        *,
        role: Role = "agent",
        display_name: str = "",
        language: str = "en",
        tenant: str = "default",
    ) -> User:
        """A new user; raises `NameTakenError` and `NameRefusedError`."""
        if role not in ROLES:
            raise UsageError(f"no role {role!r}: {', '.join(ROLES)}")
        if not 1 <= len(name) <= _NAME_MOST or not name.isprintable() or " " in name:
            raise NameRefusedError(NameRefusedError.__doc__)
        user = User(name, display_name or name, role, language, tenant)
        hashed = await self._hash(password)
        insert = users.insert().values(
            password=hashed, created=self._clock.now().wall, **_columns(user)
        )
        try:
            async with self._database.write() as connection:
                await connection.execute(insert)
        except sa.exc.IntegrityError as error:
            raise NameTakenError(f"there is a user {name!r} already") from error
        return user

    async def verify_password(self, name: str, password: str) -> User | None:
        """The user whose password this is; None for a wrong one, nobody, and a disabled user.

        It takes as long for nobody as for somebody.
        """
        row = await self._row(name)
        stored = _NOBODY if row is None else row.password
        async with self._hashing:
            right = await asyncio.to_thread(_verify, stored, password)
        if row is None or not right or row.disabled:
            return None
        if _HASHER.check_needs_rehash(stored):
            await self.set_password(name, password)
        return _user(row)

    async def get(self, name: str) -> User | None:
        """One user."""
        now, begun = self._clock.now().mono, self._recent.begun
        user = self._recent.find(name, now)
        if user is None:
            row = await self._row(name)
            if row is None:
                return None
            user = _user(row)
            self._recent.keep(name, user, now, begun)
        return user

    async def users(self) -> list[User]:
        """All users, by name."""
        async with self._database.read() as connection:
            rows = await connection.execute(sa.select(users).order_by(users.c.name))
            return [_user(row) for row in rows]

    async def set_password(self, name: str, password: str) -> bool:
        """Replace the password; False when there is no such user."""
        hashed = await self._hash(password)
        return await self._change(name, {"password": hashed})

    async def update(self, user: User) -> bool:
        """Replace everything but the password; False when there is no such user."""
        return await self._change(user.name, _columns(user))

    async def set_language(self, name: str, language: str) -> bool:
        """Replace the language alone: what an administrator changes meanwhile stands."""
        return await self._change(name, {"language": language})

    async def _change(self, name: str, values: dict[str, Any]) -> bool:
        async with self._database.write() as connection:
            done = await connection.execute(
                sa.update(users).where(users.c.name == name).values(values)
            )
        self._recent.forget()
        return bool(done.rowcount)

    async def _row(self, name: str) -> Any:
        if not name.isprintable():
            return None
        async with self._database.read() as connection:
            query = sa.select(users).where(users.c.name == name)
            return (await connection.execute(query)).one_or_none()

    async def _hash(self, password: str) -> str:
        async with self._hashing:
            return await asyncio.to_thread(_HASHER.hash, _bytes(password))


def _verify(stored: str, password: str) -> bool:
    try:
        return _HASHER.verify(stored, _bytes(password))
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False


def _bytes(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")


def _columns(user: User) -> dict[str, Any]:
    return {
        "name": user.name,
        "display_name": user.display_name,
        "role": user.role,
        "language": user.language,
        "tenant": user.tenant,
        "disabled": user.disabled,
    }


def _user(row: Any) -> User:
    return User(
        name=row.name,
        display_name=row.display_name,
        role=row.role,
        language=row.language,
        tenant=row.tenant,
        disabled=row.disabled,
    )
