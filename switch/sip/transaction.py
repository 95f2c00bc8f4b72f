"""Transactions: the machines of `switch.sip.machines`, each with its messages and timers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from switch.sip.errors import UsageError
from switch.sip.machines import (
    DURATION_S,
    INVITE_CLIENT,
    INVITE_SERVER,
    NON_INVITE_CLIENT,
    NON_INVITE_SERVER,
    RETRANSMITTING,
    T1,
    Do,
    Input,
    Start,
    State,
    Stop,
    Table,
    Timer,
    input_of,
)
from switch.sip.message import Request, Response

if TYPE_CHECKING:
    from switch.sip.layer import TransactionLayer
    from switch.sip.wakes import Wake

Address = tuple[str, int]


class Transaction:
    """Runs one machine. `key` is its place in the layer."""

    __slots__ = (
        "_end_wake",
        "_layer",
        "_retransmit_wake",
        "_table",
        "address",
        "key",
        "request",
        "state",
    )

    def __init__(
        self,
        layer: TransactionLayer,
        key: tuple[Any, ...],
        table: Table,
        request: Request,
        address: Address,
    ) -> None:
        self._layer = layer
        self._table = table
        self._retransmit_wake: Wake | None = None
        self._end_wake: Wake | None = None
        self.key = key
        self.request = request
        self.address = address
        self.state = State.START

    def _step(self, what: Input | Timer, message: Request | Response | None = None) -> None:
        row = self._table.get((self.state, what))
        if row is None:
            return
        self.state, actions = row
        if self.state is State.TERMINATED:
            self._stop_all()
            self._forget()
        for action in actions:
            if isinstance(action, Start):
                self._start(action.timer, T1)
            elif isinstance(action, Stop):
                self._stop(action.timer)
            else:
                self._do(action, message)

    def _do(self, action: Do, message: Request | Response | None) -> None:
        raise NotImplementedError

    def _forget(self) -> None:
        raise NotImplementedError

    def _start(self, timer: Timer, interval_s: float) -> None:
        self._stop(timer)
        wakes = self._layer.wakes
        if timer in RETRANSMITTING:
            wake = wakes.call_later(interval_s, partial(self._again, timer, interval_s))
            self._retransmit_wake = wake
        else:
            self._end_wake = wakes.call_later(DURATION_S[timer], partial(self._step, timer))

    def _again(self, timer: Timer, interval_s: float) -> None:
        self._start(timer, min(2 * interval_s, RETRANSMITTING[timer]))
        self._step(timer)

    def _stop(self, timer: Timer) -> None:
        wake = self._retransmit_wake if timer in RETRANSMITTING else self._end_wake
        if wake is not None:
            wake.cancel()

    def _stop_all(self) -> None:
        for wake in (self._retransmit_wake, self._end_wake):
            if wake is not None:
                wake.cancel()


class ClientTransaction(Transaction):
    """Sends a request; `on_response(response)` hears 1xx, the final response and, for INVITE,
    each repeated or forked 2xx; `on_timeout()` hears that timer B or F fired."""

    __slots__ = ("_data", "_on_response", "_on_timeout")

    def __init__(
        self,
        layer: TransactionLayer,
        request: Request,
        address: Address,
        on_response: Callable[[Response], None],
        on_timeout: Callable[[], None],
    ) -> None:
        table = INVITE_CLIENT if request.method == "INVITE" else NON_INVITE_CLIENT
        super().__init__(layer, (request.via.branch, request.method), table, request, address)
        self._data = request.encode()
        self._on_response = on_response
        self._on_timeout = on_timeout

    def begin(self) -> None:
        """Send it."""
        self._step(Input.BEGIN)

    def receive(self, response: Response) -> None:
        """A response of this transaction came."""
        self._step(input_of(response.status), response)

    def give_up(self) -> None:
        """End without a word to anybody: no final response came after a CANCEL (RFC 3261
        section 9.1)."""
        self.state = State.TERMINATED
        self._stop_all()
        self._forget()

    def _do(self, action: Do, message: Request | Response | None) -> None:
        if action is Do.SEND:
            self._layer.transmit(self._data, self.address)
        elif action is Do.TELL_TIMEOUT:
            self._on_timeout()
        elif isinstance(message, Response):
            if action is Do.SEND_ACK:
                self._layer.transmit(self._ack(message).encode(), self.address)
            else:
                self._on_response(message)

    def _forget(self) -> None:
        self._layer.clients.pop((self.key[0], self.key[1]), None)

    def _ack(self, response: Response) -> Request:
        """The ACK for a response other than 2xx (RFC 3261 section 17.1.1.3)."""
        request = self.request
        headers = [
            ("via", request.need("via")),
            *((key, value) for key, value in request.headers if key == "route"),
            ("max-forwards", "70"),
            ("from", request.need("from")),
            ("to", response.need("to")),
            ("call-id", request.call_id),
            ("cseq", f"{request.cseq.number} ACK"),
        ]
        return Request("ACK", request.uri, headers)


class ServerTransaction(Transaction):
    """Answers a request."""

    __slots__ = ("_data", "_on_request", "on_cancel", "source")

    def __init__(
        self,
        layer: TransactionLayer,
        key: tuple[Any, ...],
        request: Request,
        source: Address,
        on_request: Callable[[ServerTransaction, Request], None],
    ) -> None:
        table = INVITE_SERVER if request.method == "INVITE" else NON_INVITE_SERVER
        super().__init__(layer, key, table, request, reply_address(request, source))
        self._data: bytes | None = None
        self._on_request = on_request
        self.source = source
        self.on_cancel: Callable[[str], None] | None = None
        """Hears the reason of a CANCEL for this INVITE."""

    def begin(self) -> None:
        """Give the request to the transaction user."""
        self._step(Input.BEGIN, self.request)

    def receive(self, request: Request) -> None:
        """The request came again, or the ACK for its final response."""
        self._step(Input.ACK if request.method == "ACK" else Input.REQUEST, request)

    def respond(self, response: Response) -> None:
        """Send a response; UsageError if a final one was sent already."""
        if self.state not in (State.TRYING, State.PROCEEDING):
            raise UsageError(f"a final response was sent already in {self.state.value}")
        self._data = response.encode()
        self._step(input_of(response.status))

    def reply(
        self,
        status: int,
        *,
        headers: Iterable[tuple[str, str]] = (),
        body: bytes = b"",
        to_tag: str = "",
    ) -> None:
        """Respond with `status`; To gets `to_tag`, or a fresh one, where it has none."""
        request = self.request
        if not to_tag and status > 100 and request.to.tag is None:
            to_tag = self._layer.new_tag()
        self.respond(request.response(status, to_tag=to_tag, headers=headers, body=body))

    def repeat_success(self) -> None:
        """Send the 2xx of an INVITE again (RFC 6026 section 7.1)."""
        self._step(Input.SUCCESS)

    def repeat_provisional(self) -> None:
        """Send the last provisional response again."""
        if not self.answered:
            self._step(Input.REQUEST)

    @property
    def answered(self) -> bool:
        """Whether a final response was sent."""
        return self.state not in (State.START, State.TRYING, State.PROCEEDING)

    def _do(self, action: Do, message: Request | Response | None) -> None:
        if action is Do.SEND:
            if self._data is not None:
                self._layer.transmit(self._data, self.address)
        elif action is Do.TELL and isinstance(message, Request):
            self._on_request(self, message)

    def _forget(self) -> None:
        self._layer.forget_server(self)


def reply_address(request: Request, source: Address) -> Address:
    """Where responses go (RFC 3261 section 18.2.2, RFC 3581 section 4).

    Always to the host that the request came from; only the port is the sender's to choose.
    """
    via = request.via
    if "rport" in via.params:
        return source
    return source[0], via.port or 5060
