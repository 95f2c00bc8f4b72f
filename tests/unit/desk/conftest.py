"""The desk's API in process: real handoffs, real application, switch and store by hand."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from base.errors import UnavailableError
from base.events import Event
from base.instant import Instant
from base.virtual import SeededIds, VirtualTime
from desk.app import create_app
from desk.live import LiveDesk
from desk.metrics import Sample
from desk.ports import Disposition
from desk.services import DeskServices
from handoff.service import Handoffs
from records.codec import split
from records.contract import Record, RecordingEntry
from records.folds.cdr import CallRecord
from store.accounts import User
from store.keys import ApiKey
from store.sessions import Session, csrf
from switch.offer import Offer, Presence
from switch.queue.contact import AgentCall, QueueState, WrapUp

HOST = "desk.test"
ORIGIN = f"http://{HOST}"
USERS = {
    "li_na": User("li_na", "Li Na", "agent", "en"),
    "wang_wu": User("wang_wu", "Wang Wu", "agent", "zh"),
    "boss": User("boss", "Boss", "admin", "en"),
    "gone": User("gone", "Gone", "agent", "en", disabled=True),
}
KEYS = {
    "app-key": ApiKey("1", "bank", "app"),
    "shop-key": ApiKey("2", "shop", "app"),
    "eye-key": ApiKey("3", "probe", "observer"),
}


class LogList:
    """A log that tells at once and counts how often durability was waited for."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.subscribers: list[Callable[[Record], None]] = []
        self.flushed = 0
        """How many records were on disk when somebody last waited."""

    def emit(self, event: Event, now: Instant) -> None:
        payload, personal = split(event)
        record = Record(
            "n1",
            len(self.records) + 1,
            now.wall,
            now.mono,
            "default",
            event.kind,
            event.version,
            payload.get("call"),
            payload.get("case"),
            payload.get("agent"),
            payload,
            personal,
            event,
        )
        self.records.append(record)
        for subscriber in self.subscribers:
            subscriber(record)

    async def flush(self) -> None:
        self.flushed = len(self.records)

    def kinds(self) -> list[str]:
        return [record.kind for record in self.records]

    async def read(self, *, kinds: Any = (), call: str | None = None) -> AsyncIterator[Record]:
        for record in self.records:
            if call in (None, record.call):
                yield record


class People:
    """Accounts, sessions and keys in memory; every password is `right`."""

    def __init__(self) -> None:
        self.open: dict[str, str] = {}
        self.asked = 0
        self.users = dict(USERS)

    async def verify_password(self, name: str, password: str) -> User | None:
        self.asked += 1
        user = self.users.get(name)
        return user if user and password == "right" and not user.disabled else None

    async def get(self, name: str) -> User | None:
        return self.users.get(name)

    async def set_language(self, name: str, language: str) -> bool:
        self.users[name] = replace(self.users[name], language=language)
        return True

    async def create(self, user: str, now: Instant) -> tuple[str, Session]:
        secret = f"session-{user}-{len(self.open)}"
        self.open[secret] = user
        return secret, Session(user, csrf(secret), now.wall + 3600)

    async def find(self, secret: str, now: Instant) -> Session | None:
        user = self.open.get(secret)
        return Session(user, csrf(secret), now.wall + 3600) if user else None

    async def end(self, secret: str) -> None:
        self.open.pop(secret, None)

    async def identify(self, key: str) -> ApiKey | None:
        return KEYS.get(key)


class ScriptedQueues:
    """The switch's side, played by the test."""

    def __init__(self, time: VirtualTime) -> None:
        self._time = time
        self.told: list[tuple[Any, ...]] = []
        self.presences: dict[str, tuple[Presence, str, float]] = {}
        self.calls: dict[str, AgentCall] = {}
        self.wrap_ups: dict[str, WrapUp] = {}
        self.lines: list[QueueState] = [QueueState("support", 0, 0.0)]

    def pop_received(self, agent: str, offer: str, epoch: int) -> None:
        self.told.append(("received", agent, offer, epoch))

    def pop_rendered(self, agent: str, offer: str, epoch: int, *, hidden: bool) -> None:
        self.told.append(("rendered", agent, offer, epoch, hidden))

    def page_opened(self, agent: str) -> None:
        self.told.append(("opened", agent))

    def page_closed(self, agent: str) -> None:
        self.told.append(("closed", agent))

    def set_presence(self, agent: str, presence: Presence, reason: str = "") -> None:
        self.presences[agent] = (presence, reason, self._time.now().wall)

    def presence(self, agent: str) -> tuple[Presence, str, float]:
        return self.presences.get(agent, (Presence.OFFLINE, "", 0.0))

    def finish_wrap_up(self, agent: str) -> None:
        self.wrap_ups.pop(agent, None)
        self.told.append(("finished", agent))

    def extend_wrap_up(self, agent: str, call: str, reason: str) -> WrapUp | None:
        wrap_up = self.wrap_ups[agent]
        if not wrap_up.extensions:
            return None
        longer = replace(wrap_up, until=wrap_up.until + 60, extensions=wrap_up.extensions - 1)
        self.wrap_ups[agent] = longer
        self.told.append(("extended", agent, call, reason))
        return longer

    def attach_case(self, call: str, case: str) -> None:
        self.told.append(("attached", call, case))

    def hold(self, agent: str) -> None:
        self.told.append(("hold", agent))

    def resume(self, agent: str) -> None:
        self.told.append(("resume", agent))

    def hang_up(self, agent: str) -> None:
        self.told.append(("hang_up", agent))

    def queue_states(self) -> list[QueueState]:
        return self.lines

    def call_of(self, agent: str) -> AgentCall | None:
        return self.calls.get(agent)

    def wrap_up_of(self, agent: str) -> WrapUp | None:
        return self.wrap_ups.get(agent)


class Archive:
    """Calls and recordings."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.calls: list[CallRecord] = []
        self.entries: dict[str, RecordingEntry] = {}
        self.refuse: str | None = None
        self.plays: list[tuple[str, str]] = []
        self.lost = False

    async def get(self, key: str) -> Any:
        found = [call for call in self.calls if call.call == key]
        return found[0] if found else self.entries.get(key)

    async def list(
        self, *, before: str | None = None, limit: int = 50
    ) -> tuple[list[CallRecord], str | None]:
        return self.calls[:limit], None

    def path(self, entry: RecordingEntry) -> Path:
        return self.folder / entry.path

    async def played(self, entry: RecordingEntry, who: str) -> None:
        if self.lost:
            raise UnavailableError("the log cannot be written")
        self.plays.append((entry.id, who))

    async def delete(self, recording: str, who: str) -> str | None:
        if self.refuse is None:
            del self.entries[recording]
        return self.refuse


class Node:
    """Is ready unless told otherwise."""

    ready = True

    def checks(self) -> dict[str, bool]:
        return {"log": self.ready}

    def samples(self) -> list[Sample]:
        return [Sample("segue_calls", 3, 'Live "calls".', labels={"node": 'a"b'})]


class DeskUnderTest:
    """The application, its surroundings, and clients for it."""

    def __init__(self, folder: Path) -> None:
        self.time = VirtualTime()
        self.log = LogList()
        self.people = People()
        self.queues = ScriptedQueues(self.time)
        self.archive = Archive(folder)
        self.node = Node()
        self.handoffs = Handoffs(self.time, SeededIds(), self.log, b"k" * 32)
        self.live = LiveDesk(self.handoffs, self.log, self.time, self.time)
        self.live.attach(self.queues)
        self.log.subscribers.append(self.live.hear)
        self.handoffs.listen(self.live.case_changed)
        self.services = DeskServices(
            accounts=self.people,
            sessions=self.people,
            keys=self.people,
            handoffs=self.handoffs,
            queues=self.queues,
            live=self.live,
            calls=self.archive,
            reader=self.log,
            recordings=self.archive,
            log=self.log,
            clock=self.time,
            health=self.node,
            dispositions=lambda: (Disposition("solved", "Solved", "已解决"),),
            dial="6000",
            static=folder / "static",
        )
        self.app = create_app(self.services)
        self._epoch = 0

    def http(self, peer: str = "127.0.0.1", **headers: str) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False, client=(peer, 40000))
        return httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers=headers)

    def with_key(self, key: str) -> httpx.AsyncClient:
        return self.http(Authorization=f"Bearer {key}")

    @asynccontextmanager
    async def logged_in(self, name: str = "li_na") -> AsyncIterator[httpx.AsyncClient]:
        async with self.http() as client:
            body = {"name": name, "password": "right"}
            answer = await client.post("/api/v1/login", json=body)
            assert answer.status_code == 200, answer.text
            client.headers["X-CSRF-Token"] = answer.json()["csrf"]
            yield client

    @asynccontextmanager
    async def page(self, client: httpx.AsyncClient, origin: str = ORIGIN) -> AsyncIterator[Socket]:
        socket = Socket(self.app, client.cookies.get("segue_session") or "", origin)
        async with socket:
            yield socket

    def offer(self, call: str, agent: str = "li_na", **changes: Any) -> Offer:
        """The switch offers a call and the phone is about to ring."""
        self._epoch += 1
        case = self.handoffs.case_of_call(call)
        offer = Offer(
            "offer-1", self._epoch, "support", agent, call, case.id if case else None, "+86138", 2.5
        )
        offer = replace(offer, **changes)
        self.queues.calls[agent] = AgentCall(
            call, offer.case, "support", offer.caller, "ringing", self.time.now().wall
        )
        self.live.presenter.present(offer)
        return offer


class Socket:
    """A WebSocket client that speaks ASGI to the application, in the same loop."""

    def __init__(self, app: Any, cookie: str, origin: str) -> None:
        headers = [(b"host", HOST.encode()), (b"cookie", f"segue_session={cookie}".encode())]
        if origin:
            headers.append((b"origin", origin.encode()))
        self._scope = {
            "type": "websocket",
            "asgi": {"version": "3.0"},
            "scheme": "ws",
            "path": "/api/v1/desk",
            "raw_path": b"/api/v1/desk",
            "query_string": b"",
            "root_path": "",
            "headers": headers,
            "client": ("127.0.0.1", 40000),
            "server": (HOST, 80),
            "subprotocols": [],
            "state": {},
            "extensions": {},
        }
        self._app = app
        self._to_app: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._from_app: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.reading = asyncio.Event()
        self.reading.set()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Socket:
        self._task = asyncio.ensure_future(self._app(self._scope, self._to_app.get, self._take))
        self._to_app.put_nowait({"type": "websocket.connect"})
        return self

    async def __aexit__(self, *error: object) -> None:
        self._to_app.put_nowait({"type": "websocket.disconnect", "code": 1001})
        self.reading.set()
        assert self._task is not None
        await asyncio.wait_for(self._task, 5)

    async def _take(self, message: dict[str, Any]) -> None:
        await self.reading.wait()
        self._from_app.put_nowait(message)

    async def event(self) -> dict[str, Any]:
        """The next ASGI message of the application."""
        return await asyncio.wait_for(self._from_app.get(), 5)

    async def accepted(self) -> None:
        assert (await self.event())["type"] == "websocket.accept"

    async def get(self, *kinds: str) -> dict[str, Any]:
        """The next message; of one of these types, if named."""
        while True:
            event = await self.event()
            assert event["type"] == "websocket.send", event
            message = json.loads(event["text"])
            if not kinds or message["type"] in kinds:
                return message

    async def snapshot(self) -> dict[str, Any]:
        await self.accepted()
        return await self.get("snapshot")

    def send(self, message: Any) -> None:
        text = message if isinstance(message, str) else json.dumps(message)
        self._to_app.put_nowait({"type": "websocket.receive", "text": text})

    async def settled(self) -> None:
        """All that was sent has been acted on."""
        self.send({"type": "ping"})
        await self.get("pong")


@pytest.fixture
def desk(tmp_path: Path) -> DeskUnderTest:
    return DeskUnderTest(tmp_path)
