"""linphonec registers, calls us, and is called, held and resumed by us, over real UDP."""

import asyncio
import contextlib
import os
import shutil
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from media.contract import Direction
from switch.sdp.negotiate import LocalMedia, make_offer, read_answer
from switch.signalling import Destination, LegAnswered, LegEnded, LegRinging, OfferAnswered
from tests.interop.sip_server import Answers, serving

pytestmark = pytest.mark.skipif(
    shutil.which("linphonec") is None, reason="linphonec is not installed"
)

SETTINGS = """\
[sip]
sip_port={port}
sip_tcp_port=0
sip_tls_port=0
ipv6=0
[net]
firewall_policy=none
bind_address=127.0.0.1
"""


class Linphone:
    """linphonec, steered by its command line."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    def command(self, line: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(line.encode() + b"\n")


@contextlib.asynccontextmanager
async def linphone(folder: Path, server: Answers) -> AsyncIterator[Linphone]:
    """A linphonec that has registered as 1001."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "rc").write_text(SETTINGS.format(port=port))
    (folder / ".local/share/linphone").mkdir(parents=True)
    process = await asyncio.create_subprocess_exec(
        "linphonec", "-c", str(folder / "rc"),
        env={**os.environ, "HOME": str(folder)},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        phone = Linphone(process)
        proxy = f"127.0.0.1:{server.agent.config.address[1]}"
        phone.command(f"register sip:1001@{proxy} sip:{proxy} secret")
        await until(lambda: bool(server.agent.registrar.contacts("1001")))
        yield phone
    finally:
        process.kill()
        await process.wait()


async def until(condition: Callable[[], bool], limit_s: float = 10) -> None:
    async with asyncio.timeout(limit_s):
        while not condition():  # noqa: ASYNC110 - it is another process that we wait for
            await asyncio.sleep(0.02)


async def test_linphone_calls_with_its_account_and_hangs_up(tmp_path: Path) -> None:
    async with serving() as server, linphone(tmp_path, server) as phone:
        phone.command(f"call sip:6000@127.0.0.1:{server.agent.config.address[1]}")
        await until(lambda: LegAnswered in map(type, server.events))
        assert server.invites[0].account == "1001"
        phone.command("terminate")
        await until(lambda: LegEnded in map(type, server.events))
        ended = server.events[-1]
        assert isinstance(ended, LegEnded)
        assert (ended.status, ended.by_peer) == (200, True)


async def test_linphone_is_called_answers_is_held_and_resumed(tmp_path: Path) -> None:
    async with serving() as server, linphone(tmp_path, server) as phone:
        agent, heard = server.agent, server.events
        contact = agent.registrar.contacts("1001")[0]
        local = LocalMedia("127.0.0.1", 30_000)
        leg = agent.invite(
            server,
            Destination(contact.uri, contact.address),
            caller="6000",
            caller_name="The shop",
            offer=make_offer(local),
        )
        await until(lambda: LegRinging in map(type, heard))
        phone.command("answer")
        await until(lambda: LegAnswered in map(type, heard))
        answered = heard[-1]
        assert isinstance(answered, LegAnswered)
        assert read_answer(answered.sdp or b"", local).remote.direction is Direction.SENDRECV

        for version, ours in ((2, Direction.SENDONLY), (3, Direction.SENDRECV)):
            local = replace(local, version=version, direction=ours)
            agent.reoffer(leg, make_offer(local))
            await until(lambda: isinstance(heard[-1], OfferAnswered))
            told = heard.pop()
            assert isinstance(told, OfferAnswered)
            assert told.status == 200
            assert read_answer(told.sdp or b"", local).remote.direction is ours

        agent.end(leg)
        await until(lambda: agent.live().legs == 0)  # it has answered the BYE


async def test_linphone_stops_ringing_when_the_call_is_cancelled(tmp_path: Path) -> None:
    async with serving() as server, linphone(tmp_path, server):
        agent = server.agent
        contact = agent.registrar.contacts("1001")[0]
        leg = agent.invite(
            server,
            Destination(contact.uri, contact.address),
            caller="6000",
            caller_name="",
            offer=make_offer(LocalMedia("127.0.0.1", 30_000)),
        )
        await until(lambda: LegRinging in map(type, server.events))
        agent.end(leg)
        await until(lambda: agent.live().legs == 0)  # 487 came
        assert server.events[-1] == LegEnded(leg, 487, False, "")
