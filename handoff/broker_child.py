"""The embedded MQTT broker behind standard input and output: `python -m handoff.broker_child`.

One command, `{"id": 1, "do": "start", "port": 0, "accounts": {...}, "publisher": "..."}`; the
answer has the port. It ends when its standard input ends, and is killed when its parent dies.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from typing import Final

from amqtt.adapters import StreamReaderAdapter, StreamWriterAdapter
from amqtt.broker import Broker

from base.child import die_with_parent
from base.lines import Line, decode, encode

_ADDRESS: Final = "127.0.0.1"
_LISTENER: Final = "default"


async def _start(line: Line) -> tuple[Broker, asyncio.Server]:
    broker = Broker(
        {
            "listeners": {_LISTENER: {"type": "external", "max_connections": 200}},
            "plugins": {
                "handoff.broker_access.AccessByPassword": {"accounts": line["accounts"]},
                "handoff.broker_access.AccessByTopic": {"publisher": line["publisher"]},
            },
        }
    )
    await broker.start()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await broker.external_connected(
            StreamReaderAdapter(reader), StreamWriterAdapter(writer), _LISTENER
        )

    # The socket is ours, not the library's, so that port 0 gives a free one and tells which.
    server = await asyncio.start_server(connected, _ADDRESS, line["port"])
    return broker, server


async def _serve() -> None:
    stdin = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(stdin)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, sys.stdin)
    line = decode(await stdin.readline())
    if line is None:
        return
    try:
        _, server = await _start(line)
    except OSError as error:
        os.write(1, encode({"id": line["id"], "error": f"port {line['port']}: {error.strerror}"}))
        return
    port = server.sockets[0].getsockname()[1]
    os.write(1, encode({"id": line["id"], "ok": {"port": port}}))
    await stdin.read()


def main() -> None:
    """Serve until the parent closes our standard input."""
    die_with_parent()
    logging.disable(logging.CRITICAL)
    asyncio.run(_serve())


if __name__ == "__main__":
    main()
