"""News goes out by MQTT through amqtt and through mosquitto; a dead broker costs no call."""

import asyncio
import contextlib
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import aiomqtt
import pytest

from base.child import module_environment
from base.system import SystemIds
from handoff.broker import BrokerAccount, BrokerError, EmbeddedBroker
from handoff.mqtt import MqttPublisher
from records.contract import Record


def record(seq: int, *, call: str | None = "CALL1", case: str | None = None) -> Record:
    return Record(
        node="n1", seq=seq, wall=1_795_312_800.0, mono=0.0, tenant="default", kind="call.received",
        version=1, call=call, case=case, agent=None, payload={"called": "6000"},
        personal={"caller": "+8613800000000"},
    )  # fmt: skip


def client(account: BrokerAccount) -> aiomqtt.Client:
    return aiomqtt.Client(
        account.host, account.port, username=account.user, password=account.password, timeout=3
    )


@contextlib.asynccontextmanager
async def publishing(account: BrokerAccount, capacity: int = 100) -> AsyncIterator[MqttPublisher]:
    publisher = MqttPublisher(account, capacity=capacity)
    task = asyncio.create_task(publisher.run())
    try:
        yield publisher
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@contextlib.asynccontextmanager
async def embedded() -> AsyncIterator[EmbeddedBroker]:
    broker = await EmbeddedBroker.start(SystemIds())
    try:
        yield broker
    finally:
        await broker.close()


async def until(condition: Callable[[], bool], seconds: float = 8.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - other processes tell no event
            await asyncio.sleep(0.02)


async def revisions(reader: aiomqtt.Client, last: int) -> list[int]:
    """The revisions that arrive until `last` does."""
    seen: list[int] = []
    async with asyncio.timeout(8):
        async for message in reader.messages:
            assert isinstance(message.payload, bytes)
            seen.append(json.loads(message.payload)["rev"])
            if seen[-1] == last:
                break
    return seen


async def test_a_reader_gets_ids_kinds_and_revisions_and_nothing_else() -> None:
    async with embedded() as broker, publishing(broker.publisher) as publisher:
        async with client(broker.subscriber) as reader:
            await reader.subscribe("segue/#", qos=1)
            publisher.offer(record(7, call="CALL1", case="CASE1"))
            publisher.offer(record(8, call=None))
            publisher.offer(record(9, call="not/a/level"))
            got = []
            async with asyncio.timeout(5):
                async for message in reader.messages:
                    assert isinstance(message.payload, bytes)
                    got.append((str(message.topic), json.loads(message.payload)))
                    if len(got) == 2:
                        break
        news = {
            "kind": "call.received",
            "rev": 7,
            "node": "n1",
            "at": "2026-11-22T02:00:00.000+00:00",
        }
        assert got == [
            ("segue/default/case/CASE1", {**news, "id": "CASE1"}),
            ("segue/default/call/CALL1", {**news, "id": "CALL1"}),
        ]
        assert await publisher.drained(3)
        assert publisher.state().published == 2


async def test_readers_cannot_publish_and_strangers_cannot_come_in() -> None:
    async with embedded() as broker:
        wrong = BrokerAccount("127.0.0.1", broker.publisher.port, "segue", "guess")
        nobody = BrokerAccount("127.0.0.1", broker.publisher.port)
        for account in (wrong, nobody):
            with pytest.raises(aiomqtt.MqttError):
                async with client(account):
                    pass
        async with client(broker.subscriber) as one, client(broker.publisher) as other:
            await one.subscribe("segue/#", qos=1)
            for everything in ("#", "+/#", "$SYS/#"):
                granted = await one.subscribe(everything, qos=1)
                assert [getattr(code, "value", code) for code in granted] == [0x80]
            with contextlib.suppress(aiomqtt.MqttError):
                await asyncio.wait_for(one.publish("segue/default/call/X", b'{"rev": 1}'), 2)
            await other.publish("elsewhere/x", b'{"rev": 2}', qos=0)
            await other.publish("segue/default/call/X", b'{"rev": 3}', qos=1)
            assert await revisions(one, 3) == [3]


async def test_a_killed_broker_comes_back_and_no_news_is_lost() -> None:
    async with embedded() as broker, publishing(broker.publisher) as publisher:
        await until(lambda: publisher.state().connected)
        os.kill(broker.pid, signal.SIGKILL)
        await until(lambda: publisher.state().alarm)
        for seq in range(1, 21):
            publisher.offer(record(seq))
        await until(lambda: broker.restarts == 1)
        assert await publisher.drained(8)
        state = publisher.state()
        assert (state.published, state.dropped, state.alarm) == (20, 0, False)
        assert state.connections == 2


@pytest.mark.skipif(shutil.which("mosquitto") is None, reason="mosquitto is not installed")
async def test_mosquitto_is_served_when_it_starts_late_dies_and_returns(tmp_path: Path) -> None:
    port = _free_port()
    account = BrokerAccount("127.0.0.1", port)
    async with publishing(account, capacity=5) as publisher:
        for seq in range(1, 9):
            publisher.offer(record(seq))
        await until(lambda: publisher.state().alarm)
        assert publisher.state().dropped == 3
        for start in (1, 2):
            async with _mosquitto(port, tmp_path):
                assert await publisher.drained(8)
                await until(lambda start=start: publisher.state().connections == start)
                async with client(account) as reader:
                    await reader.subscribe("segue/#")
                    publisher.offer(record(100 + start))
                    assert await revisions(reader, 100 + start) == [100 + start]
            await until(lambda: not publisher.state().connected)


async def test_a_port_in_use_says_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(BrokerError, match=f"port {port}: .*in use"):
            await EmbeddedBroker.start(SystemIds(), port=port)


def test_the_broker_dies_with_its_parent_and_leaves_the_port() -> None:
    program = (
        "import asyncio\n"
        "from base.system import SystemIds\n"
        "from handoff.broker import EmbeddedBroker\n"
        "async def main():\n"
        "    broker = await EmbeddedBroker.start(SystemIds())\n"
        "    print(broker.pid, broker.publisher.port, flush=True)\n"
        "    await asyncio.sleep(30)\n"
        "asyncio.run(main())\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, env=module_environment()
    ) as parent:
        assert parent.stdout is not None
        child, port = map(int, parent.stdout.readline().split())
        watch = os.pidfd_open(child)
        parent.kill()
    try:
        assert select.select([watch], [], [], 3.0)[0]
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), 1)
    finally:
        os.close(watch)


@contextlib.asynccontextmanager
async def _mosquitto(port: int, folder: Path) -> AsyncIterator[None]:
    config = folder / "mosquitto.conf"
    config.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\n")
    process = await asyncio.create_subprocess_exec(
        "mosquitto", "-c", str(config), stderr=asyncio.subprocess.DEVNULL
    )
    try:
        yield
    finally:
        process.kill()
        await process.wait()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


async def test_a_connection_that_closes_at_once_is_not_watched() -> None:
    """Its number is nobody's, or somebody else's, by the time the loop comes to it."""
    told: list[dict[str, object]] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: told.append(context))
    connecting = MqttPublisher(BrokerAccount("127.0.0.1", 1))._client()
    near, far = socket.socketpair()
    with far:
        connecting._on_socket_register_write(connecting._client, None, near)
        near.close()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    assert told == []
