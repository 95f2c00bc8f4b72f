"""The part that tells others: publication by MQTT, through an embedded broker or another."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from typing import Final

from base.system import SystemIds
from handoff.broker import BrokerError, EmbeddedBroker
from handoff.mqtt import MqttPublisher, account_of
from records.log import EvidenceLog

_AGAIN_S: Final = 5.0
_CANCEL_S: Final = 5.0

_log = logging.getLogger(__name__)


@contextlib.asynccontextmanager
async def broker_part(where: str, log: EvidenceLog) -> AsyncIterator[MqttPublisher | None]:
    """Publish what the log tells; neither the start nor a call waits for the broker."""
    if where == "none":
        yield None
        return
    publisher = MqttPublisher(None if where == "embedded" else account_of(where))
    leave = log.subscribe(publisher.offer)
    work = _through_embedded(publisher) if where == "embedded" else publisher.run()
    task = asyncio.create_task(work, name="mqtt")
    try:
        yield publisher
    finally:
        leave()
        # A connection that fails while it is cancelled tells of the failure only, and goes on.
        while not task.done():
            task.cancel()
            await asyncio.wait({task}, timeout=_CANCEL_S)


async def _through_embedded(publisher: MqttPublisher) -> None:
    broker = await _started()
    try:
        publisher.use(broker.publisher)
        await publisher.run()
    finally:
        await broker.close()


async def _started() -> EmbeddedBroker:
    while True:
        try:
            return await EmbeddedBroker.start(SystemIds())
        except (BrokerError, OSError) as error:
            _log.error("the embedded broker cannot be started, calls go on without it: %s", error)
            await asyncio.sleep(_AGAIN_S)
