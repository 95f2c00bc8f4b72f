"""The story of the demonstration call, judged from what was observed (pure)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from records.contract import Record

# What must be seen, in the order of the story, and what its absence means.
EXPECTED: tuple[tuple[str, str], ...] = (
    ("handoff.created", "app: the bank app got no handoff"),
    ("call.received", "call: no INVITE of the customer's phone arrived"),
    ("call.answered", "call: the IVR did not answer"),
    ("context.matched", "match: the call was not matched to the customer's case"),
    ("queue.entered", "flow: the call never reached a queue"),
    ("queue.offered", "queue: the call was offered to nobody"),
    ("pop.sent", "page: no pop was sent to the agent's page"),
    ("pop.acknowledged", "page: the agent's page never said that it had painted the pop"),
    ("agent.invited", "agent: the agent's phone was not invited"),
    ("agent.answered", "agent: the agent's phone did not answer"),
    ("audio.customer_hears_agent", "audio: the customer's phone never heard the agent"),
    ("audio.agent_hears_customer", "audio: the agent's phone never heard the customer"),
    ("continue.used", "continue: the link to the customer's step was not used"),
    ("call.ended", "call: the call did not end"),
    ("recording.sealed", "recording: the recording was not sealed"),
)
OURS = "segue"
OBSERVATION = "observation"
OBSERVED = frozenset({"audio.customer_hears_agent", "audio.agent_hears_customer", "continue.used"})
"""What only a phone, a page or the app can know: Segue's own word for it does not count."""
SURE = 0.9
LEAST_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Moment:
    """One event of the story; `t` in seconds from the handoff's creation."""

    t: float
    name: str
    source: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """What happened, and what did not."""

    moments: tuple[Moment, ...]
    call_id: str | None
    case: str | None
    match: Mapping[str, Any] | None
    recording: Mapping[str, Any] | None
    problems: tuple[str, ...] = field(default=())

    @property
    def ok(self) -> bool:
        """Whether all of it happened as it should."""
        return not self.problems

    def as_json(self) -> dict[str, Any]:
        """The document of `--once --json`."""
        return {
            "ok": self.ok,
            "events": [
                {"t": round(moment.t, 4), "name": moment.name, "source": moment.source}
                for moment in self.moments
            ],
            "call_id": self.call_id,
            "case": self.case,
            "match": self.match,
            "recording": self.recording,
            "problems": list(self.problems),
        }


NOTHING = Story((), None, None, None, None)
"""Before anything has happened."""


def tell(records: Sequence[Record], seen_by_actors: Sequence[str] = ()) -> Story:
    """The story in the log's records of one case.

    `seen_by_actors` are failures that the phones, the page or the app reported themselves: they
    come after what the story lacks, which is told in the order of the story.
    """
    handoff, received = _first(records, "handoff.created"), _first(records, "call.received")
    begin = handoff.wall if handoff else (records[0].wall if records else 0.0)
    moments = sorted((_moment(record, begin) for record in records), key=lambda m: m.t)
    kept = _first_of_each([moment for moment in moments if _counts(moment)])
    match = _match(records)
    recording = _recording(records)
    problems = [*_problems(kept, match, recording, records), *seen_by_actors]
    return Story(
        moments=tuple(kept),
        call_id=received.call if received else None,
        case=handoff.case if handoff else None,
        match=match,
        recording=recording,
        problems=tuple(dict.fromkeys(problems)),
    )


def _first(records: Iterable[Record], kind: str) -> Record | None:
    return next((record for record in records if record.kind == kind), None)


def _last(records: Sequence[Record], kind: str) -> Record | None:
    return _first(reversed(records), kind)


def _moment(record: Record, begin: float) -> Moment:
    if record.kind != OBSERVATION:
        return Moment(record.wall - begin, record.kind, OURS, _detail(record))
    payload = record.payload
    detail = payload.get("detail") or {}
    # An observer on this machine may say when it heard something, though it tells it later.
    wall = detail.get("at", record.wall) if isinstance(detail, Mapping) else record.wall
    return Moment(float(wall) - begin, payload["name"], payload["source"])


_TOLD = ("target", "queue", "agent", "by", "confidence", "how", "after_ms", "seconds", "state")


def _detail(record: Record) -> str:
    told = ((name, record.payload[name]) for name in _TOLD if record.payload.get(name))
    return ", ".join(f"{name} {_short(value)}" for name, value in told)


def _short(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


_NAMES = frozenset(name for name, _ in EXPECTED)


def _counts(moment: Moment) -> bool:
    return moment.name in _NAMES and (moment.source != OURS) == (moment.name in OBSERVED)


def _first_of_each(moments: Sequence[Moment]) -> list[Moment]:
    seen: dict[str, Moment] = {}
    for moment in moments:
        seen.setdefault(moment.name, moment)
    return list(seen.values())


def _match(records: Sequence[Record]) -> dict[str, Any] | None:
    last = _last(records, "context.matched")
    if last is None:
        return None
    return {"by": last.payload["by"], "confidence": last.payload["confidence"]}


def _recording(records: Sequence[Record]) -> dict[str, Any] | None:
    last = _last(records, "recording.sealed")
    if last is None:
        return None
    return {name: last.payload[name] for name in ("path", "channels", "seconds", "keep_until")}


def _problems(
    moments: Sequence[Moment],
    match: Mapping[str, Any] | None,
    recording: Mapping[str, Any] | None,
    records: Sequence[Record],
) -> list[str]:
    at = {moment.name: moment.t for moment in moments}
    problems = []
    if match is not None and float(match["confidence"]) < SURE:
        problems.append(
            f"match: the call was matched by {match['by']} with confidence {match['confidence']}, "
            "not by the app's token"
        )
    for name, meaning in EXPECTED:
        if name not in at:
            problems.append(f"{meaning}{_why(name, records)}")
    if at.get("pop.acknowledged", 0.0) > at.get("agent.invited", math.inf):
        why = _why("pop.acknowledged", records)
        problems.append(f"page: the agent's phone was invited before the page had the pop{why}")
    if recording is not None and recording["channels"] != 2:
        problems.append(f"recording: {recording['channels']} channels where 2 are due")
    return problems


# An event that tells why another one is missing.
_CAUSES = {
    "pop.acknowledged": ("pop.late",),
    "agent.answered": ("queue.offer_ended",),
    "recording.sealed": ("recording.seal_failed", "recording.refused"),
}


def _why(name: str, records: Sequence[Record]) -> str:
    for kind in _CAUSES.get(name, ()):
        cause = _last(records, kind)
        if cause is not None:
            reason = cause.payload.get("reason")
            return f" ({kind}: {reason})" if reason else f" ({kind})"
    return ""
