"""Names of the site that a flow uses (L115), waiting without end (L116), open requests (L117)."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from base.problem import Problem
from ivr.checks.view import SiteNames, View
from ivr.expression import ExpressionError, template
from ivr.verbs.dial import Dial
from ivr.verbs.queue import Queue
from ivr.verbs.state import State

_KINDS = {
    "queue": ("queue", "queues"),
    "hours": ("calendar", "calendars"),
    "voicemail": ("mailbox", "mailboxes"),
    "goto": ("flow", "flows"),
    "call": ("flow", "flows"),
    "music": ("music", "music"),
}


def check(view: View) -> Iterator[Problem]:
    """L115, L116, L117."""
    for name, state in view.flow.states.items():
        path = ("states", name)
        if view.site is not None:
            yield from _known(view, view.site, name, state)
        if isinstance(state, Queue) and (state.max_wait is None or state.on_timeout is None):
            yield view.found(
                "L116",
                path,
                "waits_for_ever",
                remedy="add_max_wait",
                level="warning",
                queue=state.queue,
            )
        if state.verb == "http" and not (state.on_error or view.flow.on_error):
            yield view.found("L117", path, "request_open", remedy="add_on_error")


def _known(view: View, site: SiteNames, name: str, state: State) -> Iterator[Problem]:
    for option, (kind, where) in _KINDS.items():
        value = getattr(state, option, None)
        known: Collection[str] | None = getattr(site, where)
        if known is None or not isinstance(value, str) or "${" in value:
            continue
        if value not in known and not (kind == "mailbox" and ":" in value):
            path = ("states", name, option)
            yield view.unknown("L115", path, "no_such", value, known, kind=kind)
    yield from _extensions(view, site, name, state)
    yield from _calendars_asked(view, site, name, state)


def _extensions(view: View, site: SiteNames, name: str, state: State) -> Iterator[Problem]:
    if not isinstance(state, Dial) or site.extensions is None:
        return
    targets = state.dial if isinstance(state.dial, list) else [state.dial]
    for index, target in enumerate(targets):
        kind, _, number = target.partition(":")
        if kind == "ext" and "${" not in target and number not in site.extensions:
            where = ("states", name, "dial")
            path = (*where, index) if isinstance(state.dial, list) else where
            yield view.unknown("L115", path, "no_such", number, site.extensions, kind="extension")


def _calendars_asked(view: View, site: SiteNames, name: str, state: State) -> Iterator[Problem]:
    """`next_open("…")` and `is_open("…")` in a callback's time."""
    asked = getattr(state, "at", None)
    if site.calendars is None or not isinstance(asked, str) or "${" not in asked:
        return
    try:
        calls = template(asked).calls
    except ExpressionError:
        return  # told by L130
    for function, argument in calls:
        if function in ("next_open", "is_open") and argument not in (None, *site.calendars):
            yield view.unknown(
                "L115",
                ("states", name, "at"),
                "no_such",
                str(argument),
                site.calendars,
                kind="calendar",
            )
