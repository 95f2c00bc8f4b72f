"""The demonstration call, step by step, with what each one saw."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from base.errors import SegueError
from phone.contract import CallState, PhoneCall
from phone.listen import find_tone
from segue.demo.cast import Cast
from segue.demo.page import PlaywrightError

Spoil = Literal["page", "audio", "match", "recording"]

CUSTOMER_HZ, AGENT_HZ = 440, 1000
_RING_S = 25.0
_TALK_S = 2.0
_HOLD_S = 1.0


@dataclass(slots=True)
class Performance:
    """What became of it: the case, and what an actor could not do."""

    case: str = ""
    failures: list[str] = field(default_factory=list)

    @contextlib.asynccontextmanager
    async def part(self, name: str) -> AsyncIterator[None]:
        """One actor's part: what fails in it is told as that part's failure."""
        try:
            yield
        except (SegueError, PlaywrightError, TimeoutError) as error:
            self.failures.append(f"{name}: {str(error).splitlines()[0] or type(error).__name__}")


async def perform(cast: Cast, folder: Path, told: Performance, spoil: Spoil | None = None) -> None:
    """Play it once; `folder` gets what the phones heard and a picture of the page."""
    handoff = await cast.help_wanted()
    told.case = handoff["case"]
    headers = {} if spoil == "match" else {"User-to-User": handoff["user_to_user"]}
    call = await cast.customer.call(f"sip:{handoff['dial']}@{cast.sip}", headers=headers)
    await call.play_tone(CUSTOMER_HZ)
    answered: PhoneCall | None = None
    try:
        async with told.part("agent"):
            answered = await cast.agent.wait_incoming(_RING_S)
        async with told.part("page"):
            await cast.page.wait_pop(5.0)
            await cast.page.screenshot(folder / "pop.png")
        if answered is not None:
            await _talk(cast, told, call, answered, folder, spoil)
    finally:
        await _hang_up(told, call, answered)
    async with told.part("page"):
        if answered is not None:
            await cast.page.wrap_up()


async def _talk(
    cast: Cast,
    told: Performance,
    customer: PhoneCall,
    agent: PhoneCall,
    folder: Path,
    spoil: Spoil | None,
) -> None:
    """Both speak and listen; the agent holds, resumes and continues the customer's step."""
    if spoil != "audio":
        await agent.play_tone(AGENT_HZ)
    await agent.answer()
    await agent.wait_state(CallState.CONFIRMED)
    heard = {
        "customer": (customer, AGENT_HZ, await customer.record(folder / "customer.wav")),
        "agent": (agent, CUSTOMER_HZ, await agent.record(folder / "agent.wav")),
    }
    await asyncio.sleep(_TALK_S)
    async with told.part("page"):
        await cast.page.press("hold")
        await asyncio.sleep(_HOLD_S)
        await cast.page.press("resume")
    async with told.part("continue"):
        await _continue(cast, told.case)
    await asyncio.sleep(_TALK_S / 2)
    async with told.part("agent"):
        await agent.hangup()
        await customer.wait_state(CallState.TERMINATED, _RING_S)
    for who, (_, frequency, began) in heard.items():
        async with told.part("audio"):
            await _listen(cast, told.case, who, frequency, folder / f"{who}.wav", began.wall)


async def _continue(cast: Cast, case: str) -> None:
    app = await cast.page.continue_at_step()
    await app.get_by_test_id("bank-complete").click()
    await app.locator("[data-state=completed]").wait_for()
    await app.close()
    if "completed" not in await cast.customers_app(case):
        raise SegueError("the customer's app does not show the completed step")


async def _listen(
    cast: Cast, case: str, who: str, frequency_hz: int, path: Path, began: float
) -> None:
    """What this phone's recording holds of the other's tone, told as an observation."""
    tone = await asyncio.to_thread(find_tone, path, float(frequency_hz))
    if tone is None:
        return
    other = "agent" if who == "customer" else "customer"
    await cast.observed(
        f"audio.{who}_hears_{other}",
        f"{who}'s phone",
        case,
        at=began + tone.first_s,
        seconds=round(tone.seconds, 2),
        snr_db=round(tone.snr_db, 1),
    )


async def _hang_up(told: Performance, *calls: PhoneCall | None) -> None:
    for call in calls:
        if call is not None and call.state is not CallState.TERMINATED:
            async with told.part("phone"):
                await call.hangup()
                await call.wait_state(CallState.TERMINATED)
