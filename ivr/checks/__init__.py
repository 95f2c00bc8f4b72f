"""Everything about a flow that can be known before a call, one kind of check a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from base.document import Document
from base.problem import Problem
from ivr.checks import (
    asking,
    available,
    endings,
    expressions,
    loops,
    names,
    prompts,
    secrets,
    shown,
    targets,
)
from ivr.checks.view import SiteNames, View
from ivr.flow import Flow

__all__ = ["SiteNames", "check"]

_CHECKS: Final[tuple[Callable[[View], Iterator[Problem]], ...]] = (
    endings.check,
    loops.check,
    asking.check,
    names.check,
    prompts.check,
    shown.check,
    expressions.check,
    secrets.check,
    available.check,
)


def check(flow: Flow, document: Document, site: SiteNames | None = None) -> list[Problem]:
    """Every finding of every check; unknown states first, as the others rely on them."""
    view = View(flow, document, site)
    unknown = list(targets.check(view))
    if unknown:
        return unknown
    return [problem for run in _CHECKS for problem in run(view)]
