"""A call goes on unharmed while strangers send garbage to every door of the node."""

from __future__ import annotations

import asyncio
import socket
import time
from pathlib import Path

import httpx
import pytest

from phone.contract import CallState
from phone.listen import find_tone
from phone.pjsua import PjsuaPhone
from tests.interop import hostile_http, hostile_sip
from tests.interop.live_node import LiveNode, running
from tests.interop.live_wire import wire

DATAGRAMS, BURST, PAUSE_S = 20_000, 40, 0.02
SEED = 20261122


async def flood(node: LiveNode) -> None:
    """Paced so that the kernel's buffer takes all of it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.bind(("127.0.0.1", 0))
        sender.setblocking(False)
        port = sender.getsockname()[1]
        for number, data in enumerate(hostile_sip.datagrams(DATAGRAMS, SEED, port)):
            sender.sendto(data, ("127.0.0.1", node.sip_port))
            if number % BURST == BURST - 1:
                await asyncio.sleep(PAUSE_S)


async def logged_in(node: LiveNode) -> tuple[str, str]:
    async with httpx.AsyncClient(base_url=node.http) as http:
        body = {"name": "chen_yu", "password": node.password("desk:chen_yu")}
        answer = await http.post("/api/v1/login", json=body)
        return f"segue_session={http.cookies['segue_session']}", answer.json()["csrf"]


async def attacked(node: LiveNode, folder: Path) -> float:
    """The call, attacked from all sides; how long it was."""
    bench = PjsuaPhone.start(node.account("202"), answer_after_s=0)
    async with await PjsuaPhone.start(node.account("201")) as caller, await bench as called:
        await asyncio.gather(caller.register(), called.register())
        call = await caller.call(node.uri("202"))
        await call.play_tone(440)
        other = await called.wait_incoming()
        await call.wait_state(CallState.CONFIRMED)
        await other.play_tone(1000)
        await call.record(folder / "caller.wav")
        await other.record(folder / "called.wav")
        begin = time.monotonic()

        cookie, csrf = await logged_in(node)
        flooding = asyncio.create_task(flood(node))
        answers = await hostile_http.attack(node, cookie, csrf)
        await flooding

        lasted = time.monotonic() - begin
        assert (call.state, other.state) == (CallState.CONFIRMED, CallState.CONFIRMED)
        await call.hangup()
        await other.wait_state(CallState.TERMINATED)
        assert other.status == 200

    wrong = [status for status in answers.statuses if status not in range(200, 500)]
    assert not wrong
    assert {400, 401, 404, 413, 422} <= set(answers.statuses)
    assert not any("root:" in body or '"accounts"' in body for body in answers.bodies)
    assert 0 not in answers.closed
    return lasted


@pytest.mark.timeout(120)
def test_a_call_outlasts_garbage_at_every_door(tmp_path: Path) -> None:
    with running(tmp_path / "var") as node:
        lasted = asyncio.run(attacked(node, tmp_path))
        figures = asyncio.run(node.metrics())
        assert figures["segue_sip_malformed_total"] > DATAGRAMS / 10
        assert figures["segue_defects_total"] == 0
        assert figures["segue_log_lost_total"] == 0
        assert asyncio.run(served(node))
        log = node.log.read_text()
        assert "Traceback" not in log
        assert len(log.splitlines()) < 200  # nobody fills our disk by talking nonsense
        assert node.stop() == 0
    for name, frequency in (("caller", 1000), ("called", 440)):
        heard = find_tone(tmp_path / f"{name}.wav", frequency)
        assert heard is not None
        assert heard.seconds > 0.9 * lasted
        assert all(end - start < 1.0 for start, end in heard.gaps)


async def served(node: LiveNode) -> bool:
    """Whether a well-behaved stranger still gets an answer."""
    async with wire(node) as peer:
        return await peer.ask("OPTIONS", node.uri("6000")) == 200
