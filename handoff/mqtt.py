"""Publication by MQTT: which case or call changed, and its revision; never its content."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import ssl
from collections import deque
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import aiomqtt

from base.errors import SegueError
from base.instant import Instant
from handoff.broker import BrokerAccount
from records.contract import Record

_log = logging.getLogger(__name__)

_CAPACITY: Final = 10_000
_BACKOFF_S: Final = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
_TIMEOUT_S: Final = 5.0
_KEEPALIVE_S: Final = 10
# Without it a small packet waits for the broker's delayed ACK: 44 ms instead of 0.3.
_NO_DELAY: Final = [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]


class BrokerUrlError(SegueError):
    """A broker's URL must look like mqtt://user:password@host:1883 or mqtts://host."""


@dataclass(frozen=True, slots=True)
class PublisherState:
    """How the publication goes. `alarm` is set while the broker is away or news were dropped
    since it was last reached with nothing left to send."""

    connected: bool
    alarm: bool
    queued: int
    published: int
    dropped: int
    connections: int


@dataclass(frozen=True, slots=True)
class _News:
    topic: str
    payload: bytes


def account_of(url: str) -> BrokerAccount:
    """The broker at `url`; raises BrokerUrlError, which never repeats the password."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise BrokerUrlError(f"{BrokerUrlError.__doc__} (the port is not a number)") from error
    if parts.scheme not in ("mqtt", "mqtts") or not parts.hostname:
        raise BrokerUrlError(BrokerUrlError.__doc__)
    tls = parts.scheme == "mqtts"
    return BrokerAccount(
        host=parts.hostname,
        port=port or (8883 if tls else 1883),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls=tls,
    )


def news_of(record: Record) -> tuple[tuple[str, bytes], ...]:
    """(topic, payload) for the record's case and call: ids, kind and revision, nothing else.

    The topic is `segue/<tenant>/case/<case>` or `segue/<tenant>/call/<call>`; `rev` grows by
    node, as the log's sequence does. An id that could widen a topic is left out.
    """
    found: list[tuple[str, bytes]] = []
    at = Instant(record.mono, record.wall).utc().isoformat(timespec="milliseconds")
    for kind, id_ in (("case", record.case), ("call", record.call)):
        if id_ is None or not _is_level(id_) or not _is_level(record.tenant):
            continue
        body = {"kind": record.kind, "id": id_, "rev": record.seq, "node": record.node, "at": at}
        payload = json.dumps(body, separators=(",", ":")).encode()
        found.append((f"segue/{record.tenant}/{kind}/{id_}", payload))
    return tuple(found)


class MqttPublisher:
    """Publishes what the evidence log tells it. A broker that is slow, dead or gone costs news
    (the oldest first, counted), never a call.

    Subscribe `offer` to the log and keep `run` running. Without an account it keeps what it is
    told until `use` gives one.
    """

    def __init__(self, account: BrokerAccount | None = None, *, capacity: int = _CAPACITY) -> None:
        self._account = account or BrokerAccount("", 0)
        self._waiting: deque[_News] = deque()
        self._capacity = capacity
        self._wake = asyncio.Event()
        self._emptied = asyncio.Event()
        self._emptied.set()
        self._connected = False
        self._alarm = False
        self._published = self._dropped = self._connections = 0

    def use(self, account: BrokerAccount) -> None:
        """Publish here, from the next connection on."""
        self._account = account

    def offer(self, record: Record) -> None:
        """Take note of a record; never blocks, never raises."""
        for topic, payload in news_of(record):
            if len(self._waiting) >= self._capacity:
                self._waiting.popleft()
                self._dropped += 1
                self._alarm = True
            self._waiting.append(_News(topic, payload))
            self._emptied.clear()
            self._wake.set()

    def state(self) -> PublisherState:
        """The present counters."""
        return PublisherState(
            connected=self._connected,
            alarm=self._alarm,
            queued=len(self._waiting),
            published=self._published,
            dropped=self._dropped,
            connections=self._connections,
        )

    async def run(self) -> None:
        """Connect, publish, and connect again, until cancelled."""
        attempt = 0
        while True:
            before = self._connections
            try:
                async with self._client() as client, asyncio.TaskGroup() as group:
                    group.create_task(_until_lost(client))
                    group.create_task(self._publish(client))
            except* (aiomqtt.MqttError, OSError) as lost:
                self._lost(lost.exceptions[0])
            finally:
                self._connected = False
            attempt = 0 if self._connections > before else attempt + 1
            await asyncio.sleep(_BACKOFF_S[min(attempt, len(_BACKOFF_S) - 1)])

    async def drained(self, timeout_s: float) -> bool:
        """Wait until all is published; False if it is not after `timeout_s`."""
        try:
            await asyncio.wait_for(self._emptied.wait(), timeout_s)
        except TimeoutError:
            return False
        return True

    def _client(self) -> aiomqtt.Client:
        account = self._account
        return _Client(
            account.host,
            account.port,
            username=account.user or None,
            password=account.password or None,
            timeout=_TIMEOUT_S,
            keepalive=_KEEPALIVE_S,
            tls_context=ssl.create_default_context() if account.tls else None,
            socket_options=_NO_DELAY,
        )

    async def _publish(self, client: aiomqtt.Client) -> None:
        self._connected = True
        self._connections += 1
        _log.info("connected to the MQTT broker at %s:%d", self._account.host, self._account.port)
        while True:
            while self._waiting:
                news = self._waiting[0]
                await client.publish(news.topic, news.payload, qos=1)
                _heed_cancellation()
                self._published += 1
                # What was acknowledged may have been dropped meanwhile to make room.
                if self._waiting and self._waiting[0] is news:
                    self._waiting.popleft()
            self._alarm = False
            self._emptied.set()
            self._wake.clear()
            await self._wake.wait()

    def _lost(self, error: Exception) -> None:
        if not self._alarm:
            where = f"{self._account.host}:{self._account.port}"
            _log.warning("no MQTT broker at %s, calls go on without it: %s", where, error)
        self._alarm = True


class _Client(aiomqtt.Client):
    """Watches no socket that is closed already.

    The library begins to watch one a turn of the loop after it was asked to. When the broker dies
    in between, the number is nobody's, or belongs to another connection by then.
    """

    def _on_socket_register_write(self, client: Any, userdata: Any, sock: Any) -> None:
        def write() -> None:
            try:
                client.loop_write()
            except Exception as error:
                if not self._disconnected.done():
                    self._disconnected.set_exception(error)

        def watch() -> None:
            if (number := sock.fileno()) >= 0:
                self._loop.add_writer(number, write)

        self._loop.call_soon_threadsafe(watch)


def _heed_cancellation() -> None:
    # `asyncio.wait_for` of Python 3.11 loses one that comes together with the broker's answer.
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


async def _until_lost(client: aiomqtt.Client) -> None:
    # We subscribe to nothing: this only ends, with an MqttError, when the connection does.
    async for _ in client.messages:
        pass


def _is_level(name: str) -> bool:
    return bool(name) and not set(name) & set("/+#$\0")
