"""Offers inside a dialog: re-INVITE and UPDATE in both directions (RFC 3261 section 14, RFC 3311).

At most one offer is open. Glare is answered 491 and, when we are refused so, tried again.
"""

from __future__ import annotations

import contextlib
from functools import partial
from typing import TYPE_CHECKING

from switch.signalling import LegReoffered, OfferAnswered
from switch.sip.errors import PeerError, UsageError
from switch.sip.message import HeaderList, Request, Response
from switch.sip.replies import refuse_body
from switch.sip.success import UnacknowledgedSuccess
from switch.sip.transaction import ServerTransaction

if TYPE_CHECKING:
    from switch.sip.leg import Leg
    from switch.sip.wakes import Wake


class Offers:
    """The offers of one leg after its first."""

    __slots__ = ("_ack", "_asked", "_leg", "_ours", "_queued", "_retry", "_success")

    def __init__(self, leg: Leg) -> None:
        self._leg = leg
        self._asked: ServerTransaction | None = None
        """Theirs, not answered yet."""
        self._ours: bytes | None = None
        """Ours, not answered yet."""
        self._queued: bytes | None = None
        """Ours, to be sent when the way is free."""
        self._retry: Wake | None = None
        self._success: UnacknowledgedSuccess | None = None
        self._ack: Request | None = None
        """The ACK for the 2xx to our last re-INVITE."""

    # Theirs.

    def invite_received(self, transaction: ServerTransaction, request: Request) -> None:
        """A re-INVITE (RFC 3261 section 14.2)."""
        if not self._refused(transaction, request):
            self._ask(transaction, request)

    def update_received(self, transaction: ServerTransaction, request: Request) -> None:
        """An UPDATE; without an offer it only refreshes (RFC 3311 section 5.2)."""
        if not request.body:
            self._refresh_target(request)
            headers = self._leg.endpoint.headers()
            transaction.reply(200, headers=headers)
        elif not self._refused(transaction, request):
            self._ask(transaction, request)

    def _refused(self, transaction: ServerTransaction, request: Request) -> bool:
        if self._ours is not None:
            transaction.reply(491)
            return True
        if self._asked is not None or self._success is not None or not self._leg.is_confirmed:
            wait = str(int(self._leg.endpoint.jitter_s(0, 10)))
            transaction.reply(500, headers=[("retry-after", wait)])
            return True
        return refuse_body(transaction)

    def _ask(self, transaction: ServerTransaction, request: Request) -> None:
        self._asked = transaction
        transaction.on_cancel = partial(_cancelled, transaction)
        self._leg.tell(LegReoffered(self._leg.id, request.sdp))
        if request.method == "INVITE" and not transaction.answered:
            transaction.reply(100)

    def accept(self, sdp: bytes) -> None:
        """Answer their offer with 200."""
        transaction = self._take_asked()
        if transaction.answered:
            return  # a CANCEL was faster
        request = transaction.request
        self._refresh_target(request)
        headers = self._leg.endpoint.headers(sdp=sdp)
        transaction.reply(200, headers=headers, body=sdp)
        if request.method == "INVITE":
            wakes = self._leg.endpoint.wakes
            self._success = UnacknowledgedSuccess(wakes, transaction, self._ack_lost)
        else:
            self._send_queued()

    def refuse(self, status: int) -> None:
        """Refuse their offer; the session goes on as it was."""
        if not 300 <= status <= 699:
            raise UsageError(f"{status} refuses nothing")
        transaction = self._take_asked()
        if not transaction.answered:
            transaction.reply(status)
        self._send_queued()

    def _take_asked(self) -> ServerTransaction:
        transaction, self._asked = self._asked, None
        if transaction is None:
            raise UsageError("no offer waits for an answer")
        return transaction

    def ack_received(self, ack: Request) -> None:
        """The ACK for our 2xx to a re-INVITE; after a delayed offer it has the answer."""
        success = self._success
        if success is None or success.cseq != ack.cseq.number:
            return
        success.stop()
        self._success = None
        if success.offered:
            self._leg.tell(OfferAnswered(self._leg.id, 200, ack.sdp))
        self._send_queued()

    def _ack_lost(self) -> None:
        self._success = None
        self._leg.lost("no ACK for a re-INVITE")

    def _refresh_target(self, message: Request | Response) -> None:
        if self._leg.dialog is not None:
            self._leg.dialog.refresh_target(message)

    # Ours.

    def send(self, sdp: bytes) -> None:
        """Send a re-INVITE now, or when the offer that is open has been answered."""
        busy = self._ours or self._asked or self._success or not self._leg.is_confirmed
        if busy:
            self._queued = sdp
            return
        self._ours = sdp
        self._send_invite()

    def _send_queued(self) -> None:
        queued, self._queued = self._queued, None
        if queued is not None and self._leg.is_confirmed:
            self.send(queued)

    def confirmed(self) -> None:
        """The first offer is through: send what waited for it."""
        self._send_queued()

    def _send_invite(self) -> None:
        sdp = self._ours or b""
        headers = self._leg.endpoint.headers(sdp=sdp)
        self._leg.send("INVITE", headers, self._response, self._timed_out, sdp)

    def _response(self, response: Response) -> None:
        if response.status < 200:
            return
        if response.status < 300:
            self._accepted(response)
        elif response.status == 491:
            self._retry_later()
        elif response.status in (408, 481):
            self._timed_out()
        else:
            self._answered(response.status, None)

    def _accepted(self, response: Response) -> None:
        dialog = self._leg.dialog
        if dialog is None:
            return
        number = response.cseq.number
        if self._ack is None or self._ack.cseq.number != number:
            with contextlib.suppress(PeerError):  # else the target stays as it was
                dialog.refresh_target(response)
            headers: HeaderList = []
            self._ack = dialog.request("ACK", self._leg.endpoint.via(), headers, cseq=number)
            self._transmit_ack()
            self._answered(response.status, response.sdp)
        else:
            self._transmit_ack()

    def _transmit_ack(self) -> None:
        if self._ack is not None:
            self._leg.endpoint.layer.transmit(self._ack.encode(), self._leg.next_hop)

    def _answered(self, status: int, sdp: bytes | None) -> None:
        self._ours = None
        self._leg.tell(OfferAnswered(self._leg.id, status, sdp))
        self._send_queued()

    def _retry_later(self) -> None:
        # The owner of the Call-ID waits longer, so that the two do not meet again (section 14.1).
        bounds = (2.1, 4.0) if self._leg.owns_call_id else (0.0, 2.0)
        offer, self._ours = self._ours, None
        self._queued = self._queued or offer
        wait_s = self._leg.endpoint.jitter_s(*bounds)
        self._retry = self._leg.endpoint.wakes.call_later(wait_s, self._send_queued)

    def _timed_out(self) -> None:
        self._ours = None
        self._leg.lost("no answer to a re-INVITE")

    def stop(self) -> None:
        """The leg is over: answer what is open, and stop repeating."""
        self._queued = self._ours = None
        if self._retry is not None:
            self._retry.cancel()
        if self._success is not None:
            self._success.stop()
            self._success = None
        transaction, self._asked = self._asked, None
        if transaction is not None and not transaction.answered:
            transaction.reply(487)


def _cancelled(transaction: ServerTransaction, _reason: str) -> None:
    """A CANCEL for a re-INVITE; the answer that the call gives later goes nowhere."""
    transaction.reply(487)
