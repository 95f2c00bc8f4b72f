"""The story of a case or a call: what happened, in order, with times from its first moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from records.contract import Record

OURSELVES: Final = "segue"


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened. `t` is in seconds from the story's beginning."""

    t: float
    wall: float
    name: str
    source: str
    """`segue`, or who observed it: a phone, a page, an app."""
    call: str | None
    case: str | None
    detail: Mapping[str, Any] = field(default_factory=dict)


def story(
    records: Iterable[Record], *, call: str | None = None, case: str | None = None
) -> tuple[Moment, ...]:
    """What belongs to a call or a case (both None: everything), in order of time.

    To a case belong also the events of its calls that do not name it, those before the match
    included; to a call also what its case's offers led to. Personal values are never told.
    """
    ordered = sorted(records, key=lambda record: (record.wall, record.node, record.seq))
    ours = _Membership(call, case)
    for record in ordered:
        ours.learn(record)
    chosen = [record for record in ordered if ours.holds(record)]
    start = chosen[0].wall if chosen else 0.0
    return tuple(_moment(record, start) for record in chosen)


class _Membership:
    """Which calls, offers and cases make up the story."""

    def __init__(self, call: str | None, case: str | None) -> None:
        self._all = call is None and case is None
        self._calls = {call} if call else set()
        self._cases = {case} if case else set()
        self._offers: set[str] = set()

    def learn(self, record: Record) -> None:
        if record.call is not None and record.case in self._cases:
            self._calls.add(record.call)
        if record.call in self._calls and (offer := record.payload.get("offer")):
            self._offers.add(offer)

    def holds(self, record: Record) -> bool:
        return (
            self._all
            or record.call in self._calls
            or record.case in self._cases
            or record.payload.get("offer") in self._offers
        )


def _moment(record: Record, start: float) -> Moment:
    payload = record.payload
    observed = record.kind == "observation"
    return Moment(
        t=round(record.wall - start, 6),
        wall=record.wall,
        name=payload["name"] if observed else record.kind,
        source=payload["source"] if observed else OURSELVES,
        call=record.call,
        case=record.case,
        detail=payload.get("detail", {}) if observed else _detail(payload),
    )


def _detail(payload: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in payload.items() if key not in ("call", "case")}
