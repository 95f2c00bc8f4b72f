"""One node: its parts, in the order in which they lean on each other."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from pathlib import Path
from types import ModuleType, TracebackType

from base.errors import ConfigError, UnavailableError
from base.problem import errors
from base.system import SystemClock
from ivr.library import FlowLibrary
from segue.commands import Commands
from segue.control import SOCKET, ControlServer
from segue.health import NodeHealth
from segue.keys import load_keys
from segue.reload import Reloader, read_site
from segue.settings import Settings
from segue.site import Site
from segue.wiring.archive import archive_part
from segue.wiring.broker import broker_part
from segue.wiring.centre import Centre, centre_part, wanted_prompts
from segue.wiring.evidence import evidence_part, provision
from segue.wiring.sound import Sound, sound_part

_log = logging.getLogger(__name__)

KEYS = "keys.json"


class Node:
    """A running node; use it as an async context manager.

    Raises `ConfigError` for a site that cannot be used, and `UnavailableError` for what is not
    there (a port in use, a disk that cannot be written), before any call is taken.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._stack = contextlib.AsyncExitStack()
        self._centre: Centre | None = None
        self._health: NodeHealth | None = None
        self._reloader: Reloader | None = None
        self.sip_address = ""
        self.http_url = ""

    async def __aenter__(self) -> Node:
        try:
            await self._start()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stack.aclose()

    @property
    def calls_open(self) -> int:
        """How many calls go on."""
        return self._centre.calls.open if self._centre else 0

    async def reload(self) -> None:
        """Read the site again; with mistakes what runs stays, and the log says why."""
        if self._reloader is not None:
            await self._reloader.reload()

    async def drain(self) -> None:
        """Take no new calls, and return when the last one has ended."""
        if self._centre is not None and self._health is not None:
            self._health.draining = True
            await self._centre.drained()

    async def _start(self) -> None:
        settings, clock, enter = self._settings, SystemClock(), self._stack.enter_async_context
        site, library = _site(settings.site)
        _make_folder(settings.data_dir)
        keys = load_keys(settings.data_dir / KEYS)
        evidence = await enter(evidence_part(settings, clock))
        await provision(site, evidence, keys)
        sound = await enter(sound_part(settings, site))
        await _prepare_prompts(site, library, sound)
        keeping = await enter(archive_part(settings, site, evidence, clock))
        publisher = await enter(broker_part(settings.mqtt, evidence.log))
        centre = self._centre = await enter(
            centre_part(settings, site, library, keys, evidence, sound, keeping.archive, clock)
        )
        keys.save()
        health = self._health = NodeHealth(
            centre, sound.engine, evidence.log, publisher, settings.data_dir
        )
        web = await asyncio.to_thread(_load_web)
        services = web.desk_services(site, evidence, keeping, centre, clock, health)
        host, port = await enter(web.web_part(services, settings.listen, settings.http_port))
        self.http_url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        self.sip_address = ":".join(map(str, centre.transport.addresses[0]))
        status = {
            "node": settings.node,
            "sip": list(centre.transport.addresses[0]),
            "http": self.http_url,
            "keys": str(keys.path),
            "fresh_accounts": keys.fresh,
        }
        reloader = self._reloader = Reloader(
            settings.site, centre, keeping, sound, lambda site: provision(site, evidence, keys)
        )
        commands = Commands(evidence, keeping, reloader, status)
        control = ControlServer(settings.data_dir / SOCKET, commands.by_name())
        await control.start()
        self._stack.push_async_callback(control.stop)


def _load_web() -> ModuleType:
    """A third of a start is the web framework's loading: phones are answered meanwhile."""
    import segue.wiring.web

    return segue.wiring.web


def _site(folder: Path) -> tuple[Site, FlowLibrary]:
    """The site and its flows; a flow with mistakes stays out and does not stop the others."""
    site, library, problems = read_site(folder)
    flows = str(folder / "flows")
    fatal = [problem for problem in errors(problems) if not problem.file.startswith(flows)]
    if site is None or library is None or fatal:
        raise ConfigError(fatal)
    for problem in problems:
        _log.log(logging.ERROR if problem.level == "error" else logging.WARNING, "%s", problem)
    return site, library


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise UnavailableError(
            f"the data folder {folder} cannot be made: {error.strerror}; name another with "
            "--data-dir"
        ) from error


async def _prepare_prompts(site: Site, library: FlowLibrary, sound: Sound) -> None:
    for segment, reason in await sound.prompts.prepare(wanted_prompts(site, library)):
        _log.error("prompt %s is missing: %s", segment.audio or segment.text[:40], reason)
