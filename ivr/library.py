"""All flows of a site, compiled: swapped whole, while calls keep the version they began on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from base.messages import message
from base.problem import Problem
from ivr.checks import SiteNames
from ivr.flow import Flow
from ivr.loader import load_flow
from ivr.messages import MESSAGES
from media.contract import Segment


@dataclass(frozen=True, slots=True)
class _Read:
    """A file as it was last read; `flow` is what runs, which may be an older version."""

    text: str
    site: SiteNames | None
    flow: Flow | None
    problems: tuple[Problem, ...]


class FlowLibrary:
    """The flows in a folder. A file with errors leaves its running version in place."""

    def __init__(self, folder: Path, site: SiteNames | None = None) -> None:
        self._folder = folder
        self.site = site
        self._by_file: dict[Path, _Read] = {}
        self._flows: Mapping[str, Flow] = {}
        self._calls: Counter[tuple[str, str]] = Counter()
        self.problems: list[Problem] = []
        """What the last reload found, warnings too."""

    def reload(self) -> list[Problem]:
        """Read every file again; returns all problems of all files.

        A file whose text and site names are as before is not checked again.
        """
        files = {path: self._read(path) for path in sorted(self._folder.glob("*.yaml"))}
        problems = [problem for read in files.values() for problem in read.problems]
        flows: dict[str, Flow] = {}
        for path, read in files.items():
            if read.flow is None:
                continue
            name = read.flow.name
            if name in flows:
                told = message(MESSAGES, "flow_twice", name=name, file=flows[name].file)
                problems.append(Problem(str(path), 1, 1, "L170", told))
            else:
                flows[name] = read.flow
        self._by_file, self._flows, self.problems = files, flows, problems
        return problems

    def _read(self, path: Path) -> _Read:
        before = self._by_file.get(path)
        try:
            text = path.read_text("utf-8")
        except (OSError, UnicodeError):
            text = ""
        if before is not None and text and before.text == text and before.site == self.site:
            return before
        flow, problems = load_flow(path, self.site)
        if flow is None and before is not None:
            flow = before.flow
        return _Read(text, self.site, flow, tuple(problems))

    @property
    def names(self) -> frozenset[str]:
        """The flows that can be run."""
        return frozenset(self._flows)

    def get(self, name: str) -> Flow | None:
        """The running version of a flow."""
        return self._flows.get(name)

    def pin(self, name: str) -> Flow | None:
        """The running version for a new call, counted until `release`."""
        flow = self._flows.get(name)
        if flow is not None:
            self._calls[flow.name, flow.version] += 1
        return flow

    def release(self, flow: Flow) -> None:
        """A call is done with its version."""
        key = flow.name, flow.version
        self._calls[key] -= 1
        if self._calls[key] <= 0:
            del self._calls[key]

    def version_calls(self) -> dict[tuple[str, str], int]:
        """Calls in progress by flow and version."""
        return dict(self._calls)

    def segments(self) -> frozenset[Segment]:
        """All prompts that can be rendered before a call needs them."""
        return frozenset(s for flow in self._flows.values() for s in flow.fixed_segments())

    def refusals(self, name: str) -> list[str]:
        """Why this flow cannot be bound to a number here; empty if it can."""
        flow = self._flows.get(name)
        if flow is None:
            return [str(message(MESSAGES, "no_such", kind="flow", name=name))]
        return [
            str(
                message(
                    MESSAGES,
                    "not_here",
                    verb=flow.states[state].verb,
                    reason=message(MESSAGES, reason),
                )
            )
            for state, reason in flow.absent_verbs().items()
        ]
