"""Calls and their context: the automatic match, its refinement, and what flows write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from base.ids import ulid
from handoff import uui
from handoff.calls import CallState, Named
from handoff.cases import Case, plain_number
from handoff.events import (
    CaseOpened,
    ContextRefused,
    ContextWritten,
)
from handoff.limits import GuessLimits
from handoff.match import Keys, Match, ambiguous, rank
from handoff.messages import tell
from handoff.moves import move, tell_way
from handoff.ports import Room
from handoff.tokens import Handoff, Refusal
from ivr.context import Arrival, Journey, MatchFailure
from switch.application import CallFacts, CallId

MAX_CANDIDATES: Final = 10
MAX_KEYED: Final = 64

_FAILURES: Final = {
    Refusal.UNKNOWN: MatchFailure.MISSING,
    Refusal.EXPIRED: MatchFailure.EXPIRED,
    # To the caller a used code is as dead as an old one; the log tells them apart.
    Refusal.USED: MatchFailure.EXPIRED,
}


class VoiceContext:
    """Fills `ivr.context.CallContext` over the room's memory."""

    def __init__(self, room: Room, limits: GuessLimits) -> None:
        self._room = room
        self._memory = room.memory
        self._limits = limits

    def arrived(self, facts: CallFacts) -> Arrival:
        """A call is there: find its case by what it carries, or open a new one."""
        handoff = self._handoff_of(facts)
        keys = Keys(
            token=handoff.case if handoff else None,
            number=plain_number(facts.caller) or None,
            trusted_number=facts.trusted_number,
        )
        matches = rank(keys, self._candidates(keys))
        call = CallState(facts.call, "", facts.caller, facts.account or "trunk", keys)
        call.candidates = self._named(matches)
        self._memory.calls[facts.call] = call
        if matches and not ambiguous(matches):
            return Arrival(matches[0].case, self._move(call, matches[0], handoff))
        call.guess = matches[0] if matches else None
        return Arrival(self._open(call).id, None)

    def match(self, call: CallId, by: str, value: str) -> Journey | MatchFailure:
        """Refine a call's match; a worse one than the call already has changes nothing."""
        state = self._memory.calls.get(call)
        if state is None or state.ended:
            return MatchFailure.MISSING
        mono = self._room.clock.now().mono
        caller = state.caller or state.call
        if by != "number" and not self._limits.allows(caller, state.trunk, mono):
            return self._refuse(state, by, MatchFailure.TOO_MANY_TRIES.value)
        found = self._find(state, by, value[:MAX_KEYED].strip())
        if isinstance(found, Refusal):
            if by != "number":
                self._limits.failed(caller, state.trunk, mono)
            return self._refuse(state, by, found.value)
        keys, handoff = found
        state.keys = keys
        matches = rank(keys, self._candidates(keys))
        state.candidates = self._named(matches)
        if not matches or ambiguous(matches):
            state.guess = matches[0] if matches else None
            return self._refuse(state, by, Refusal.UNKNOWN.value)
        return self._better(state, matches[0], handoff)

    def write(self, call: CallId, values: Mapping[str, Any]) -> None:
        """What the flow wants the next one to see."""
        state = self._memory.calls.get(call)
        if state is None:
            return
        kept = state.write(values)
        self._room.emit(ContextWritten(state.call, state.case, kept))
        self._room.changed(state.case)

    def state_entered(self, call: CallId, state: str, verb: str) -> None:
        """The call is in a state."""
        known = self._memory.calls.get(call)
        if known is not None:
            known.entered(self._room.clock.now().wall, state, verb)

    def state_left(self, call: CallId, state: str, exit: str) -> None:
        """The call left it."""
        known = self._memory.calls.get(call)
        if known is not None and known.left(state, exit) is not None:
            self._room.changed(known.case)

    def ended(self, call: CallId) -> None:
        """The call is over: its way becomes a line of the case's journey."""
        state = self._memory.calls.get(call)
        if state is None or state.ended:
            return
        state.ended = True
        self._memory.over(state)
        case = self._memory.case(state.case)
        if case is None:
            return
        case.live_calls -= 1
        tell_way(self._room, state, case)

    def _handoff_of(self, facts: CallFacts) -> Handoff | None:
        token = uui.token_of(facts.headers)
        if token is None:
            return None
        found = self._memory.book.by_token(token, self._room.clock.now().wall)
        if isinstance(found, Handoff):
            return found
        self._room.emit(ContextRefused(facts.call, "token", found.value))
        return None

    def _find(self, state: CallState, by: str, value: str) -> tuple[Keys, Handoff | None] | Refusal:
        book, wall = self._memory.book, self._room.clock.now().wall
        if by in ("token", "code"):
            found = (
                book.by_token(value.lower(), wall) if by == "token" else book.by_code(value, wall)
            )
            if isinstance(found, Refusal):
                return self._spent_by_us(state, by, found, value)
            keys = (
                replace(state.keys, token=found.case)
                if by == "token"
                else replace(state.keys, code=found.case)
            )
            return keys, found
        if by == "customer" and self._memory.cases_of(customer=value):
            return replace(state.keys, customer=value), None
        number = plain_number(value or state.caller)
        if by == "number" and number and self._memory.cases_of(number=number):
            # A number that is keyed proves less than one that is called from.
            trusted = state.keys.trusted_number and number == plain_number(state.caller)
            return replace(state.keys, number=number, trusted_number=trusted), None
        return Refusal.UNKNOWN

    def _spent_by_us(
        self, state: CallState, by: str, refusal: Refusal, value: str
    ) -> tuple[Keys, Handoff | None] | Refusal:
        # The flow asks for what the automatic match already took: the answer stays the same.
        if refusal is Refusal.USED and self._memory.book.used_by(value, state.call):
            return state.keys, None
        return refusal

    def _candidates(self, keys: Keys) -> list[Any]:
        cases = {case.id: case for case in self._pointed_at(keys)}
        return [found for case in cases.values() if (found := case.candidate()) is not None]

    def _pointed_at(self, keys: Keys) -> list[Case]:
        direct = (self._memory.case(key) for key in (keys.token, keys.code) if key)
        cases = [case for case in direct if case is not None]
        if keys.customer:
            cases += self._memory.cases_of(customer=keys.customer)
        if keys.number:
            cases += self._memory.cases_of(number=keys.number)
        return cases

    def _named(self, matches: tuple[Match, ...]) -> tuple[Named, ...]:
        """One candidate a customer, the likeliest case of each."""
        named: dict[str, Named] = {}
        for match in matches:
            case = self._memory.case(match.case)
            if case is not None and case.customer is not None and len(named) < MAX_CANDIDATES:
                named.setdefault(case.customer.id, Named(case.id, case.customer.name))
        return tuple(named.values())

    def _better(self, state: CallState, match: Match, handoff: Handoff | None) -> Journey:
        held = state.match
        if held is not None and handoff is None and held == match:
            return self._journey(self._memory.case(held.case), held)
        if held is not None and held.case != match.case and held.confidence > match.confidence:
            return self._journey(self._memory.case(held.case), held)
        return self._move(state, match, handoff)

    def _move(self, call: CallState, match: Match, handoff: Handoff | None) -> Journey:
        return self._journey(move(self._room, call, match, handoff), match)

    def _open(self, call: CallState) -> Case:
        now = self._room.clock.now()
        event = CaseOpened(ulid(self._room.ids, now.wall), "", "voice", "", "", "", call=call.call)
        call.case = event.case
        case = self._memory.opened(event, now.wall)
        case.live_calls += 1
        self._room.emit(event)
        return case

    def _refuse(self, state: CallState, by: str, reason: str) -> MatchFailure:
        self._room.emit(ContextRefused(state.call, by, reason))
        if reason == MatchFailure.TOO_MANY_TRIES.value:
            return MatchFailure.TOO_MANY_TRIES
        return _FAILURES[Refusal(reason)]

    def _journey(self, case: Case | None, match: Match) -> Journey:
        if case is None:  # forgotten between two lookups of one step: cannot be, costs nothing
            return Journey(match.case, "", "", "", "", "", "", "", "", match.confidence, match.by)
        here = case.journey.breakpoint
        return Journey(
            case=case.id,
            customer=case.customer.id if case.customer else "",
            channel=case.channel,
            business=case.business,
            step=here.step if here else "",
            title=case.title,
            state=case.journey.state.value,
            link=case.link,
            summary=summary(case),
            confidence=match.confidence,
            by=match.by,
        )


def summary(case: Case, language: str = "en") -> str:
    """Where the customer stopped, in one line."""
    here = case.journey.breakpoint
    if here is None:
        return case.title
    step = here.title or here.step
    code = "summary.step" if here.number else "summary.unnumbered"
    return tell(code, number=here.number, of=here.of, step=step, title=case.title).text(language)
