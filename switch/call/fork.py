"""Several phones ring at once; the first that answers wins, the others are cancelled."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Protocol

from base.errors import SegueError
from media.contract import PortsExhaustedError
from switch.call.exchange import Exchange
from switch.call.outgoing import Attempt, Caller, OutgoingLeg

_log = logging.getLogger(__name__)


class ForkOwner(Protocol):
    """Who wants somebody to answer."""

    def fork_ringing(self, leg: OutgoingLeg) -> None: ...

    def fork_won(self, leg: OutgoingLeg) -> None:
        """This phone answered first; give its leg a new owner."""
        ...

    def fork_lost(self, statuses: Sequence[int]) -> None:
        """Nobody answered: how each phone refused; empty when none could be rung."""
        ...


class Fork:
    """One round of ringing. `invited` hears of each INVITE before anything else happens to it."""

    def __init__(
        self, exchange: Exchange, owner: ForkOwner, invited: Callable[[OutgoingLeg], None]
    ) -> None:
        self._exchange = exchange
        self._owner = owner
        self._invited = invited
        self._legs: list[OutgoingLeg] = []
        self._statuses: list[int] = []
        self._over = False

    def ring(self, attempts: Sequence[Attempt], caller: Caller) -> None:
        """Invite all; the owner may be called before this returns."""
        for attempt in attempts:
            try:
                leg = OutgoingLeg(self._exchange, self, attempt, caller)
            except PortsExhaustedError:
                self._statuses.append(503)
                continue
            self._legs.append(leg)
        legs = tuple(self._legs)
        for leg in legs:
            if not self._over:
                self._invite(leg)
        for leg in legs:
            leg.started()
        if not legs:
            self._lose()

    def cancel(self) -> None:
        """Stop ringing; the owner hears nothing more. Idempotent."""
        self._over = True
        for leg in self._take_legs():
            leg.end()

    def leg_ringing(self, leg: OutgoingLeg) -> None:
        """A phone rings."""
        if not self._over:
            self._owner.fork_ringing(leg)

    def leg_answered(self, leg: OutgoingLeg) -> None:
        """A phone answered."""
        if self._over:
            leg.end()
            return
        self._over = True
        for other in self._take_legs():
            if other is not leg:
                other.end("answered elsewhere")
        self._owner.fork_won(leg)

    def leg_held(self, leg: OutgoingLeg, held: bool) -> None:
        """A leg that only rings cannot be held."""

    def leg_over(self, leg: OutgoingLeg, status: int) -> None:
        """A phone refused."""
        if leg in self._legs:
            self._legs.remove(leg)
            self._statuses.append(status)
            if not self._legs:
                self._lose()

    def _invite(self, leg: OutgoingLeg) -> None:
        try:
            leg.invite()
        except SegueError as error:
            # A contact that a device registered but nobody can send to.
            _log.warning("a phone cannot be invited: %s", error)
            leg.end()
            self.leg_over(leg, 503)
        else:
            self._invited(leg)

    def _lose(self) -> None:
        if not self._over:
            self._over = True
            self._owner.fork_lost(self._statuses)

    def _take_legs(self) -> list[OutgoingLeg]:
        legs, self._legs = self._legs, []
        return legs
