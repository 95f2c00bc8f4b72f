"""One door to every check: `nox -s unit`, or `scripts/test` for all of them with set-up."""

from __future__ import annotations

import sys

import nox

nox.options.default_venv_backend = "none"
PARTS = ("lint", "types", "engine", "page", "unit", "interop", "acceptance")


def _session(part: str) -> None:
    @nox.session(name=part)
    def run(session: nox.Session) -> None:
        session.run("scripts/test", part, external=True)


for _part in PARTS:
    _session(_part)


@nox.session
def bench(session: nox.Session) -> None:
    """Measure; figures are ratios within one run."""
    session.run(sys.executable, "-m", "benchmarks", *session.posargs, external=True)


@nox.session(venv_backend="venv")
def docs(session: nox.Session) -> None:
    """The documentation as pages in build/docs; a broken link is an error."""
    session.install("mkdocs-material==9.*")
    session.run("mkdocs", "build", "--strict", *session.posargs)
