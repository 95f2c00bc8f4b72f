"""A node whose disk, broker, ports or life fail: callers and operators are told, calls go on."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
import wave
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from phone.contract import CallState
from phone.listen import find_tone
from phone.pjsua import PjsuaCall, PjsuaPhone
from tests.interop.live_cast import agent, handoff
from tests.interop.live_node import ROOT, LiveNode, running
from tests.interop.live_page import until

CUSTOMER_HZ, AGENT_HZ = 440, 1000


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveNode]:
    with running(tmp_path_factory.mktemp("faults") / "var") as running_node:
        yield running_node
        assert running_node.stop() == 0
        assert not running_node.errors(running_node.begin)


@pytest.fixture
async def customer() -> AsyncIterator[PjsuaPhone]:
    async with await PjsuaPhone.start(user="customer") as phone:
        yield phone


async def wants_sales(node: LiveNode, phone: PjsuaPhone) -> PjsuaCall:
    call = await phone.call(node.uri("6001"))
    await call.play_tone(CUSTOMER_HZ)
    await call.wait_state(CallState.CONFIRMED)
    await call.send_dtmf("1")
    return call


class FullDisk:
    """As long as the block lasts, no recording can be made (root writes into any folder)."""

    def __init__(self, node: LiveNode) -> None:
        self._spool = node.data_dir / "spool"
        self._away = node.data_dir / "spool.away"

    def __enter__(self) -> None:
        if self._spool.exists():
            self._spool.rename(self._away)
        self._spool.touch()

    def __exit__(self, *_: object) -> None:
        self._spool.unlink()
        if self._away.exists():
            self._away.rename(self._spool)


async def test_a_queue_that_must_record_refuses(
    node: LiveNode, customer: PjsuaPhone, tmp_path: Path
) -> None:
    """The caller is told that it went wrong; nobody is asked to talk without a recording."""
    since = node.mark()
    issued = await handoff(node)
    async with agent(node, "li_na"):
        with FullDisk(node):
            headers = {"X-Segue-Handoff": issued["token"]}
            call = await customer.call(node.uri("6000"), headers=headers)
            await call.wait_state(CallState.CONFIRMED)
            await call.record(tmp_path / "heard.wav")
            await call.wait_state(CallState.TERMINATED, 40)
        events = node.told(since)
    kinds = [event.kind for event in events]
    assert "recording.unavailable" in kinds
    assert "queue.offered" not in kinds
    assert "recording.started" not in kinds
    states = [e.text.split("state=")[1].split()[0] for e in events if e.kind == "state.entered"]
    assert states[-3:] == ["to_support", "message", "sorry"]
    assert (await node.metrics())["segue_recordings_unavailable_total"] >= 1
    await node.closes_the_books(since, calls=1)


async def test_a_queue_may_go_on_unrecorded(node: LiveNode, customer: PjsuaPhone) -> None:
    since = node.mark()
    async with agent(node, "li_na") as li_na:
        with FullDisk(node):
            call = await wants_sales(node, customer)
            rings = await li_na.phone.wait_incoming(20)
            await rings.answer()
            await rings.wait_state(CallState.CONFIRMED)
            told = await node.hears("recording.unavailable", since)
            state = await li_na.page.hears("call", state="talking")
            assert state["recording"] is False
            await call.hangup()
            await rings.wait_state(CallState.TERMINATED)
        await li_na.page.wrap_up(told.call)
    assert "continue unrecorded" in told.text
    await node.closes_the_books(since, calls=1)


async def test_a_broker_that_dies_is_started_again(node: LiveNode, customer: PjsuaPhone) -> None:
    since = node.mark()
    broker = child_of(node, "broker_child")
    async with agent(node, "li_na", answer_after_s=0.0) as li_na:
        os.kill(broker, signal.SIGKILL)
        call = await wants_sales(node, customer)
        answered = await node.hears("agent.answered", since)
        await call.hangup()
        await li_na.page.wrap_up(answered.call)
    await node.closes_the_books(since, calls=1)
    async with asyncio.timeout(20):
        while (await node.metrics())["segue_mqtt_connected"] != 1.0:  # noqa: ASYNC110 - a look
            await asyncio.sleep(0.1)
    assert child_of(node, "broker_child") != broker


def child_of(node: LiveNode, word: str) -> int:
    """The process id of the node's child whose command line has this word."""
    listed = subprocess.run(
        ["ps", "-o", "pid=,args=", "--ppid", str(node.child.pid)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return next(int(row.split()[0]) for row in listed.stdout.splitlines() if word in row)


@pytest.mark.parametrize(
    ("flag", "remedy"),
    [
        ("sip-port", "choose another address or port"),
        ("http-port", "--http-port"),
        ("data-dir", "--data-dir"),
    ],
)
def test_what_another_node_has_is_named(
    node: LiveNode, tmp_path: Path, flag: str, remedy: str
) -> None:
    """Exit status 1 and one sentence with the remedy."""
    flags = {"data-dir": str(tmp_path / "var"), "sip-port": "0", "http-port": "0", "mqtt": "none"}
    flags |= {
        flag: {
            "sip-port": str(node.sip_port),
            "http-port": node.http.rpartition(":")[2],
            "data-dir": str(node.data_dir),
        }[flag]
    }
    words = [sys.executable, "-m", "segue", "run", "--rtp-ports", "22000-23999"]
    words += [word for name, value in flags.items() for word in (f"--{name}", value)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=30)
    assert done.returncode == 1
    assert remedy in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.timeout(90)
async def test_a_killed_node_keeps_the_recording(tmp_path: Path, customer: PjsuaPhone) -> None:
    """SIGKILL in the middle of a talk; the next start seals what was said."""
    with running(tmp_path / "var") as first:
        async with agent(first, "li_na") as li_na:
            call = await wants_sales(first, customer)
            rings = await li_na.phone.wait_incoming(20)
            await rings.play_tone(AGENT_HZ)
            await rings.answer()
            started = await first.hears("recording.started", 0)
            began = time.monotonic()
            await asyncio.sleep(4.0)
            talked = time.monotonic() - began
            first.kill()
        await asyncio.gather(call.hangup(), rings.hangup())
    with running(tmp_path / "var") as second:
        await until(lambda: bool(sealed(second)), 20)
        (entry,) = await second.ask("recordings.list")
        assert entry["call"] == started.call
        assert entry["seconds"] > talked - 1.0
        with wave.open(entry["path"]) as file:
            assert file.getnchannels() == 2
            assert file.getnframes() / file.getframerate() > talked - 1.0
        for channel, tone in ((0, CUSTOMER_HZ), (1, AGENT_HZ)):
            heard = find_tone(Path(entry["path"]), tone, channel=channel)
            assert heard is not None
            assert heard.seconds > talked - 1.3
        kinds = [event["kind"] for event in await second.story(started.call)]
        for kind in ("call.received", "queue.entered", "pop.acknowledged", "agent.answered"):
            assert kinds.count(kind) == 1
        assert kinds[-2:] == ["call.lost", "recording.sealed"]
        (shown,) = [c for c in await second.ask("calls.list") if c["call"] == started.call]
        assert (shown["outcome"], shown["agent"], shown["recording"]) == (
            "lost",
            "li_na",
            entry["id"],
        )
        # The agent's phone need not register again before the next call.
        assert (await second.metrics())["segue_registrations"] == 1
        assert second.stop() == 0


def sealed(node: LiveNode) -> bool:
    return any(event.kind == "recording.sealed" for event in node.told(node.begin))
