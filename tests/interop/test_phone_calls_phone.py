"""Two pjsua2 phones call one another directly: what each says is heard by the other."""

import asyncio
import os
import signal
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest

from base.child import module_environment
from phone.contract import CallState, MediaState, PhoneError
from phone.listen import find_tone, find_tones
from phone.pjsua import PjsuaPhone

pytest.importorskip("pjsua2")


async def test_both_hear_each_other_through_keys_and_hold(tmp_path: Path) -> None:
    agent_wav, customer_wav = tmp_path / "agent.wav", tmp_path / "customer.wav"
    async with (
        await PjsuaPhone.start(user="agent", answer_after_s=0.2) as agent,
        await PjsuaPhone.start(user="customer") as customer,
    ):
        headers = {"X-Segue-Handoff": "t0ken", "User-to-User": "00746f6b;encoding=hex"}
        out = await customer.call(agent.uri, headers=headers)
        await out.play_tone(440)
        await out.record(customer_wav)
        into = await agent.wait_incoming()
        await into.play_tone(1000)
        began = await into.record(agent_wav)
        answered = await out.wait_state(CallState.CONFIRMED)

        assert into.headers["x-segue-handoff"] == "t0ken"
        assert into.headers["user-to-user"] == "00746f6b;encoding=hex"
        await asyncio.sleep(0.5)
        await out.send_dtmf("12#")
        assert await into.wait_digits(3) == "12#"
        await asyncio.sleep(0.4)  # the last key's end packets, and tone before the hold
        await out.hold()
        held = await into.wait_media(MediaState.REMOTE_HOLD)
        await asyncio.sleep(0.5)
        await out.unhold()
        resumed = await into.wait_media(MediaState.ACTIVE)
        await asyncio.sleep(0.5)
        await out.hangup()
        ended = await into.wait_state(CallState.TERMINATED)

    assert [tone.frequency_hz for tone in find_tones(customer_wav)] == [1000]
    heard = find_tone(agent_wav, 440)
    assert heard is not None
    assert heard.snr_db > 20
    assert abs(began.mono + heard.first_s - answered.at.mono) < 0.3
    assert abs(began.mono + heard.last_s - ended.at.mono) < 0.3
    hold = heard.gaps[-1]
    assert abs(began.mono + hold[0] - held.at.mono) < 0.3
    assert abs(began.mono + hold[1] - resumed.at.mono) < 0.3


async def test_a_file_is_said_and_silence_after_it(tmp_path: Path) -> None:
    write_tone(tmp_path / "said.wav", 697)
    async with (
        await PjsuaPhone.start(user="agent", answer_after_s=0.0) as agent,
        await PjsuaPhone.start(user="customer", codecs=["PCMA"]) as customer,
    ):
        out = await customer.call(agent.uri)
        into = await agent.wait_incoming()
        await into.record(tmp_path / "heard.wav")
        await out.play_wav(tmp_path / "said.wav")
        await out.wait_state(CallState.CONFIRMED)
        await asyncio.sleep(0.7)
        await out.be_silent()
        await asyncio.sleep(0.5)
        await out.hangup()
        ended = await into.wait_state(CallState.TERMINATED)
        began = next(e for e in into.events if e.at.mono > 0)
    heard = find_tone(tmp_path / "heard.wav", 697)
    assert heard is not None
    assert heard.gaps == ()
    assert 0.5 < heard.seconds < 1.0
    assert heard.last_s < ended.at.mono - began.at.mono - 0.3


def write_tone(path: Path, frequency_hz: int) -> None:
    wave_form = np.sin(2 * np.pi * frequency_hz * np.arange(8000) / 8000)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes((8000 * wave_form).astype("<i2").tobytes())


async def test_a_refused_call_says_with_what(tmp_path: Path) -> None:
    async with (
        await PjsuaPhone.start(user="agent") as agent,
        await PjsuaPhone.start(user="customer") as customer,
    ):
        out = await customer.call(agent.uri)
        into = await agent.wait_incoming()
        await into.answer(486)
        assert (await out.wait_state(CallState.TERMINATED)).status == 486
        with pytest.raises(PhoneError, match="ended with 486"):
            await out.wait_state(CallState.CONFIRMED)


async def test_a_call_right_after_another_is_a_call_of_its_own(tmp_path: Path) -> None:
    async with (
        await PjsuaPhone.start(user="agent", answer_after_s=0.0) as agent,
        await PjsuaPhone.start(user="customer") as customer,
    ):
        for turn in range(3):
            out = await customer.call(agent.uri)
            into = await agent.wait_incoming()
            await into.record(tmp_path / f"{turn}.wav")
            await out.wait_state(CallState.CONFIRMED)
            ending = asyncio.create_task(out.hangup())
            again = await customer.call(agent.uri)
            other = await agent.wait_incoming()
            await other.wait_state(CallState.CONFIRMED)
            await into.wait_state(CallState.TERMINATED)
            assert other.state is CallState.CONFIRMED
            await ending
            await again.hangup()
            await other.wait_state(CallState.TERMINATED)


async def test_a_caller_who_hangs_up_while_it_rings_ends_both_sides() -> None:
    async with (
        await PjsuaPhone.start(user="agent") as agent,
        await PjsuaPhone.start(user="customer") as customer,
    ):
        out = await customer.call(agent.uri)
        into = await agent.wait_incoming()
        await out.wait_state(CallState.EARLY)
        await out.hangup()
        assert (await into.wait_state(CallState.TERMINATED)).status == 487


async def test_a_port_in_use_is_an_error_and_leaves_no_child() -> None:
    async with await PjsuaPhone.start() as phone:
        port = int(phone.uri.rpartition(":")[2])
        with pytest.raises(PhoneError, match="in use"):
            await PjsuaPhone.start(port=port)


def test_a_phone_dies_with_its_parent(tmp_path: Path) -> None:
    program = (
        "import asyncio, sys\n"
        "from phone.pjsua import PjsuaPhone\n"
        "async def main():\n"
        "    phone = await PjsuaPhone.start()\n"
        "    print(phone._link().pid, flush=True)\n"
        "    await asyncio.sleep(30)\n"
        "asyncio.run(main())\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, env=module_environment()
    )
    with parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        watch = os.pidfd_open(child)
        parent.send_signal(signal.SIGKILL)
    assert _ended_within(watch, 3.0)
    os.close(watch)


def _ended_within(pidfd: int, seconds: float) -> bool:
    import select

    return bool(select.select([pidfd], [], [], seconds)[0])
