"""Everything that the desk's HTTP and WebSocket API stands on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import HTTPConnection

from base.instant import Clock
from desk.live import LiveDesk
from desk.ports import (
    Accounts,
    ApiKeys,
    Calls,
    Disposition,
    Health,
    Log,
    LogReader,
    Queues,
    RecordingShop,
    Sessions,
)
from handoff.service import Handoffs


@dataclass(frozen=True, slots=True)
class DeskServices:
    """The ports of the API; the composition root fills them."""

    accounts: Accounts
    sessions: Sessions
    keys: ApiKeys
    handoffs: Handoffs
    queues: Queues
    live: LiveDesk
    calls: Calls
    reader: LogReader
    recordings: RecordingShop
    log: Log
    clock: Clock
    health: Health
    dispositions: Callable[[], tuple[Disposition, ...]]
    """Of the site in force."""
    dial: str
    """The number that a handoff tells the customer to call."""
    static: Path
    """The built page; it need not exist."""
    secure_cookies: bool = False
    """Whether browsers come by HTTPS."""


def services(connection: HTTPConnection) -> DeskServices:
    """The services of the application that serves this connection."""
    found: DeskServices = connection.app.state.services
    return found
