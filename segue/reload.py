"""Reading the site again while calls go on: all of it comes into force, or none of it."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

from base.problem import Problem, errors
from ivr.library import FlowLibrary
from media.contract import Segment
from segue.messages import said
from segue.site import Site, load_site
from segue.wiring.archive import Keeping
from segue.wiring.centre import Centre, wanted_prompts
from segue.wiring.sound import Sound

_log = logging.getLogger(__name__)


def check_site(folder: Path) -> tuple[Site | None, list[Problem]]:
    """A site and every problem of its files, flows included."""
    site, _, problems = read_site(folder)
    return site, problems


def read_site(folder: Path) -> tuple[Site | None, FlowLibrary | None, list[Problem]]:
    """A site, its flows, and every problem of its files."""
    site, problems = load_site(folder)
    if site is None:
        return None, None, problems
    library = FlowLibrary(site.flow_folder, site.names())
    problems += library.reload()
    problems += unfit_bindings(site, library)
    return site, library, problems


def _unusable(site: Site, segment: Segment, why: str) -> Problem:
    place = site.prompt_folder / (segment.audio or "")
    return Problem(str(place), 1, 1, "S023", said("S023", why=why), level="warning")


def unfit_bindings(site: Site, library: FlowLibrary) -> list[Problem]:
    """Numbers whose flow has a verb that cannot run here."""
    return [
        site.problem("numbers.yaml", (number, "flow"), said("S022", flow=binding.flow, why=why))
        for number, binding in site.switch.numbers.items()
        if library.get(binding.flow) is not None
        for why in library.refusals(binding.flow)
    ]


class Reloader:
    """Brings a changed site into force. A broken file leaves what runs as it is.

    `welcome` gives new extensions and agents their accounts.
    """

    def __init__(
        self,
        folder: Path,
        centre: Centre,
        keeping: Keeping,
        sound: Sound,
        welcome: Callable[[Site], Awaitable[None]],
    ) -> None:
        self._folder = folder
        self._welcome = welcome
        self._centre = centre
        self._keeping = keeping
        self._sound = sound

    async def reload(self) -> list[Problem]:
        """Returns what was found; with errors nothing has changed."""
        site, problems = check_site(self._folder)
        if site is None or errors(problems):
            for problem in errors(problems):
                _log.error("the site was not reloaded: %s", problem)
            return problems
        await self._welcome(site)
        centre, keeping = self._centre, self._keeping
        centre.library.site = site.names()
        centre.library.reload()
        for segment, why in await self._sound.prompts.prepare(wanted_prompts(site, centre.library)):
            problems.append(_unusable(site, segment, why))
            _log.error("%s", problems[-1])
        centre.in_force.site = site
        centre.calls.reload(site.switch)
        centre.queues.reload(site.switch)
        for account in site.switch.extensions:
            reachable = bool(centre.agent.registrar.contacts(account))
            centre.queues.account_reachable(account, reachable)
        centre.applications.use_calendars(site.calendars)
        centre.handoffs.scripts = site.scripts
        keeping.archive.policy = keeping.shop.desk.policy = site.retention
        _log.info("the site is reloaded")
        return problems
