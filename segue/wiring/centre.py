"""The part that handles calls: context, flows, queues, SIP and the calls themselves."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

from base.instant import Clock
from base.system import LoopTimers, SystemIds
from desk.live import LiveDesk
from handoff import restore
from handoff.service import Handoffs
from ivr.library import FlowLibrary
from ivr.runner import FlowApplications
from media.contract import Segment
from records.archive import RecordingArchive
from records.folds import agents
from segue.keys import Keys
from segue.settings import Settings
from segue.site import Site
from segue.wiring.evidence import Evidence
from segue.wiring.registrations import BindingKeeper, registrations_part
from segue.wiring.sound import FILLER, Sound, music_segment
from store.registrations import Registrations
from switch.call.calls import Calls
from switch.call.exchange import Exchange
from switch.directory import Directory
from switch.net.udp import UdpTransport
from switch.queue.service import Queues
from switch.sip.config import UserAgentConfig
from switch.sip.useragent import UserAgent

DAY_S = 86_400.0
REMEMBERED_S = 30 * DAY_S
"""How far back a start reads the cases that calls may still belong to."""


@dataclass(slots=True)
class SiteInForce:
    """The site that new calls see; replaced whole by a reload."""

    site: Site

    def open_to_strangers(self, called: str) -> bool:
        """Whether callers without an account may call this number."""
        binding = self.site.switch.numbers.get(called)
        return binding is not None and binding.open

    def music(self, queue: str) -> str | None:
        """The music of a queue, by name."""
        spec = self.site.switch.queues.get(queue)
        return spec.music if spec else self.site.switch.default_music


@dataclass(frozen=True, slots=True)
class Centre:
    """All that handles calls."""

    in_force: SiteInForce
    handoffs: Handoffs
    live: LiveDesk
    queues: Queues
    library: FlowLibrary
    applications: FlowApplications
    agent: UserAgent
    transport: UdpTransport
    calls: Calls

    async def drained(self) -> None:
        """Take no new calls, and return when the last one has ended."""
        empty = asyncio.Event()
        self.calls.drain(empty.set)
        await empty.wait()


@contextlib.asynccontextmanager
async def centre_part(
    settings: Settings,
    site: Site,
    library: FlowLibrary,
    keys: Keys,
    evidence: Evidence,
    sound: Sound,
    archive: RecordingArchive,
    clock: Clock,
) -> AsyncIterator[Centre]:
    """Bring back what the log knows, then listen for SIP; the last thing before calls come."""
    ids, timers, log = SystemIds(), LoopTimers(asyncio.get_running_loop()), evidence.log
    in_force = SiteInForce(site)
    handoffs = Handoffs(clock, ids, log, keys.key("links", ids), site.scripts)
    now = clock.now()
    since = now.wall - REMEMBERED_S
    known = evidence.events.read(kinds=restore.KINDS, since=since)
    handoffs.restore([record async for record in known])
    log.subscribe(handoffs.hear)
    live = LiveDesk(handoffs, log, clock, timers, site.calendars.zone)
    morning = now.wall - DAY_S  # yesterday's part of it is forgotten by the fold
    async for record in evidence.events.read(kinds=agents.KINDS, since=morning):
        live.agent_days.apply(record)
    handoffs.listen(live.case_changed)
    log.subscribe(live.hear)
    queues = Queues(site.switch, live.presenter, clock=clock, timers=timers, sink=log, ids=ids)
    live.attach(queues)
    applications = FlowApplications(
        library, handoffs, sound.prompts, site.calendars, log, clock, timers, sound.filler
    )
    transport = UdpTransport([(settings.listen, settings.sip_port)], clock)
    await transport.start()
    registrations = Registrations(evidence.database)
    keeper = BindingKeeper(registrations, log)
    try:
        agent = UserAgent(
            UserAgentConfig(
                address=transport.addresses[0],
                realm=settings.realm,
                open_to_strangers=in_force.open_to_strangers,
            ),
            clock=clock,
            ids=ids,
            credentials=evidence.sip_accounts,
            sink=log,
            bindings=keeper,
        )
        exchange = Exchange(
            signalling=agent,
            engine=sound.engine,
            queues=queues,
            locations=agent.registrar,
            shelf=archive,
            applications=applications,
            directory=Directory(site.switch),
            clock=clock,
            timers=timers,
            sink=log,
            ids=ids,
            music=lambda queue: sound.music(in_force.music(queue)),
        )
        calls = Calls(exchange)
        sound.ear.listener = calls.media_event
        async with registrations_part(agent, registrations, keeper, queues, log, clock):
            agent.take_calls(calls)
            transport.serve(agent)
            yield Centre(
                in_force, handoffs, live, queues, library, applications, agent, transport, calls
            )
            calls.end_all()
            # What was just sent (BYE, final answers) leaves before the socket closes.
            await asyncio.sleep(0)
    finally:
        sound.ear.listener = None
        await transport.stop()


def wanted_prompts(site: Site, library: FlowLibrary) -> list[Segment]:
    """Everything that calls may play without a moment's notice."""
    music = {queue.music for queue in site.switch.queues.values() if queue.music}
    return [*library.segments(), *(music_segment(name) for name in sorted({*music, FILLER}))]
