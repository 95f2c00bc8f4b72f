"""The part that remembers: database, evidence log, accounts."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

import handoff.events
import ivr.events
import records.events
import switch.events
from base.instant import Clock
from base.system import SystemIds
from records.codec import EventCodec, event_classes
from records.log import EvidenceLog
from segue.keys import Keys
from segue.logs import tell
from segue.settings import Settings
from segue.site import Site
from store.accounts import Accounts, NameTakenError
from store.calls import CallRepository
from store.credentials import SipAccounts
from store.database import Database
from store.events import SqlEventStore
from store.keys import ApiKeys, KeyRole
from store.recordings import RecordingRepository
from store.sessions import Sessions

_API_ROLES: tuple[KeyRole, ...] = ("app", "observer")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is kept, and who may log in."""

    database: Database
    events: SqlEventStore
    log: EvidenceLog
    accounts: Accounts
    sip_accounts: SipAccounts
    api_keys: ApiKeys
    sessions: Sessions
    calls: CallRepository
    recordings: RecordingRepository


@contextlib.asynccontextmanager
async def evidence_part(settings: Settings, clock: Clock) -> AsyncIterator[Evidence]:
    """Open the database and the log; the log is written whole when the block ends."""
    ids = SystemIds()
    database = Database(settings.database_url)
    await database.open()
    try:
        codec = EventCodec(event_classes(switch.events, ivr.events, handoff.events, records.events))
        events = SqlEventStore(database, codec)
        log = EvidenceLog(settings.node, events, clock, settings.data_dir / "log-spool")
        await log.start()
        log.subscribe(tell)
        try:
            yield Evidence(
                database=database,
                events=events,
                log=log,
                accounts=Accounts(database, clock),
                sip_accounts=SipAccounts(database, settings.realm, clock),
                api_keys=ApiKeys(database, ids, clock),
                sessions=Sessions(database, ids),
                calls=CallRepository(database),
                recordings=RecordingRepository(database),
            )
        finally:
            await log.stop()
    finally:
        await database.close()


async def provision(site: Site, evidence: Evidence, keys: Keys) -> None:
    """Give every extension a SIP password, every agent a login, and each API role a key.

    What is made new is in `keys.fresh`; what exists stays as it is.
    """
    ids = SystemIds()
    await evidence.sip_accounts.load()
    known = set(evidence.sip_accounts.accounts())
    for extension in site.switch.extensions.values():
        if extension.number not in known:
            password = keys.password(f"sip:{extension.number}", ids)
            await evidence.sip_accounts.set(extension.number, password)
    people = {user.name for user in await evidence.accounts.users()}
    wanted = [(e.agent, e.name, "agent") for e in site.switch.extensions.values() if e.agent]
    for name, display_name, role in [*wanted, ("admin", "Administrator", "admin")]:
        if name not in people:
            with contextlib.suppress(NameTakenError):
                await evidence.accounts.create(
                    name,
                    keys.password(f"desk:{name}", ids),
                    role=role,  # type: ignore[arg-type]
                    display_name=display_name,
                )
    for role in _API_ROLES:
        if f"api:{role}" not in keys.accounts:
            keys.accounts[f"api:{role}"], _ = await evidence.api_keys.create(role, role)
            keys.fresh.append(f"api:{role}")
    keys.save()
