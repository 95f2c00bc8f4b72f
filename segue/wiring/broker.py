"""The part that tells others: publication by MQTT, through an embedded broker or another."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from base.system import SystemIds
from handoff.broker import EmbeddedBroker
from handoff.mqtt import MqttPublisher, account_of
from records.log import EvidenceLog


@contextlib.asynccontextmanager
async def broker_part(where: str, log: EvidenceLog) -> AsyncIterator[MqttPublisher | None]:
    """Publish what the log tells; calls never wait for it."""
    if where == "none":
        yield None
        return
    embedded = await EmbeddedBroker.start(SystemIds()) if where == "embedded" else None
    try:
        publisher = MqttPublisher(embedded.publisher if embedded else account_of(where))
        leave = log.subscribe(publisher.offer)
        task = asyncio.create_task(publisher.run(), name="mqtt")
        try:
            yield publisher
        finally:
            leave()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
    finally:
        if embedded is not None:
            await embedded.close()
