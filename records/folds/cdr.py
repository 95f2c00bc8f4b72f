"""The record of a call (CDR), folded from the log: who, when, which way, how it ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Final

from records.contract import Record

PATH_STEPS_KEPT: Final = 500
"""A flow that goes in circles must not make a record without end."""


@dataclass(frozen=True, slots=True)
class PathStep:
    """A state of the flow: entered and left at wall clock seconds; `exit` is the way taken."""

    at: float
    state: str
    verb: str
    exit: str = ""
    left: float | None = None


@dataclass(frozen=True, slots=True)
class PopTimes:
    """One offer to an agent; all moments are wall clock seconds."""

    offer: str
    epoch: int
    agent: str
    offered: float
    sent: float | None = None
    acknowledged: float | None = None
    how: str = ""
    late: bool = False
    invited: float | None = None
    answered: float | None = None
    ended: float | None = None
    reason: str = ""
    """Why the offer came to nothing."""


@dataclass(frozen=True, slots=True)
class CallRecord:
    """What is to be known of a call afterwards; all moments are wall clock seconds.

    `outcome`: `live`, `answered`, `voicemail`, `abandoned` (left while waiting), `unserved` (the
    queue gave up), `self_service` (the flow was enough), `missed` (never answered),
    `lost` (the node died).
    """

    call: str
    tenant: str
    node: str
    seq: int
    """The number of the last event of the node that is folded here."""
    started: float
    updated: float
    """The last event of the call that is folded here."""
    called: str = ""
    caller: str = ""
    account: str | None = None
    target: str = ""
    flow: str = ""
    case: str | None = None
    customer: str | None = None
    match_by: str = "none"
    confidence: float = 0.0
    queue: str = ""
    waited_s: float = 0.0
    queue_outcome: str = ""
    agent: str = ""
    answered: float | None = None
    connected: float | None = None
    """When a person came to the phone: an agent, or a party that was dialled."""
    ended: float | None = None
    ended_by: str = ""
    status: int = 0
    talked_s: float = 0.0
    outcome: str = "live"
    mailbox: str = ""
    disposition: str = ""
    continued: float | None = None
    recording: str | None = None
    recording_state: str = ""
    recording_seconds: float = 0.0
    keep_until: str = ""
    """RFC 3339 in UTC, once the recording is sealed."""
    path: tuple[PathStep, ...] = ()
    pops: tuple[PopTimes, ...] = ()

    @property
    def seconds(self) -> float:
        """From the first INVITE to the end; 0 while live."""
        return 0.0 if self.ended is None else max(0.0, self.ended - self.started)

    def as_plain(self) -> dict[str, Any]:
        """The record as JSON takes it."""
        return asdict(self)

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> CallRecord:
        """The record that `as_plain` wrote, of an older or newer Segue too."""
        values = {name: plain[name] for name in _FIELDS & plain.keys()}
        values["path"] = tuple(PathStep(**step) for step in values.get("path", ()))
        values["pops"] = tuple(PopTimes(**pop) for pop in values.get("pops", ()))
        return cls(**values)


_FIELDS: Final = frozenset(f.name for f in fields(CallRecord))


def step(call: CallRecord | None, record: Record) -> CallRecord | None:
    """The call after one more event of it; what comes before `call.received` begins nothing.

    An event that is in the record already changes nothing, so that a log may be read again.
    """
    if call is None:
        return _received(record) if record.kind == "call.received" else None
    fold = _FOLDS.get(record.kind)
    if fold is None or (record.node == call.node and record.seq <= call.seq):
        return call
    changed = fold(call, record, record.payload)
    return replace(
        changed,
        case=changed.case or record.case,
        seq=record.seq if record.node == call.node else call.seq,
        updated=record.wall,
    )


def folded(kind: str) -> bool:
    """Whether events of this kind change a call's record."""
    return kind in _FOLDS


def _received(record: Record) -> CallRecord:
    p = record.payload
    return CallRecord(
        call=record.call or "",
        tenant=record.tenant,
        node=record.node,
        seq=record.seq,
        updated=record.wall,
        started=record.wall,
        called=p.get("called", ""),
        caller=record.personal.get("caller", ""),
        account=p.get("account"),
        target=p.get("target", ""),
        case=record.case,
    )


_Plain = Mapping[str, Any]
_Fold = Callable[[CallRecord, Record, _Plain], CallRecord]


def _answered(call: CallRecord, record: Record, p: _Plain) -> CallRecord:
    return replace(call, answered=call.answered or record.wall)


def _ended(call: CallRecord, record: Record, p: _Plain) -> CallRecord:
    ended = replace(
        call,
        ended=record.wall,
        ended_by=p.get("by", ""),
        status=p.get("status", 0),
        talked_s=p.get("talked_s", 0.0),
    )
    return replace(ended, outcome=_outcome(ended))


def _lost(call: CallRecord, record: Record, p: _Plain) -> CallRecord:
    if call.ended is not None:
        return call
    return replace(call, ended=call.updated, ended_by="error", outcome="lost")


def _outcome(call: CallRecord) -> str:
    if call.ended is None:
        return "live"
    if call.connected is not None:
        return "answered"
    if call.mailbox:
        return "voicemail"
    if call.queue:
        gone = call.queue_outcome in ("", "left", "answered", "abandoned")
        return "abandoned" if gone and call.ended_by == "caller" else "unserved"
    return "missed" if call.answered is None else "self_service"


def _matched(call: CallRecord, record: Record, p: _Plain) -> CallRecord:
    return replace(
        call,
        case=p.get("case") or call.case,
        customer=record.personal.get("customer") or call.customer,
        match_by=p.get("by", "none"),
        confidence=p.get("confidence", 0.0),
    )


def _case_opened(call: CallRecord, record: Record, p: _Plain) -> CallRecord:
    customer = record.personal.get("customer") or {}
    return replace(call, case=record.case, customer=customer.get("id") or call.customer)


def _flow_started(call: CallRecord, record: Record, p: _Plain) -> CallRecord:
    return replace(call, flow=p.get("flow", ""))


def _state_entered(call: CallRecord, record: Record, p: _Plain) -> CallRecord:
    if len(call.path) >= PATH_STEPS_KEPT:
        return call
    entered = PathStep(record.wall, p.get("state", ""), p.get("verb", ""))
    return replace(call, path=(*call.path, entered))


def _state_left(call: CallRecord, record: Record, p: _Plain) -> CallRecord:
    for index in range(len(call.path) - 1, -1, -1):
        at = call.path[index]
        if at.state == p.get("state") and at.left is None:
            left = replace(at, exit=p.get("exit", ""), left=record.wall)
            return replace(call, path=(*call.path[:index], left, *call.path[index + 1 :]))
    return call


def _queue_entered(call: CallRecord, record: Record, p: _Plain) -> CallRecord:
    return replace(call, queue=p.get("queue", ""), queue_outcome="")


def _queue_left(call: CallRecord, record: Record, p: _Plain) -> CallRecord:
    return replace(
        call, queue_outcome=p.get("outcome", ""), waited_s=call.waited_s + p.get("waited_s", 0.0)
    )


def _offered(call: CallRecord, record: Record, p: _Plain) -> CallRecord:
    pop = PopTimes(p["offer"], p["epoch"], p["agent"], offered=record.wall)
    return replace(call, pops=(*call.pops, pop))


def _pop(call: CallRecord, p: _Plain, **changes: Any) -> CallRecord:
    """Change the newest pop of this offer (and epoch, where the event names one)."""
    for index in range(len(call.pops) - 1, -1, -1):
        pop = call.pops[index]
        if pop.offer == p.get("offer") and p.get("epoch", pop.epoch) == pop.epoch:
            changed = replace(pop, **changes)
            return replace(call, pops=(*call.pops[:index], changed, *call.pops[index + 1 :]))
    return call


def _pop_sent(call: CallRecord, record: Record, p: _Plain) -> CallRecord:
    return _pop(call, p, sent=record.wall)


def _pop_acknowledged(call: CallRecord, record: Record, p: _Plain) -> CallRecord:
    return _pop(call, p, acknowledged=record.wall, how=p.get("how", ""), late=p.get("late", False))


def _pop_late(call: CallRecord, record: Record, p: _Plain) -> CallRecord:
    return _pop(call, p, late=True)


def _invited(call: CallRecord, record: Record, p: _Plain) -> CallRecord:
    return _pop(call, p, invited=record.wall)


def _offer_ended(call: CallRecord, record: Record, p: _Plain) -> CallRecord:
    return _pop(call, p, ended=record.wall, reason=p.get("reason", ""))


def _agent_answered(call: CallRecord, record: Record, p: _Plain) -> CallRecord:
    answered = _pop(call, p, answered=record.wall)
    return replace(answered, agent=p.get("agent", ""), connected=answered.connected or record.wall)


def _leg_answered(call: CallRecord, record: Record, p: _Plain) -> CallRecord:
    return replace(call, connected=call.connected or record.wall)


def _voicemail(call: CallRecord, record: Record, p: _Plain) -> CallRecord:
    left = replace(call, mailbox=p.get("mailbox", ""))
    return replace(left, outcome=_outcome(left))


def _recording(state: str) -> _Fold:
    def fold(call: CallRecord, record: Record, p: _Plain) -> CallRecord:
        if call.recording not in (None, p.get("recording")) and state != "recording":
            return call
        return replace(
            call,
            recording=p.get("recording"),
            recording_state=state,
            recording_seconds=p.get("seconds", call.recording_seconds),
            keep_until=p.get("keep_until", call.keep_until),
        )

    return fold


def _seal_failed(call: CallRecord, record: Record, p: _Plain) -> CallRecord:
    if call.recording != p.get("recording") or p.get("retry_in_s") is not None:
        return call
    return replace(call, recording_state="failed")


def _disposition(call: CallRecord, record: Record, p: _Plain) -> CallRecord:
    return replace(call, disposition=p.get("disposition", ""))


def _continued(call: CallRecord, record: Record, p: _Plain) -> CallRecord:
    return replace(call, continued=call.continued or record.wall)


_FOLDS: Final[Mapping[str, _Fold]] = {
    "call.answered": _answered,
    "call.ended": _ended,
    "call.lost": _lost,
    "case.opened": _case_opened,
    "context.matched": _matched,
    "flow.started": _flow_started,
    "state.entered": _state_entered,
    "state.left": _state_left,
    "queue.entered": _queue_entered,
    "queue.left": _queue_left,
    "queue.offered": _offered,
    "queue.offer_ended": _offer_ended,
    "pop.sent": _pop_sent,
    "pop.acknowledged": _pop_acknowledged,
    "pop.late": _pop_late,
    "agent.invited": _invited,
    "agent.answered": _agent_answered,
    "leg.answered": _leg_answered,
    "voicemail.left": _voicemail,
    "recording.started": _recording("recording"),
    "recording.stopped": _recording("spooled"),
    "recording.sealed": _recording("sealed"),
    "recording.seal_failed": _seal_failed,
    "recording.deleted": _recording("deleted"),
    "disposition.set": _disposition,
    "continue.used": _continued,
}
