"""Garbage, unknown methods and numbers, wrong credentials: refused, counted, survived."""

from __future__ import annotations

import random

import pytest

from phone.contract import CallState, PhoneError
from phone.pjsua import PjsuaPhone
from tests.interop.live_node import LiveNode
from tests.interop.live_wire import wire


async def test_garbage_is_counted_and_the_node_goes_on(live_node: LiveNode) -> None:
    since = live_node.mark()
    before = (await live_node.metrics())["segue_sip_malformed_total"]
    noise = random.Random(7)
    async with wire(live_node) as peer:
        uri = live_node.uri("6000")
        for size in (1, 2, 20, 300, 1400, 60_000):
            peer.send(noise.randbytes(size))
        for text in (
            "\r\n\r\n",  # a keep-alive, which is no garbage (RFC 5626 section 4.4.1)
            "INVITE",
            f"INVITE {uri} SIP/2.0\r\n",
            f"INVITE {uri} SIP/3.0\r\n\r\n",
            f"INVITE {uri} SIP/2.0\r\nVia: {'x' * 40_000}\r\n\r\n",
            "SIP/2.0 200 OK\r\n\r\n",
            "SIP/2.0 999999 \xff\r\nContent-Length: -1\r\n\r\n",
        ):
            peer.send(text.encode("latin-1"))
        # The same socket, after all that: it is served.
        assert await peer.ask("OPTIONS", uri) == 200
    figures = await live_node.metrics()
    assert figures["segue_sip_malformed_total"] - before >= 8
    await live_node.closes_the_books(since, calls=0)


@pytest.mark.parametrize(
    ("method", "number", "status"),
    [
        ("FROBNICATE", "6000", {405, 501}),
        ("SUBSCRIBE", "6000", {405, 489}),
        ("MESSAGE", "6000", {405}),
        ("BYE", "6000", {481}),
        ("CANCEL", "6000", {481}),
        ("INFO", "6000", {481}),
        ("INVITE", "201", {403, 404}),  # a stranger is not told who is there
        ("INVITE", "9999", {403, 404}),
        ("REGISTER", "1001", {401}),
    ],
)
async def test_what_a_stranger_may_not(
    live_node: LiveNode, method: str, number: str, status: set[int]
) -> None:
    since = live_node.mark()
    async with wire(live_node) as peer:
        assert await peer.ask(method, live_node.uri(number)) in status
    await live_node.closes_the_books(since, calls=0)


async def test_strangers_hear_the_same_of_an_extension_and_of_nothing(live_node: LiveNode) -> None:
    async with wire(live_node) as peer:
        answers = [await peer.ask("INVITE", live_node.uri(n)) for n in ("201", "shop", "9999")]
    assert len(set(answers)) == 1


async def test_an_account_with_the_wrong_password_calls_nobody(live_node: LiveNode) -> None:
    since = live_node.mark()
    async with await PjsuaPhone.start(live_node.account("201", "guess")) as phone:
        with pytest.raises(PhoneError, match="403"):
            await phone.register()
        for number in ("6001", "202"):
            call = await phone.call(live_node.uri(number))
            assert (await call.wait_state(CallState.TERMINATED)).status in (401, 403)
    await live_node.closes_the_books(since, calls=0)


async def test_a_number_that_is_not_there_is_not_found(live_node: LiveNode) -> None:
    since = live_node.mark()
    async with await PjsuaPhone.start(live_node.account("8001")) as phone:
        await phone.register()
        for number in ("9999", "600", "shop"):
            call = await phone.call(live_node.uri(number))
            assert (await call.wait_state(CallState.TERMINATED)).status == 404
        call = await phone.call(live_node.uri("202"))  # there, but no phone is registered
        assert (await call.wait_state(CallState.TERMINATED)).status == 480
    await live_node.closes_the_books(since, calls=1)
