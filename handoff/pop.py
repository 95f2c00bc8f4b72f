"""The pop: what an agent sees of a case with an offer. Pure: the same facts, the same view.

What the customer typed or wrote, documents and Continue are shown from confidence 0.9 on only;
below it, candidates and a question to ask.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from handoff.calls import CallState
from handoff.cases import Case, Continued, EarlierCall
from handoff.channels.event import FormField, Scope
from handoff.journey import Breakpoint, Entry, JourneyState
from handoff.match import BY_AGENT, Match
from handoff.messages import tell
from handoff.moments import rfc3339
from handoff.scripts import Script

Json = dict[str, Any]

ROWS: Final = 60
"""Lines of the timeline and of the chat that are shown: the last ones."""
EARLIER: Final = 10
DOTS: Final = "••••••"

SCOPES: Final[Mapping[str, frozenset[Scope]]] = {
    "agent": frozenset({Scope.OPEN, Scope.AGENT}),
    "supervisor": frozenset({Scope.OPEN, Scope.AGENT}),
    "admin": frozenset({Scope.OPEN}),
}
"""Role -> the fields whose values it may see; a role not named sees none."""

CONTINUES: Final = frozenset({"agent", "supervisor"})


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks."""

    role: str
    language: str = "en"


@dataclass(frozen=True, slots=True)
class View:
    """What a pop is made of."""

    case: Case
    call: CallState
    earlier: Sequence[EarlierCall] = ()
    script: Script | None = None
    shown: tuple[str, ...] = ()
    """The context keys to show; none named: all."""


def build(view: View, viewer: Viewer) -> Json:
    """POP of docs/reference/http-api.md, in JSON types."""
    match = view.call.match
    sure = match is not None and match.sure
    return {
        "customer": _customer(view.case, match, sure=sure),
        "match": _match(view.call, viewer),
        "step": _step(view, sure=sure) if match is not None else None,
        "journey": [_entry(entry, sure=sure) for entry in view.case.journey.entries[-ROWS:]],
        "form": _form(view.case, viewer) if sure else [],
        "chat": _chat(view.case) if sure else [],
        "path": _path(view.call),
        "tags": _tags(view),
        "earlier": [_earlier(call) for call in view.earlier] if sure else [],
        "script": _script(view.script),
        "can_continue": sure and viewer.role in CONTINUES and may_continue(view.case),
        "continued": _continued(view.case.continued) if sure else None,
    }


def may_continue(case: Case) -> bool:
    """Whether there is a step to go on with and a page to do it on."""
    journey = case.journey
    open_step = journey.breakpoint is not None and journey.state is not JourneyState.COMPLETED
    return open_step and bool(case.link)


def _customer(case: Case, match: Match | None, *, sure: bool) -> Json | None:
    if match is None or case.customer is None:
        return None
    if not sure:
        return {"id": "", "name": case.customer.name, "number": None, "level": None}
    return {
        "id": case.customer.id,
        "name": case.customer.name,
        "number": case.customer.number or None,
        "level": case.customer.level or None,
    }


def _match(call: CallState, viewer: Viewer) -> Json:
    match = call.match or call.guess
    sure = call.match is not None and call.match.sure
    question = None
    if match is not None and not sure:
        question = tell("question.which" if call.match is None else "question.confirm")
    return {
        "by": match.by if match else "none",
        "confidence": match.confidence if match else 0.0,
        "sure": sure,
        "reasons": [one.text(viewer.language) for one in match.reasons] if match else [],
        "question": question.text(viewer.language) if question else None,
        "candidates": _candidates(call, sure=sure),
    }


def _candidates(call: CallState, *, sure: bool) -> list[Json]:
    # What an agent said may have been a slip: the others stay at hand. A proof stands.
    if sure and (call.match is None or call.match.by != BY_AGENT):
        return []
    others = [one for one in call.candidates if not sure or one.case != call.case]
    return [{"case": one.case, "name": one.name} for one in others]


def _step(view: View, *, sure: bool) -> Json | None:
    here = view.case.journey.breakpoint
    if here is None:
        return None
    return {
        "business": view.case.business,
        "title": view.case.title,
        "step": here.step,
        "step_title": here.title or here.step,
        "number": here.number,
        "of": here.of,
        "text": _words(here, sure=sure),
        "error": here.error or None,
        "state": view.case.journey.state.value,
    }


def _words(here: Breakpoint, *, sure: bool) -> str | None:
    return (here.text or None) if sure else None


def _entry(entry: Entry, *, sure: bool) -> Json:
    text = f"{entry.text}: {entry.detail}" if sure and entry.detail else entry.text
    return {
        "at": rfc3339(entry.at),
        "channel": entry.channel,
        "kind": entry.kind,
        "text": text,
        "ok": entry.ok,
    }


def _form(case: Case, viewer: Viewer) -> list[Json]:
    scopes = SCOPES.get(viewer.role, frozenset())
    return [_field(step, field, scopes) for (step, _), field in case.journey.form.items()]


def _field(step: str, field: FormField, scopes: frozenset[Scope]) -> Json:
    hidden = field.scope not in scopes
    return {
        "name": field.name,
        "label": field.label,
        "value": DOTS if hidden else field.value,
        "hidden": hidden,
        "step": step,
    }


def _chat(case: Case) -> list[Json]:
    return [
        {"at": rfc3339(line.at), "who": line.who, "text": line.text}
        for line in case.journey.chat[-ROWS:]
    ]


def _path(call: CallState) -> list[Json]:
    return [
        {"at": rfc3339(one.at), "state": one.state, "verb": one.verb, "exit": one.exit}
        for one in call.path[-ROWS:]
    ]


def _tags(view: View) -> Json:
    values = view.call.values
    if not view.shown:
        return dict(values)
    return {key: values[key] for key in view.shown if key in values}


def _earlier(call: EarlierCall) -> Json:
    return {
        "call": call.call,
        "at": rfc3339(call.at),
        "outcome": call.outcome,
        "recording": call.recording,
    }


def _script(script: Script | None) -> Json | None:
    if script is None:
        return None
    return {
        "title": script.title,
        "steps": list(script.steps),
        "answers": [{"q": answer.q, "a": answer.a} for answer in script.answers],
    }


def _continued(continued: Continued | None) -> Json | None:
    if continued is None:
        return None
    return {
        "at": rfc3339(continued.at),
        "agent": continued.agent,
        "step": continued.step,
        "state": "opened" if continued.result is None else "completed",
        "result": continued.result,
    }
