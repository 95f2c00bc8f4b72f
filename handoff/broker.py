"""The MQTT broker that needs no installation: amqtt in a child process, on loopback."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from typing import Final

from base.errors import UnavailableError
from base.ids import IdSource, token
from base.lines import LineChild

_log = logging.getLogger(__name__)

_PUBLISHER: Final = "segue"
_SUBSCRIBER: Final = "reader"
_RESTART_S: Final = (0.1, 0.5, 2.0, 5.0)


class BrokerError(UnavailableError):
    """The embedded broker could not be started."""


@dataclass(frozen=True, slots=True)
class BrokerAccount:
    """Where a broker is and how to be let in."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    tls: bool = False


class EmbeddedBroker:
    """An amqtt child that listens on 127.0.0.1 only, with passwords made for this run.

    `publisher` may publish below `segue/`; `subscriber` may only read there. A child that dies
    is started again on the same port with the same passwords. Make it with `start`.
    """

    def __init__(
        self, child: LineChild, publisher: BrokerAccount, subscriber: BrokerAccount
    ) -> None:
        self._child = child
        self.publisher = publisher
        self.subscriber = subscriber
        self.restarts = 0
        self._watch = asyncio.create_task(self._keep_running(), name="embedded broker")

    @classmethod
    async def start(cls, ids: IdSource, *, port: int = 0) -> EmbeddedBroker:
        """Start it on `port` (0: a free one); raises BrokerError, as when the port is in use."""
        secrets = (token(ids, 16), token(ids, 16))
        child, bound = await _start_child(port, secrets)
        return cls(
            child,
            BrokerAccount("127.0.0.1", bound, _PUBLISHER, secrets[0]),
            BrokerAccount("127.0.0.1", bound, _SUBSCRIBER, secrets[1]),
        )

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._child.pid

    async def close(self) -> None:
        """End the child; its port is free afterwards. Idempotent."""
        self._watch.cancel()
        await asyncio.gather(self._watch, return_exceptions=True)
        await self._child.close()

    async def _keep_running(self) -> None:
        while True:
            status = await self._child.wait()
            _log.warning("the embedded broker ended with %s, it is started again", status)
            await self._child.close()
            await self._start_again()

    async def _start_again(self) -> None:
        secrets = (self.publisher.password, self.subscriber.password)
        attempt = 0
        while True:
            await asyncio.sleep(_RESTART_S[min(attempt, len(_RESTART_S) - 1)])
            try:
                self._child, _ = await _start_child(self.publisher.port, secrets)
            except (BrokerError, OSError) as error:
                _log.warning("the embedded broker cannot be started: %s", error)
                attempt += 1
            else:
                self.restarts += 1
                return


async def _start_child(port: int, secrets: tuple[str, str]) -> tuple[LineChild, int]:
    child = await LineChild.start("handoff.broker_child", error=BrokerError)
    try:
        # The passwords go through the pipe: arguments can be read by every user.
        accounts = {_PUBLISHER: secrets[0], _SUBSCRIBER: secrets[1]}
        answer = await child.ask("start", port=port, accounts=accounts, publisher=_PUBLISHER)
    except BaseException:
        await child.close()
        raise
    return child, int(answer["port"])
