"""A call that we place: the UAC side of INVITE (RFC 3261 section 13.2, 9.1)."""

from __future__ import annotations

from collections.abc import Mapping

from base.ids import token
from switch.signalling import Destination, LegAnswered, LegRinging
from switch.sip.dialog import Dialog
from switch.sip.endpoint import Endpoint
from switch.sip.errors import PeerError, UsageError
from switch.sip.headers import canonical, is_token, quoted
from switch.sip.leg import Leg, Phase, reason_header
from switch.sip.machines import T1
from switch.sip.message import HeaderList, Request, Response
from switch.sip.text import readable
from switch.sip.transaction import ClientTransaction
from switch.sip.uri import sip_uri


class OutgoingLeg(Leg):
    """A leg that begins with our INVITE."""

    def __init__(
        self,
        endpoint: Endpoint,
        destination: Destination,
        *,
        caller: str,
        caller_name: str,
        offer: bytes,
        headers: Mapping[str, str],
    ) -> None:
        super().__init__(endpoint, Phase.CALLING, destination.address)
        self.owns_call_id = True
        name = f"{quoted(caller_name)} " if caller_name else ""
        from_ = f"{name}<{sip_uri(caller, endpoint.config.address)}>;tag={self.tag}"
        built: HeaderList = [
            ("via", endpoint.via()),
            ("max-forwards", "70"),
            ("from", from_),
            ("to", f"<{destination.uri}>"),
            ("call-id", token(endpoint.ids, 12)),
            ("cseq", "1 INVITE"),
            *endpoint.headers(sdp=offer),
            *((_name(key), value) for key, value in headers.items()),
        ]
        self._invite = Request("INVITE", destination.uri, built, offer)
        self._transaction: ClientTransaction | None = None
        self._ack: Request | None = None
        self._cancel_wanted: HeaderList | None = None

    def start(self) -> None:
        """Send the INVITE."""
        self._transaction = self.endpoint.send(
            self._invite, self.signalled_from, self._response, self._timed_out
        )
        self.register()

    def _response(self, response: Response) -> None:
        if response.status < 200:
            self._provisional(response)
        elif response.status < 300:
            self._success(response)
        else:
            # Digest as a client will answer 401 and 407 here, for trunks that ask for it.
            self.finish(response.status, by_peer=True, reason=readable(response.reason))
            self.release()

    def _provisional(self, response: Response) -> None:
        if self.phase is Phase.CALLING:
            self.phase = Phase.PROCEEDING
        if self._cancel_wanted is not None:
            self._send_cancel(self._cancel_wanted)
        elif response.status > 100:
            self.tell(LegRinging(self.id, response.status, response.sdp))

    def _success(self, response: Response) -> None:
        if self.dialog is not None and response.to.tag == self.dialog.remote_tag:
            self._transmit_ack()  # the 2xx came again: our ACK was lost
            return
        try:
            dialog = Dialog.of_client(self._invite, self.tag, response)
        except PeerError as error:
            self.finish(500, by_peer=True, reason=f"unusable answer: {error}")
            self.release()
            return
        if self.dialog is not None:
            self._end_fork(dialog)
            return
        self.dialog = dialog
        ack = dialog.request("ACK", self.endpoint.via(), [], cseq=self._invite.cseq.number)
        self._ack = ack
        self._transmit_ack()
        if self.phase is Phase.OVER:
            self.bye()  # it answered while our CANCEL was on its way
            return
        self.phase = Phase.CONFIRMED
        self.tell(LegAnswered(self.id, response.sdp))
        self.offers.confirmed()

    def _transmit_ack(self) -> None:
        if self._ack is not None:
            self.endpoint.layer.transmit(self._ack.encode(), self.next_hop)

    def _end_fork(self, dialog: Dialog) -> None:
        """Another branch of a forked INVITE answered as well: ACK and BYE (section 13.2.2.4)."""
        hop = dialog.next_hop(self.signalled_from)
        number = self._invite.cseq.number
        ack = dialog.request("ACK", self.endpoint.via(), [], cseq=number)
        self.endpoint.layer.transmit(ack.encode(), hop)
        bye = dialog.request("BYE", self.endpoint.via(), [])
        self.endpoint.send(bye, hop, _ignore, _nothing)

    def _timed_out(self) -> None:
        self.finish(408, by_peer=False, reason="no response")
        self.release()

    def end(self, reason: str, status: int) -> None:
        """CANCEL or BYE; a CANCEL waits for the first provisional response (section 9.1)."""
        if self.phase is Phase.CALLING:
            self._cancel_wanted = reason_header(status, reason)
        elif self.phase is Phase.PROCEEDING:
            self._send_cancel(reason_header(status, reason))
        elif self.phase is Phase.CONFIRMED:
            self.bye(reason)
        answered = self.phase is Phase.CONFIRMED
        self.finish(200 if answered else status, by_peer=False, reason=reason)

    def _send_cancel(self, headers: HeaderList) -> None:
        self._cancel_wanted = None
        invite = self._invite
        built: HeaderList = [
            ("via", invite.need("via")),
            ("max-forwards", "70"),
            ("from", invite.need("from")),
            ("to", invite.need("to")),
            ("call-id", invite.call_id),
            ("cseq", f"{invite.cseq.number} CANCEL"),
            *headers,
        ]
        cancel = Request("CANCEL", invite.uri, built)
        self.endpoint.send(cancel, self.signalled_from, _ignore, _nothing)
        self.endpoint.wakes.call_later(64 * T1, self._cancel_unanswered)

    def _cancel_unanswered(self) -> None:
        if self.dialog is None:
            if self._transaction is not None:
                self._transaction.give_up()
            self.release()


def _name(key: str) -> str:
    if not is_token(key):
        raise UsageError("a header name that is not a token")
    return canonical(key)


def _ignore(_response: Response) -> None:
    return None


def _nothing() -> None:
    return None
