"""A node that stopped while a call's news was going out waited for the broker for ever."""

import asyncio
from collections.abc import AsyncIterator

from handoff.broker import BrokerAccount
from handoff.mqtt import MqttPublisher
from records.contract import Record


class DeafClient:
    """Answers at the very moment of a cancellation, which so gets lost on its way."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()

    async def __aenter__(self) -> "DeafClient":
        return self

    async def __aexit__(self, *_: object) -> None:
        pass

    async def publish(self, topic: str, payload: bytes, qos: int) -> None:
        self.asked.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            return

    @property
    async def messages(self) -> AsyncIterator[object]:
        await asyncio.Event().wait()
        yield None


async def test_a_cancellation_that_meets_the_brokers_answer_still_stops(monkeypatch):
    publisher, client = MqttPublisher(BrokerAccount("127.0.0.1", 1)), DeafClient()
    monkeypatch.setattr(publisher, "_client", lambda: client)
    running = asyncio.create_task(publisher.run())
    for seq in range(3):
        publisher.offer(Record("n1", seq, 0.0, 0.0, "default", "call.received", 1, "C1", None, None,
                               {"called": "6000"}, {}))  # fmt: skip
    await client.asked.wait()
    running.cancel()
    async with asyncio.timeout(1):
        await asyncio.gather(running, return_exceptions=True)
    assert running.cancelled()
