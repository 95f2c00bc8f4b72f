"""SIPp scenarios against a pjsua2 phone: two implementations by others, our scripts between."""

import asyncio
import shutil
import socket
from pathlib import Path

import pytest

from phone.contract import CallState, PhoneError
from phone.listen import find_tone
from phone.pjsua import PjsuaPhone
from phone.sipp import SippRun, run_sipp

pytest.importorskip("pjsua2")
pytestmark = pytest.mark.skipif(shutil.which("sipp") is None, reason="SIPp is not installed")


async def test_a_scripted_caller_presses_keys_and_sends_its_header() -> None:
    async with await PjsuaPhone.start(user="agent", answer_after_s=0.1) as agent:
        remote = agent.uri.rpartition("@")[2]
        run = SippRun("uac_dtmf", remote, service="agent",
                      keys={"digits": "42#", "header": "X-Segue-Handoff: t0ken"})  # fmt: skip
        calling = asyncio.create_task(run_sipp(run))
        call = await agent.wait_incoming()
        assert call.headers["x-segue-handoff"] == "t0ken"
        assert await call.wait_digits(3) == "42#"
        await call.wait_state(CallState.TERMINATED)
        result = await calling
        assert result.ok, result
        assert result.successful == 1


async def test_a_scripted_phone_answers_and_echoes(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    answering = asyncio.create_task(run_sipp(SippRun("uas_answer", port=port, timeout_s=15)))
    async with await PjsuaPhone.start(user="customer") as customer:
        call = await customer.call(f"sip:phone@127.0.0.1:{port}")
        await call.play_tone(440)
        await call.record(tmp_path / "echo.wav")
        await call.wait_state(CallState.CONFIRMED)
        await asyncio.sleep(0.5)
        await call.hangup()
    assert (await answering).ok
    assert find_tone(tmp_path / "echo.wav", 440) is not None


async def test_nobody_there_is_a_failed_run_in_bounded_time() -> None:
    run = SippRun("uac_dtmf", "127.0.0.1:9", service="nobody", timeout_s=2)
    result = await run_sipp(run)
    assert not result.ok
    assert result.successful == 0
    with pytest.raises(PhoneError, match="no scenario"):
        await run_sipp(SippRun("no_such_scenario", "127.0.0.1:9"))
