"""A user agent on a real socket that answers every call."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from base.events import EventList, EventSink
from base.system import SystemClock, SystemIds
from switch.net.udp import UdpTransport
from switch.sdp.negotiate import LocalMedia, make_answer
from switch.signalling import (
    BindingStore,
    CredentialSource,
    IncomingInvite,
    LegEvent,
    LegListener,
)
from switch.sip.config import UserAgentConfig
from switch.sip.useragent import UserAgent
from tests.scenarios.sip_peers import Passwords


class Answers:
    """Rings, answers, and keeps what it hears."""

    def __init__(self, agent: UserAgent) -> None:
        self.agent = agent
        self.invites: list[IncomingInvite] = []
        self.events: list[LegEvent] = []

    def incoming(self, invite: IncomingInvite) -> LegListener:
        self.invites.append(invite)
        self.agent.ring(invite.leg)
        local = LocalMedia("127.0.0.1", 30_000)
        negotiated = make_answer(invite.offer or b"", local, invite.source[0])
        self.agent.answer(invite.leg, negotiated.sdp)
        return self

    def leg_event(self, event: LegEvent) -> None:
        self.events.append(event)


@contextlib.asynccontextmanager
async def serving(
    *,
    credentials: CredentialSource | None = None,
    sink: EventSink | None = None,
    bindings: BindingStore | None = None,
) -> AsyncIterator[Answers]:
    """A server on a free port of 127.0.0.1; it must meet no defect and leave no leg."""
    clock = SystemClock()
    transport = UdpTransport([("127.0.0.1", 0)], clock)
    await transport.start()
    agent = UserAgent(
        UserAgentConfig(transport.addresses[0], open_to_strangers=lambda _called: True),
        clock=clock,
        ids=SystemIds(),
        credentials=credentials or Passwords(),
        sink=sink or EventList(),
        bindings=bindings,
    )
    transport.serve(agent)
    answers = Answers(agent)
    agent.take_calls(answers)
    try:
        yield answers
    finally:
        await transport.stop()
    assert transport.defects == 0
    assert agent.live().legs == 0


async def run(*command: str, limit_s: float = 20) -> tuple[int, str]:
    """Run a program to its end: exit status and output."""
    child = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        out, _ = await asyncio.wait_for(child.communicate(), limit_s)
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    return child.returncode or 0, out.decode("utf-8", "replace")
