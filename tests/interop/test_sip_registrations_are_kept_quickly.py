"""A 200 to a new REGISTER means that a crash takes nothing back; hundreds at once share commits."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast

import pytest

from base.system import SystemClock
from records.log import EvidenceLog
from segue.wiring.registrations import BindingKeeper
from store.database import Database
from store.events import SqlEventStore
from store.registrations import Registrations
from switch.sip.digest import Authorization, ha1, response_of
from switch.sip.message import Response
from switch.sip.parser import split
from tests.interop.sip_server import Answers, run, serving
from tests.interop.test_sip_baresip_registers import CONFIG

STORM = 300
CLOCK = SystemClock()


class SamePassword:
    """Every account has it."""

    def ha1(self, account: str, algorithm: str) -> str:
        return ha1(account, "segue", "secret", algorithm)


class Counted(Registrations):
    commits = 0

    async def save(self, accounts) -> None:  # type: ignore[no-untyped-def]
        self.commits += 1
        await super().save(accounts)


class Device(asyncio.DatagramProtocol):
    """One phone: a REGISTER, its challenge, the proof, the 200."""

    def __init__(self, account: str, registered: asyncio.Future[float]) -> None:
        self.account = account
        self.registered = registered
        self.asked_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)
        self.register(1, "")

    def register(self, cseq: int, proof: str) -> None:
        self.asked_at = time.perf_counter()
        host, port = self.transport.get_extra_info("sockname")
        self.transport.sendto(
            f"REGISTER sip:segue SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP {host}:{port};branch=z9hG4bK{self.account}-{cseq};rport\r\n"
            f"From: <sip:{self.account}@segue>;tag=d\r\nTo: <sip:{self.account}@segue>\r\n"
            f"Call-ID: {self.account}\r\nCSeq: {cseq} REGISTER\r\n"
            f"Contact: <sip:{self.account}@{host}:{port}>\r\nExpires: 60\r\n{proof}"
            "Content-Length: 0\r\n\r\n".encode()
        )

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        answer = split(data)
        assert isinstance(answer, Response)
        if answer.status == 401:
            self.register(2, f"Authorization: {self.proof(answer)}\r\n")
        elif not self.registered.done():
            assert answer.status == 200
            self.registered.set_result(time.perf_counter() - self.asked_at)

    def proof(self, challenge: Response) -> str:
        offered = Authorization.parse(challenge.all("www-authenticate")[0])
        assert offered
        fields = (
            f'Digest username="{self.account}", realm="segue", nonce="{offered.nonce}", '
            'uri="sip:segue", algorithm=MD5, qop=auth, nc=00000001, cnonce="c"'
        )
        unsigned = Authorization.parse(fields)
        assert unsigned
        secret = ha1(self.account, "segue", "secret", "MD5")
        return f'{fields}, response="{response_of(unsigned, secret, "REGISTER")}"'


@contextlib.asynccontextmanager
async def registrar(folder: Path) -> AsyncIterator[tuple[Answers, Counted]]:
    """A server whose bindings and events are on disk, as in a node."""
    database = Database(f"sqlite:///{folder}/segue.db")
    await database.open()
    log = EvidenceLog("n1", SqlEventStore(database), CLOCK, folder / "spool")
    await log.start()
    store = Counted(database)
    keeper = BindingKeeper(store, log)
    async with serving(credentials=SamePassword(), sink=log, bindings=keeper) as server:
        keeper.attach(server.agent.registrar)
        task = asyncio.create_task(keeper.run())
        try:
            yield server, store
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
    await log.stop()
    await database.close()


async def test_a_storm_is_answered_in_groups(tmp_path: Path) -> None:
    loop = asyncio.get_running_loop()
    async with registrar(tmp_path) as (server, store):
        waits: list[asyncio.Future[float]] = []
        transports = []
        for number in range(STORM):
            registered: asyncio.Future[float] = loop.create_future()
            waits.append(registered)
            account = str(2000 + number)
            transport, _ = await loop.create_datagram_endpoint(
                lambda account=account, registered=registered: Device(account, registered),
                remote_addr=server.agent.config.address,
            )
            transports.append(transport)
        async with asyncio.timeout(20):
            took = sorted(await asyncio.gather(*waits))
        kept = await store.load(CLOCK.now())
        for transport in transports:
            transport.close()
    print(f"REGISTER to 200: {1e3 * took[STORM // 2]:.1f} ms p50, {1e3 * took[-1]:.1f} ms most")
    print(f"{store.commits} commits for {STORM} registrations")
    assert len(kept) == STORM
    assert store.commits < STORM / 2
    assert took[-1] < 5.0


@pytest.mark.skipif(shutil.which("baresip") is None, reason="baresip is not installed")
async def test_baresip_is_registered_when_its_binding_is_on_disk(tmp_path: Path) -> None:
    async with registrar(tmp_path) as (server, store):
        port = server.agent.config.address[1]
        account = f"<sip:1001@127.0.0.1:{port}>;auth_pass=secret;regint=60\n"
        for name, text in (("config", CONFIG), ("accounts", account), ("contacts", "")):
            (tmp_path / name).write_text(text)
        output = asyncio.create_task(run("baresip", "-f", str(tmp_path), "-t", "2"))
        kept: list[str] = []
        while not output.done():
            await asyncio.sleep(0.05)
            kept += (await store.load(CLOCK.now())).keys()
        assert "200 OK" in (await output)[1]
        assert set(kept) == {"1001"}
        assert await store.load(CLOCK.now()) == {}  # it took its binding away when it ended
