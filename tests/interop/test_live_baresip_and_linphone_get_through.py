"""baresip and linphonec register with a whole node, call it, press keys and get through."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import numpy as np
import pytest

from phone.contract import CallState, MediaState
from phone.listen import find_tone, read_wav
from phone.pjsua import PjsuaPhone
from tests.interop.live_baresip import baresip
from tests.interop.live_cast import Agent, agent, handoff
from tests.interop.live_linphone import linphone
from tests.interop.live_node import LiveNode

pytestmark = [
    pytest.mark.skipif(shutil.which("baresip") is None, reason="baresip is not installed"),
    pytest.mark.skipif(shutil.which("linphonec") is None, reason="linphonec is not installed"),
]
pytest.importorskip("pjsua2")

BARESIP_HZ, LINPHONE_HZ = 440.0, 697.0
AGENT_HZ = {"li_na": 1000, "chen_yu": 1300}


async def test_a_wrong_password_registers_nobody(live_node: LiveNode, tmp_path: Path) -> None:
    before = (await live_node.metrics())["segue_registrations"]
    async with (
        baresip(tmp_path / "b", live_node.account("201", "guess")) as first,
        linphone(tmp_path / "l", live_node.account("202", "guess"), tmp_path / "l.wav") as second,
    ):
        assert await asyncio.gather(first.register(), second.register()) == [False, False]
        assert (await live_node.metrics())["segue_registrations"] == before


async def test_both_press_one_and_talk_to_sales(live_node: LiveNode, tmp_path: Path) -> None:
    """At once: two customers, two agents; the agents hold and resume from their phones."""
    since = live_node.mark()
    linphone_heard = tmp_path / "linphone.wav"
    async with (
        agent(live_node, "li_na") as li_na,
        agent(live_node, "chen_yu") as chen_yu,
        baresip(tmp_path / "b", live_node.account("201"), tone_hz=BARESIP_HZ) as bare,
        linphone(
            tmp_path / "l", live_node.account("8001"), linphone_heard, tone_hz=LINPHONE_HZ
        ) as lin,
    ):
        assert await asyncio.gather(bare.register(), lin.register()) == [True, True]
        talks = asyncio.gather(*(talk(who, tmp_path) for who in (li_na, chen_yu)))
        await asyncio.gather(bare.dial(live_node.uri("6001")), lin.dial(live_node.uri("6001")))
        await asyncio.sleep(1.5)  # the welcome is heard
        await asyncio.gather(bare.press("1"), lin.press("1"))
        served = dict(await talks)

        # The one who talks to baresip hangs up; linphonec hangs up itself.
        by_baresip, by_linphone = served["201"], served["+8613800138000"]
        await by_baresip.hang_up()
        lin.command("terminate")
        await by_linphone.is_over()
        await bare.hears("CALL_CLOSED")
        calls = await live_node.closes_the_books(since, calls=2)
        await asyncio.gather(by_baresip.write_up(), by_linphone.write_up())

    assert rms(bare.recordings()[0], 0.2, 1.2) > 0.01  # the welcome
    assert rms(linphone_heard, 0.2, 1.2) > 0.01
    heard_each_other(bare.recordings()[0], by_baresip, BARESIP_HZ)
    heard_each_other(linphone_heard, by_linphone, LINPHONE_HZ)
    for call in calls:
        kinds = [event["kind"] for event in await live_node.story(call)]
        order = ["pop.acknowledged", "agent.invited", "agent.answered", "call.held"]
        assert [kind for kind in kinds if kind in order] == order


class Talk:
    """One agent's side of a call."""

    def __init__(self, who: Agent, call_id: str, phone_call, wav: Path) -> None:
        self.who, self.call_id, self.call, self.wav = who, call_id, phone_call, wav

    async def hang_up(self) -> None:
        await self.call.hangup()

    async def is_over(self) -> None:
        await self.call.wait_state(CallState.TERMINATED)

    async def write_up(self) -> None:
        await self.who.page.wrap_up(self.call_id)


async def talk(who: Agent, folder: Path) -> tuple[str, Talk]:
    """Take the next call, speak, hold, resume; gives who called."""
    wav = folder / f"{who.name}.wav"
    call = await who.phone.wait_incoming(20)
    offer = await who.page.hears("offer")
    await call.play_tone(AGENT_HZ[who.name])
    await call.record(wav)
    await call.answer()
    await call.wait_state(CallState.CONFIRMED)
    await asyncio.sleep(1.0)
    await call.hold()
    await asyncio.sleep(0.8)
    await call.unhold()
    await call.wait_media(MediaState.ACTIVE)
    await asyncio.sleep(0.8)
    return offer["caller"], Talk(who, offer["call"], call, wav)


def heard_each_other(customer: Path, talked: Talk, customer_hz: float) -> None:
    for wav, tone in ((customer, AGENT_HZ[talked.who.name]), (talked.wav, customer_hz)):
        heard = find_tone(wav, tone)
        assert heard is not None, f"{wav.name} has no tone of {tone} Hz"
        assert heard.seconds > 1.0
        assert max(end - start for start, end in heard.gaps) > 0.4  # the hold


def rms(wav: Path, start_s: float, end_s: float) -> float:
    samples, rate = read_wav(wav)
    return float(np.sqrt((samples[int(start_s * rate) : int(end_s * rate)] ** 2).mean()))


async def test_repairs_and_a_direct_call_ring_baresip(live_node: LiveNode, tmp_path: Path) -> None:
    """6001, key 2 rings 201 and 202: the first to answer has it. Then 8001 calls 201 itself."""
    since = live_node.mark()
    lin_heard = tmp_path / "linphone.wav"
    async with (
        baresip(tmp_path / "b", live_node.account("201"), tone_hz=BARESIP_HZ) as bench,
        await PjsuaPhone.start(live_node.account("202")) as counter,
        linphone(tmp_path / "l", live_node.account("8001"), lin_heard) as customer,
    ):
        assert await asyncio.gather(bench.register(), customer.register()) == [True, True]
        await counter.register()
        await customer.dial(live_node.uri("6001"))
        await customer.press("2")
        rings = await counter.wait_incoming()
        await bench.hears("CALL_INCOMING")
        bench.command("accept")
        await bench.hears("CALL_ESTABLISHED")
        assert (await rings.wait_state(CallState.TERMINATED)).status == 487
        await asyncio.sleep(1.0)
        bench.command("hangup")
        await customer.prints("ended", limit_s=15)  # after the goodbye
        (first,) = await live_node.closes_the_books(since, calls=1)
        assert "flow.ended" in [event["kind"] for event in await live_node.story(first)]

        since, so_far = live_node.mark(), len(bench.events)
        printed = len(customer.printed)
        customer.command(f"call {live_node.uri('201')}")
        await bench.hears("CALL_INCOMING", after=so_far)
        bench.command("accept")
        await customer.prints("connected", after=printed)
        await asyncio.sleep(1.0)
        customer.command("terminate")
        await bench.hears("CALL_CLOSED", after=so_far)
        await live_node.closes_the_books(since, calls=1)

    recordings = bench.recordings()
    assert len(recordings) == 2
    for wav, tone in [(lin_heard, BARESIP_HZ), *((wav, LINPHONE_HZ) for wav in recordings)]:
        heard = find_tone(wav, tone)
        assert heard is not None, f"{wav.name} has no tone of {tone} Hz"
        assert heard.seconds > 0.5


async def test_the_code_is_keyed_and_matched(live_node: LiveNode, tmp_path: Path) -> None:
    """A call without a token is asked for the code; its six digits and hash open the case."""
    since = live_node.mark()
    issued = await handoff(live_node)
    async with (
        agent(live_node, "li_na") as li_na,
        baresip(tmp_path / "b", live_node.account("8001")) as phone,
    ):
        assert await phone.register()
        await phone.dial(live_node.uri(issued["dial"]))
        await live_node.hears("state.entered", since, text="state=ask_code")
        await phone.press(issued["code"] + "#")
        await live_node.hears("context.matched", since)
        rings = await li_na.phone.wait_incoming(20)
        offer = await li_na.page.hears("offer")
        assert offer["case"] == issued["case"]
        assert offer["pop"]["match"]["by"] == "code"
        assert offer["pop"]["can_continue"]
        phone.command("hangup")
        assert (await rings.wait_state(CallState.TERMINATED)).status == 487
        await live_node.closes_the_books(since, calls=1)

    records = await live_node.ask("story", case=issued["case"])
    # By the number first, if another call of this customer is known by then; the code decides.
    matched = [r["payload"] for r in records if r["kind"] == "context.matched"][-1]
    assert (matched["by"], matched["confidence"]) == ("code", 0.95)
    assert issued["code"] not in live_node.log.read_text()
