"""sipsak and SIPp, written by others, over real UDP."""

import shutil
from pathlib import Path

import pytest

from base.errors import UnavailableError
from base.system import SystemClock
from switch.net.udp import UdpTransport
from switch.signalling import LegAnswered, LegEnded
from tests.interop.sip_server import run, serving


@pytest.mark.skipif(shutil.which("sipsak") is None, reason="sipsak is not installed")
async def test_sipsak_pings_with_options() -> None:
    async with serving() as server:
        port = server.agent.config.address[1]
        status, output = await run("sipsak", "-vv", "-s", f"sip:6000@127.0.0.1:{port}")
    assert status == 0, output
    assert "SIP/2.0 200 OK" in output
    assert "INVITE, ACK, CANCEL" in output


@pytest.mark.skipif(shutil.which("sipp") is None, reason="SIPp is not installed")
async def test_sipp_places_a_hundred_calls(tmp_path: Path) -> None:
    async with serving() as server:
        port = server.agent.config.address[1]
        status, output = await run(
            "sipp", f"127.0.0.1:{port}", "-sn", "uac", "-i", "127.0.0.1", "-s", "6000",
            "-m", "100", "-r", "100", "-d", "100", "-nostdin", "-timeout", "15s",
        )  # fmt: skip
    assert status == 0, output[-2000:]
    assert len(server.invites) == 100
    assert server.invites[0].called == "6000"
    kinds = [type(event) for event in server.events]
    assert kinds.count(LegAnswered) == kinds.count(LegEnded) == 100
    assert all(e.status == 200 and e.by_peer for e in server.events if isinstance(e, LegEnded))
    assert server.agent.counters.malformed == 0


async def test_a_port_in_use_is_named_with_its_remedy() -> None:
    first = UdpTransport([("127.0.0.1", 0)], SystemClock())
    await first.start()
    port = first.addresses[0][1]
    second = UdpTransport([("127.0.0.1", 0), ("127.0.0.1", port)], SystemClock())
    with pytest.raises(UnavailableError, match=rf"127\.0\.0\.1:{port} .*choose another"):
        await second.start()
    assert second.addresses == []
    await first.stop()


async def test_it_listens_on_several_addresses_and_answers_from_the_right_one() -> None:
    async with serving() as server:
        pass
    clock = SystemClock()
    transport = UdpTransport([("127.0.0.1", 0), ("127.0.0.2", 0)], clock)
    await transport.start()
    transport.serve(server.agent)
    if shutil.which("sipsak"):
        host, port = transport.addresses[1]
        status, output = await run("sipsak", "-vv", "-s", f"sip:x@{host}:{port}")
        assert status == 0, output
    await transport.stop()
