"""Our 2xx to an INVITE, repeated until its ACK comes (RFC 3261 section 13.3.1.4)."""

from __future__ import annotations

from collections.abc import Callable

from switch.sip.machines import T1, T2
from switch.sip.transaction import ServerTransaction
from switch.sip.wakes import Wakes


class UnacknowledgedSuccess:
    """Repeats at T1, doubling to T2; after 64*T1 without an ACK `on_lost` is called."""

    __slots__ = ("_end", "_interval_s", "_on_lost", "_repeat", "_transaction", "_wakes", "cseq")

    def __init__(
        self, wakes: Wakes, transaction: ServerTransaction, on_lost: Callable[[], None]
    ) -> None:
        self._wakes = wakes
        self._transaction = transaction
        self._on_lost = on_lost
        self._interval_s = T1
        self.cseq = transaction.request.cseq.number
        self._repeat = wakes.call_later(T1, self._again)
        self._end = wakes.call_later(64 * T1, self._lost)

    @property
    def offered(self) -> bool:
        """Whether the 2xx was the offer, so that the ACK is the answer."""
        return not self._transaction.request.body

    def stop(self) -> None:
        """The ACK came, or it matters no more."""
        self._repeat.cancel()
        self._end.cancel()

    def _again(self) -> None:
        self._transaction.repeat_success()
        self._interval_s = min(2 * self._interval_s, T2)
        self._repeat = self._wakes.call_later(self._interval_s, self._again)

    def _lost(self) -> None:
        self._repeat.cancel()
        self._on_lost()
