"""A leg once there is a dialog: requests inside it, BYE, and its end."""

from __future__ import annotations

import enum
from collections.abc import Callable

from switch.signalling import DigitsSignalled, LegEnded, LegEvent, LegId, LegListener
from switch.sip.config import ALLOW
from switch.sip.dialog import Dialog
from switch.sip.endpoint import Endpoint
from switch.sip.errors import PeerError, UsageError
from switch.sip.headers import params, quoted
from switch.sip.message import HeaderList, Request, Response
from switch.sip.offers import Offers
from switch.sip.replies import refuse_unknown_method
from switch.sip.text import readable
from switch.sip.transaction import Address, ServerTransaction


class Phase(enum.Enum):
    """How far a leg has come."""

    ARRIVED = "arrived"
    """Incoming, no final response yet."""
    CALLING = "calling"
    """Outgoing, nothing has come back."""
    PROCEEDING = "proceeding"
    """Outgoing, a provisional response came."""
    ANSWERED = "answered"
    """Incoming, 2xx sent, no ACK yet."""
    CONFIRMED = "confirmed"
    OVER = "over"
    """LegEnded was told; what is left is signalling."""


class Leg:
    """What incoming and outgoing legs share."""

    def __init__(self, endpoint: Endpoint, phase: Phase, signalled_from: Address) -> None:
        self.endpoint = endpoint
        self.tag = endpoint.tag()
        self.id = LegId(self.tag)
        self.phase = phase
        self.dialog: Dialog | None = None
        self.owns_call_id = False
        self.signalled_from = signalled_from
        self.offers = Offers(self)
        self._listener: LegListener | None = None
        self._untold: list[LegEvent] = []

    def register(self) -> None:
        """Let requests and calls find this leg, until `release`."""
        self.endpoint.legs[self.tag] = self

    def listen(self, listener: LegListener) -> None:
        """Tell what happens from now on, and what has happened before."""
        self._listener = listener
        untold, self._untold = self._untold, []
        for event in untold:
            listener.leg_event(event)

    def tell(self, event: LegEvent) -> None:
        """Tell the listener, unless the leg is over."""
        if self.phase is not Phase.OVER:
            self._tell(event)

    def _tell(self, event: LegEvent) -> None:
        if self._listener is None:
            self._untold.append(event)
        else:
            self._listener.leg_event(event)

    def need(self, *phases: Phase) -> None:
        """UsageError unless the leg is in one of `phases`."""
        if self.phase not in phases:
            raise UsageError(f"the leg is {self.phase.value}")

    def finish(self, status: int, *, by_peer: bool, reason: str = "") -> None:
        """Tell LegEnded, once."""
        if self.phase is Phase.OVER:
            return
        self.offers.stop()
        # Before the listener hears of it, so that it may call `end` again.
        self.phase = Phase.OVER
        self._tell(LegEnded(self.id, status, by_peer, reason))

    def release(self) -> None:
        """Nothing more is expected for this leg."""
        self.endpoint.legs.pop(self.tag, None)

    def end(self, reason: str, status: int) -> None:
        """End it, whatever its phase."""
        raise NotImplementedError

    @property
    def is_confirmed(self) -> bool:
        """Whether the session is up: the three-way handshake is done, and nobody hung up."""
        return self.phase is Phase.CONFIRMED

    def lost(self, reason: str) -> None:
        """The peer has vanished from the dialog: BYE, in case it still hears (section 14.1)."""
        if self.phase is not Phase.OVER:
            self.bye(reason, 408)
            self.finish(408, by_peer=False, reason=reason)

    # Requests we send inside the dialog.

    def send(
        self,
        method: str,
        headers: HeaderList,
        on_response: Callable[[Response], None],
        on_timeout: Callable[[], None],
        body: bytes = b"",
    ) -> Request:
        """Send a request within the dialog and return it."""
        if self.dialog is None:
            raise UsageError("the leg has no dialog yet")
        request = self.dialog.request(method, self.endpoint.via(), headers, body)
        self.endpoint.send(request, self.next_hop, on_response, on_timeout)
        return request

    @property
    def next_hop(self) -> Address:
        """Where requests of this leg go."""
        return self.dialog.next_hop(self.signalled_from) if self.dialog else self.signalled_from

    def bye(self, reason: str = "", status: int = 200) -> None:
        """Send BYE; the leg is released when it is answered or nobody answers."""

        def answered(response: Response) -> None:
            if response.status >= 200:
                self.release()

        self.send("BYE", reason_header(status, reason), answered, self.release)

    # Requests that come inside the dialog.

    def receive(self, transaction: ServerTransaction, request: Request) -> None:
        """A request with our tag in its To (RFC 3261 section 12.2.2)."""
        dialog = self.dialog
        if dialog is None or not dialog.matches(request):
            transaction.reply(481)
        elif not dialog.takes(request):
            transaction.reply(500)
        elif request.method == "BYE":
            self._bye_received(transaction, request)
        elif self.phase is Phase.OVER:
            transaction.reply(481)
        elif request.method == "INVITE":
            self.offers.invite_received(transaction, request)
        elif request.method == "UPDATE":
            self.offers.update_received(transaction, request)
        elif request.method == "INFO":
            self._info_received(transaction, request)
        elif request.method == "OPTIONS":
            headers = [("allow", ALLOW), ("accept", "application/sdp")]
            transaction.reply(200, headers=headers)
        else:
            refuse_unknown_method(transaction)

    def _bye_received(self, transaction: ServerTransaction, request: Request) -> None:
        transaction.reply(200)
        self.hung_up(reason_text(request))
        self.release()

    def hung_up(self, reason: str) -> None:
        """The peer sent BYE."""
        self.finish(200, by_peer=True, reason=reason)

    def _info_received(self, transaction: ServerTransaction, request: Request) -> None:
        kind = request.content_type
        if request.body and kind not in ("application/dtmf-relay", "application/dtmf"):
            accept = [("accept", "application/dtmf-relay, application/dtmf")]
            transaction.reply(415, headers=accept)
            return
        transaction.reply(200)
        digits = signalled_digits(request.body, relay=kind == "application/dtmf-relay")
        if digits:
            self.tell(DigitsSignalled(self.id, digits))

    def ack_received(self, ack: Request) -> None:
        """An ACK for a 2xx of ours."""
        if self.dialog is not None and self.dialog.matches(ack):
            self.offers.ack_received(ack)


def signalled_digits(body: bytes, *, relay: bool) -> str:
    """Keys of an application/dtmf-relay body (`Signal=5`) or application/dtmf body (`5`)."""
    text = body[:256].decode("ascii", "replace")
    if relay:
        lines = (line.partition("=") for line in text.splitlines())
        text = next((value for name, _, value in lines if name.strip().lower() == "signal"), "")
    text = text.strip().upper()
    # Some phones give the event code of RFC 4733 instead of the key.
    text = {"10": "*", "11": "#"}.get(text, text)
    return text if len(text) == 1 and text in "0123456789*#ABCD" else ""


def reason_header(status: int, text: str) -> HeaderList:
    """A Reason header (RFC 3326), if there is a reason to give."""
    return [("reason", f"SIP;cause={status};text={quoted(text)}")] if text else []


def reason_text(request: Request) -> str:
    """The text of a Reason header; a malformed one must not keep a call from ending."""
    _, semicolon, tail = (request.get("reason") or "").partition(";")
    try:
        return readable(params(semicolon + tail).get("text") or "")
    except PeerError:
        return ""
