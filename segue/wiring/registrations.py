"""Registrations outlive a restart, and tell the queues which agents can be reached."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator

from base.errors import UnavailableError
from base.instant import Clock
from records.contract import Record
from records.log import EvidenceLog
from store.registrations import Registrations
from switch.events import Registered, Unregistered
from switch.queue.service import Queues
from switch.sip.registrar import Binding, Registrar

_log = logging.getLogger(__name__)
_KINDS = frozenset({Registered.kind, Unregistered.kind})
_GATHER_S = 0.05
_RETRY_S = 2.0


class _Keeper:
    """Writes the bindings of accounts that changed, several in one go."""

    def __init__(self, registrar: Registrar, store: Registrations, queues: Queues) -> None:
        self._registrar = registrar
        self._store = store
        self._queues = queues
        self._changed: set[str] = set()
        self._something = asyncio.Event()

    def hear(self, record: Record) -> None:
        """The log tells that an account's bindings changed."""
        if record.kind in _KINDS:
            account = str(record.payload["account"])
            self._queues.account_reachable(account, bool(self._registrar.contacts(account)))
            self._changed.add(account)
            self._something.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self._something.wait()
            await asyncio.sleep(_GATHER_S)
            try:
                await self.write()
            except UnavailableError as error:
                _log.warning("registrations are not kept now: %s", error)
                await asyncio.sleep(_RETRY_S)

    async def write(self) -> None:
        """All that changed; what fails stays to be written."""
        self._something.clear()
        for account in tuple(self._changed):
            try:
                await self._store.save(account, self._registrar.contacts(account))
            except UnavailableError:
                self._something.set()
                raise
            self._changed.discard(account)


@contextlib.asynccontextmanager
async def registrations_part(
    registrar: Registrar, store: Registrations, queues: Queues, log: EvidenceLog, clock: Clock
) -> AsyncIterator[None]:
    """Bring back what was registered, and keep what changes."""
    now = clock.now()
    await store.purge(now)
    found = await store.load(now)
    registrar.restore(
        (
            # A device's next REGISTER has its own Call-ID and CSeq: any order is right after these.
            Binding(account, c.uri, c.address, "", 0, c.expires_at, now.wall, c.user_agent)
            for account, contacts in found.items()
            for c in contacts
        ),
        now,
    )
    for account in found:
        queues.account_reachable(account, bool(registrar.contacts(account)))
    keeper = _Keeper(registrar, store, queues)
    leave = log.subscribe(keeper.hear)
    task = asyncio.create_task(keeper.run(), name="registrations")
    try:
        yield
    finally:
        leave()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        with contextlib.suppress(UnavailableError):
            await keeper.write()
