"""For the command line: check, test and draw flow files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from base.problem import Problem
from ivr.checks import SiteNames
from ivr.graph import mermaid
from ivr.loader import load_flow
from ivr.run import World
from ivr.testing.run import TestReport, run_tests


@dataclass(frozen=True, slots=True)
class FileTests:
    """A file's problems, and the report of its tests where it can be run."""

    file: Path
    problems: tuple[Problem, ...]
    report: TestReport | None

    @property
    def passed(self) -> bool:
        """Whether there is a flow and all its tests passed."""
        return self.report is not None and self.report.passed


def flow_files(paths: Iterable[Path]) -> list[Path]:
    """The files meant by files and folders."""
    found: list[Path] = []
    for path in paths:
        found += sorted(path.glob("*.yaml")) if path.is_dir() else [path]
    return found


def check_files(paths: Iterable[Path], site: SiteNames | None = None) -> list[Problem]:
    """Every problem of every file."""
    return [problem for path in flow_files(paths) for problem in load_flow(path, site)[1]]


def test_files(
    paths: Iterable[Path],
    site: SiteNames | None = None,  # noqa: PT028 - not a test of ours
    calendars: World | None = None,  # noqa: PT028
    only: str = "",  # noqa: PT028
) -> list[FileTests]:
    """Check and test every file; a broken one does not stop the others."""
    results = []
    for path in flow_files(paths):
        flow, problems = load_flow(path, site)
        report = None if flow is None else run_tests(flow, calendars, only)
        results.append(FileTests(path, tuple(problems), report))
    return results


def draw_file(path: Path, site: SiteNames | None = None) -> tuple[str | None, list[Problem]]:
    """The flow as Mermaid text, or the problems that forbid it."""
    flow, problems = load_flow(path, site)
    return (None if flow is None else mermaid(flow)), problems


test_files.__test__ = False  # type: ignore[attr-defined]
