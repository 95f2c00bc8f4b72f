"""A peer that sends any text or bytes to a node's SIP port and reads the answers."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator
from typing import cast

from tests.interop.live_node import LiveNode

_numbers = itertools.count(1)


class Wire(asyncio.DatagramProtocol):
    """One UDP socket. Answers are kept by Call-ID."""

    def __init__(self) -> None:
        self.answers: dict[str, list[int]] = {}
        self.port = 0
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)
        self.port = transport.get_extra_info("sockname")[1]

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        lines = data.decode(errors="replace").splitlines()
        if lines and lines[0].startswith("SIP/2.0 "):
            call_id = next((s[9:] for s in lines if s.startswith("Call-ID: ")), "")
            self.answers.setdefault(call_id, []).append(int(lines[0].split()[1]))

    def send(self, data: bytes) -> None:
        assert self._transport is not None
        self._transport.sendto(data)

    def close(self) -> None:
        assert self._transport is not None
        self._transport.close()

    async def ask(self, method: str, uri: str, user: str = "stranger", more: str = "") -> int:
        """Send a request and give its final status; 0 when there is no answer for a second."""
        number = next(_numbers)
        call_id = f"wire-{number}-{self.port}"
        text = (
            f"{method} {uri} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP 127.0.0.1:{self.port};branch=z9hG4bKw{number};rport\r\n"
            f"From: <sip:{user}@127.0.0.1>;tag=w{number}\r\n"
            f"To: <{uri}>\r\n"
            f"Call-ID: {call_id}\r\n"
            f"CSeq: 1 {method}\r\n"
            f"Contact: <sip:{user}@127.0.0.1:{self.port}>\r\n"
            f"Max-Forwards: 70\r\n{more}Content-Length: 0\r\n\r\n"
        )
        self.send(text.encode())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1.0):
                while not (final := self._final(call_id)):  # noqa: ASYNC110 - few lines
                    await asyncio.sleep(0.01)
                if method == "INVITE":
                    ack = text.replace(f"{method} ", "ACK ", 1).replace("1 INVITE", "1 ACK")
                    self.send(ack.encode())
                return final
        return 0

    def _final(self, call_id: str) -> int:
        return next((status for status in self.answers.get(call_id, ()) if status >= 200), 0)


@contextlib.asynccontextmanager
async def wire(node: LiveNode) -> AsyncIterator[Wire]:
    """A socket to the node's SIP port."""
    loop = asyncio.get_running_loop()
    address = ("127.0.0.1", node.sip_port)
    _, peer = await loop.create_datagram_endpoint(Wire, remote_addr=address)
    try:
        yield peer
    finally:
        peer.close()
