"""Who sits where: extensions and agents of a site, found at once."""

from __future__ import annotations

from switch.site import Extension, SwitchSite


class Directory:
    """An index over one site snapshot; made anew with each."""

    def __init__(self, site: SwitchSite) -> None:
        self.site = site
        self._by_agent = {e.agent: e for e in site.extensions.values() if e.agent is not None}

    def extension_of(self, agent: str) -> Extension | None:
        """Where an agent sits."""
        return self._by_agent.get(agent)

    def agent_at(self, extension: str | None) -> str | None:
        """Who sits at an extension (which is also the name of its account)."""
        found = self.site.extensions.get(extension) if extension is not None else None
        return None if found is None else found.agent
