"""SIPp, a stranger without an account, brings the app's token; a forged one opens nothing."""

from __future__ import annotations

import asyncio
import shutil

import pytest

from phone.sipp import SippRun, run_sipp
from tests.interop.live_cast import handoff
from tests.interop.live_node import LiveNode

pytestmark = pytest.mark.skipif(shutil.which("sipp") is None, reason="SIPp is not installed")


async def test_a_token_is_certain_and_a_forged_one_is_nothing(live_node: LiveNode) -> None:
    since = live_node.mark()
    issued = await handoff(live_node, customer="C78")
    forged = issued["token"][:-4] + ("aaaa" if issued["token"][-4:] != "aaaa" else "bbbb")

    def stranger(name: str, token: str) -> SippRun:
        keys = {"header": f"X-Segue-Handoff: {token}"}
        return SippRun("uac_dtmf", live_node.sip, issued["dial"], keys=keys, user=name)

    runs = [stranger("rightful", issued["token"]), stranger("forger", forged)]
    for result in await asyncio.gather(*map(run_sipp, runs)):
        assert result.ok, result.errors
    calls = await live_node.closes_the_books(since, calls=2)

    records = await live_node.ask("story", case=issued["case"])
    (matched,) = [r for r in records if r["kind"] == "context.matched"]
    assert (matched["payload"]["by"], matched["payload"]["confidence"]) == ("token", 1.0)
    (other,) = set(calls) - {matched["call"]}
    refused = [e["text"] for e in await live_node.story(other) if e["kind"] == "context.refused"]
    assert len(refused) == 1
    assert "reason unknown" in refused[0]
    assert "context.matched" not in [e["kind"] for e in await live_node.story(other)]
    log = live_node.log.read_text()
    assert issued["token"] not in log
    assert forged not in log

    # The token is spent.
    since = live_node.mark()
    again = await run_sipp(stranger("late", issued["token"]))
    assert again.ok, again.errors
    (call,) = await live_node.closes_the_books(since, calls=1)
    kinds = [event["kind"] for event in await live_node.story(call)]
    assert "context.refused" in kinds
    assert "context.matched" not in kinds
