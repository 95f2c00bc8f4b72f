"""A call moves to the case it belongs to, with all that hangs on it."""

from __future__ import annotations

import enum

from base.ids import ulid
from handoff.calls import CallState
from handoff.cases import Case, Customer
from handoff.channels.codec import to_plain
from handoff.channels.voice import CallPassed
from handoff.events import CaseOpened, ChannelEventReceived, ContextMatched
from handoff.match import BY_AGENT, SURE, Match
from handoff.messages import tell
from handoff.ports import Room
from handoff.tokens import Handoff


class ConfirmDenied(enum.Enum):
    """Why an agent's word moves nothing."""

    UNKNOWN = "unknown"
    """No such call, or not any more."""
    SURE = "sure"
    """A token, code or customer number has proved who it is."""
    NO_CANDIDATE = "no_candidate"
    """The case is not one of those that the agent was shown."""


def move(
    room: Room,
    call: CallState,
    match: Match,
    handoff: Handoff | None = None,
    agent: str | None = None,
) -> Case | None:
    """Put the call into the match's case; `agent` is who said so, `handoff` is spent by it."""
    was, call.case = call.case, match.case
    call.match, call.guess = match, None
    before = room.memory.case(was)
    event = ContextMatched(
        call.call, match.case, match.by, match.confidence,
        handoff.id if handoff else None, was if was and was != match.case else None,
        match.customer, agent,
    )  # fmt: skip
    room.memory.matched(event, room.clock.now().wall)
    case = room.memory.case(match.case)
    if not call.ended:
        _live(before, -1)
        _live(case, 1)
    room.emit(event)
    if call.ended and case is not None and case is not before:
        tell_way(room, call, case)
    room.changed(match.case)
    return case


def tell_way(room: Room, call: CallState, case: Case) -> None:
    """The way of a call that is over becomes a line of the case's journey."""
    if not call.path:
        return
    passed = CallPassed(at=call.path[0].at, call=call.call, path=tuple(call.path))
    room.memory.told(case, passed, room.clock.now().wall)
    room.emit(
        ChannelEventReceived(case.id, passed.channel, passed.what, call.call, to_plain(passed))
    )
    room.changed(case.id)


def confirm(room: Room, call: str, agent: str, case: str) -> Case | ConfirmDenied:
    """The agent asked, and it is the customer of this candidate."""
    state = _open_question(room, call)
    if isinstance(state, ConfirmDenied):
        return state
    chosen = room.memory.case(case)
    shown = {one.case for one in state.candidates}
    if chosen is None or chosen.customer is None or case not in shown:
        return ConfirmDenied.NO_CANDIDATE
    return _settle(room, state, chosen, chosen.customer, agent)


def name_customer(
    room: Room, call: str, agent: str, name: str, number: str | None
) -> Case | ConfirmDenied:
    """The agent asked, and it is nobody that is known: a case of a new customer.

    `number` None is the number that calls.
    """
    state = _open_question(room, call)
    if isinstance(state, ConfirmDenied):
        return state
    wall = room.clock.now().wall
    told = {
        "id": ulid(room.ids, wall),
        "name": name,
        "number": state.caller if number is None else number,
        "level": "",
    }
    event = CaseOpened(ulid(room.ids, wall), "", "voice", "", "", "", customer=told)
    case = room.memory.opened(event, wall)
    room.emit(event)
    return _settle(room, state, case, Customer(**told), agent)


def _open_question(room: Room, call: str) -> CallState | ConfirmDenied:
    state = room.memory.calls.get(call)
    if state is None:
        return ConfirmDenied.UNKNOWN
    # An agent who pressed the wrong name may put it right; a proof stands.
    if state.match is not None and state.match.sure and state.match.by != BY_AGENT:
        return ConfirmDenied.SURE
    return state


def _settle(room: Room, call: CallState, case: Case, customer: Customer, agent: str) -> Case:
    match = Match(case.id, customer.id, BY_AGENT, SURE, (tell("match.agent", agent=agent),))
    move(room, call, match, agent=agent)
    return case


def _live(case: Case | None, change: int) -> None:
    if case is not None:
        case.live_calls += change
