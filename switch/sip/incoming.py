"""A call that comes: the UAS side of INVITE (RFC 3261 section 13.3, 15.1)."""

from __future__ import annotations

from typing import Final

from switch.signalling import LegAnswered
from switch.sip.dialog import Dialog
from switch.sip.endpoint import Endpoint
from switch.sip.errors import UsageError
from switch.sip.leg import Leg, Phase, reason_header
from switch.sip.message import HeaderList, Request
from switch.sip.success import UnacknowledgedSuccess
from switch.sip.transaction import ServerTransaction

REPEAT_PROVISIONAL_S: Final = 60.0
"""Proxies give up on a call that says nothing for three minutes (section 13.3.1.1)."""


class IncomingLeg(Leg):
    """A leg that began with an INVITE to us."""

    def __init__(self, endpoint: Endpoint, transaction: ServerTransaction, invite: Request) -> None:
        dialog = Dialog.of_server(invite, "")
        super().__init__(endpoint, Phase.ARRIVED, transaction.source)
        dialog.local_tag = self.tag
        dialog.local = f"{invite.need('to')};tag={self.tag}"
        self.dialog = dialog
        self._transaction = transaction
        self._success: UnacknowledgedSuccess | None = None
        transaction.on_cancel = self.cancelled
        self.register()
        transaction.reply(100)
        self._repeat = endpoint.wakes.call_later(REPEAT_PROVISIONAL_S, self._repeat_provisional)

    def _repeat_provisional(self) -> None:
        if self.phase is Phase.ARRIVED:
            self._transaction.repeat_provisional()
            wakes = self.endpoint.wakes
            self._repeat = wakes.call_later(REPEAT_PROVISIONAL_S, self._repeat_provisional)

    def _respond(self, status: int, headers: HeaderList, body: bytes = b"") -> None:
        self._transaction.reply(status, to_tag=self.tag, headers=headers, body=body)

    def _dialog_headers(self, sdp: bytes | None) -> HeaderList:
        routes = [("record-route", v) for v in self._transaction.request.all("record-route")]
        return routes + self.endpoint.headers(sdp=sdp)

    def ring(self, sdp: bytes | None) -> None:
        """180, or 183 with early media."""
        self.need(Phase.ARRIVED)
        self._respond(183 if sdp else 180, self._dialog_headers(sdp), sdp or b"")

    def answer(self, sdp: bytes) -> None:
        """200, repeated until the ACK."""
        self.need(Phase.ARRIVED)
        self._repeat.cancel()
        self._respond(200, self._dialog_headers(sdp), sdp)
        self.phase = Phase.ANSWERED
        wakes = self.endpoint.wakes
        self._success = UnacknowledgedSuccess(wakes, self._transaction, self._ack_lost)

    def reject(self, status: int, reason: str) -> None:
        """A final response other than 2xx."""
        self.need(Phase.ARRIVED)
        if not 300 <= status <= 699:
            raise UsageError(f"{status} rejects nothing")
        self._refuse(status, reason)
        self.finish(status, by_peer=False, reason=reason)

    def _refuse(self, status: int, reason: str = "") -> None:
        self._repeat.cancel()
        self._respond(status, reason_header(status, reason))
        self.release()

    def cancelled(self, reason: str) -> None:
        """CANCEL came; after our 2xx it changes nothing (section 9.2)."""
        if self.phase is Phase.ARRIVED:
            self._refuse(487)
            self.finish(487, by_peer=True, reason=reason)

    def end(self, reason: str, status: int) -> None:
        """Refuse, or hang up; BYE waits for the ACK (section 15)."""
        if self.phase is Phase.ARRIVED:
            self._refuse(status if 300 <= status <= 699 else 487, reason)
        elif self.phase is Phase.CONFIRMED:
            self.bye(reason)
        self.finish(status if self.phase is Phase.ARRIVED else 200, by_peer=False, reason=reason)

    def hung_up(self, reason: str) -> None:
        """BYE came; a caller may send it before our final response, too (section 15)."""
        early = self.phase is Phase.ARRIVED
        self._stop_success()
        if early:
            self._refuse(487)
        self.finish(487 if early else 200, by_peer=True, reason=reason)

    def ack_received(self, ack: Request) -> None:
        """The ACK for our 200, or for a later 2xx."""
        dialog, success = self.dialog, self._success
        if dialog is None or not dialog.matches(ack):
            return
        if success is None or ack.cseq.number != success.cseq:
            self.offers.ack_received(ack)
            return
        self._stop_success()
        if self.phase is Phase.OVER:
            self.bye()
            return
        self.phase = Phase.CONFIRMED
        self.tell(LegAnswered(self.id, ack.sdp if success.offered else None))
        self.offers.confirmed()

    def _stop_success(self) -> None:
        if self._success is not None:
            self._success.stop()
            self._success = None

    def _ack_lost(self) -> None:
        self._success = None
        self.bye("no ACK", 408)
        self.finish(408, by_peer=False, reason="no ACK")
