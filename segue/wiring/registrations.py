"""Registrations outlive a restart, and tell the queues which agents can be reached."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from itertools import islice
from typing import Final, Protocol

from base.errors import UnavailableError
from base.instant import Clock
from records.contract import Record
from records.log import EvidenceLog
from store.registrations import Registrations
from switch.events import Registered, Unregistered
from switch.queue.service import Queues
from switch.signalling import LocationStore
from switch.sip.registrar import Binding
from switch.sip.useragent import UserAgent

_log = logging.getLogger(__name__)
_KINDS: Final = frozenset({Registered.kind, Unregistered.kind})
_GATHER_S: Final = 1.0
"""How long what nobody waits for may gather."""
_RETRY_S: Final = 2.0
_BATCH: Final = 200
"""Accounts a commit: encoding more at once would hold the loop up."""

Done = Callable[[bool], None]


class Log(Protocol):
    """What is asked of the evidence log."""

    async def flush(self) -> None:
        """Return when all that was emitted before is on disk; raises `UnavailableError`."""
        ...


class BindingKeeper:
    """Fills `switch.signalling.BindingStore`: one commit serves all who wait meanwhile.

    While the store is lost, what changes bindings is refused: its disk spool keeps events, and a
    device that was told 200 must be found after a restart. Devices that only refresh are not
    touched by it. `attach` tells whose bindings are kept; `run` is the one task that writes.
    """

    def __init__(self, store: Registrations, log: Log) -> None:
        self._store = store
        self._log = log
        self._locations: LocationStore | None = None
        self._promised: dict[str, list[Done]] = {}
        self._stale: dict[str, None] = {}
        """Accounts whose rows are older than their bindings, the longest first."""
        self._soon = asyncio.Event()
        self._now = asyncio.Event()

    def attach(self, locations: LocationStore) -> None:
        """Whose bindings are kept."""
        self._locations = locations

    def keep(self, account: str, done: Done) -> None:
        """Write the account at once, then say whether that worked."""
        self._promised.setdefault(account, []).append(done)
        self._now.set()
        self._soon.set()

    def refreshed(self, account: str) -> None:
        """Write the account with the next ones."""
        self._stale[account] = None
        self._soon.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self._soon.wait()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._now.wait(), _GATHER_S)
            if not await self.write():
                await asyncio.sleep(_RETRY_S)

    async def write(self) -> bool:
        """All that waits, in batches, those that somebody waits for first; False if one failed."""
        self._soon.clear()
        self._now.clear()
        while self._promised or self._stale:
            if not await self._write_some():
                self._soon.set()
                return False
        return True

    async def _write_some(self) -> bool:
        accounts = tuple(islice(self._promised or self._stale, _BATCH))
        waiting = [done for name in accounts for done in self._promised.pop(name, ())]
        for name in accounts:
            self._stale.pop(name, None)
        kept = False
        try:
            await self._save(accounts)
            kept = True
        except UnavailableError as error:
            _log.warning("registrations are not kept now: %s", error)
            self._stale.update(dict.fromkeys(accounts))
        except Exception:
            _log.exception("the registrations of %d accounts met a defect", len(accounts))
        finally:
            for done in waiting:
                done(kept)
        return kept

    async def _save(self, accounts: tuple[str, ...]) -> None:
        if self._locations is not None:
            held = {account: self._locations.contacts(account) for account in accounts}
            await self._store.save(held)
        await self._log.flush()


@contextlib.asynccontextmanager
async def registrations_part(
    agent: UserAgent,
    store: Registrations,
    keeper: BindingKeeper,
    queues: Queues,
    log: EvidenceLog,
    clock: Clock,
) -> AsyncIterator[None]:
    """Bring back what was registered, and keep what changes."""
    registrar = agent.registrar
    keeper.attach(registrar)
    now = clock.now()
    await store.purge(now)
    found = await store.load(now)
    agent.restore(
        # A device's next REGISTER has its own Call-ID and CSeq: any order is right after these.
        Binding(account, c.uri, c.address, "", 0, c.expires_at, now.wall, c.user_agent)
        for account, contacts in found.items()
        for c in contacts
    )
    for account in found:
        queues.account_reachable(account, bool(registrar.contacts(account)))

    def hear(record: Record) -> None:
        if record.kind in _KINDS:
            account = str(record.payload["account"])
            queues.account_reachable(account, bool(registrar.contacts(account)))
            keeper.refreshed(account)

    leave = log.subscribe(hear)
    task = asyncio.create_task(keeper.run(), name="registrations")
    try:
        yield
    finally:
        leave()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await keeper.write()
