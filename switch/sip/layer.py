"""The transaction layer: finds the transaction of each message (RFC 3261 17.1.3, 17.2.3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Protocol

from switch.sip.headers import split_unquoted
from switch.sip.machines import State
from switch.sip.message import Request, Response
from switch.sip.transaction import Address, ClientTransaction, ServerTransaction
from switch.sip.wakes import Wakes

Transmit = Callable[[bytes, Address], None]

MAGIC: Final = "z9hG4bK"


class TransactionUser(Protocol):
    """Who gets requests."""

    def request_received(self, transaction: ServerTransaction, request: Request) -> None:
        """A new request, to be answered through its transaction."""
        ...

    def ack_received(self, ack: Request) -> None:
        """An ACK for a 2xx."""
        ...


class TransactionLayer:
    """All live transactions of an endpoint."""

    def __init__(
        self, wakes: Wakes, transmit: Transmit, user: TransactionUser, new_tag: Callable[[], str]
    ) -> None:
        self.wakes = wakes
        self.transmit = transmit
        self.new_tag = new_tag
        self._user = user
        self.clients: dict[tuple[str, str], ClientTransaction] = {}
        self.servers: dict[tuple[Any, ...], ServerTransaction] = {}
        self._calls: dict[tuple[str | None, str, int], ServerTransaction] = {}
        self.strays = 0
        """Responses that belong to no transaction."""

    def receive(self, message: Request | Response, source: Address) -> None:
        """Give a checked message to its transaction, or to the user."""
        if isinstance(message, Response):
            client = self.clients.get((message.via.branch, message.cseq.method))
            if client is None:
                self.strays += 1
            else:
                client.receive(message)
            return
        server = self.servers.get(server_key(message, message.method))
        if server is not None:
            server.receive(message)
        elif message.method == "ACK":
            self._user.ack_received(message)
        else:
            self._open(message, source)

    def _open(self, request: Request, source: Address) -> None:
        stamp(request, source)
        key = server_key(request, request.method)
        call = _call_key(request) if _begins_call(request) else None
        other = self._calls.get(call) if call else None
        if other is not None and other.state in (State.PROCEEDING, State.ACCEPTED):
            # The same INVITE by another way (RFC 3261 section 8.2.2.2).
            server = ServerTransaction(self, key, request, source, _refuse_merged)
        else:
            server = ServerTransaction(self, key, request, source, self._told)
            if call:
                self._calls[call] = server
        self.servers[key] = server
        server.begin()

    def _told(self, transaction: ServerTransaction, request: Request) -> None:
        if request.method == "ACK":
            self._user.ack_received(request)
        else:
            self._user.request_received(transaction, request)

    def send(
        self,
        request: Request,
        address: Address,
        on_response: Callable[[Response], None],
        on_timeout: Callable[[], None],
    ) -> ClientTransaction:
        """Begin a client transaction; the request has its Via with a fresh branch."""
        client = ClientTransaction(self, request, address, on_response, on_timeout)
        self.clients[request.via.branch, request.method] = client
        client.begin()
        return client

    def invite_of(self, cancel: Request) -> ServerTransaction | None:
        """The INVITE that a CANCEL means (RFC 3261 section 9.2)."""
        return self.servers.get(server_key(cancel, "INVITE"))

    def forget_server(self, server: ServerTransaction) -> None:
        """A server transaction has ended."""
        self.servers.pop(server.key, None)
        if _begins_call(server.request):
            call = _call_key(server.request)
            if self._calls.get(call) is server:
                del self._calls[call]

    @property
    def live(self) -> int:
        """How many transactions have not ended."""
        return len(self.clients) + len(self.servers)


def stamp(request: Request, source: Address) -> None:
    """Write `received` and `rport` into the topmost Via."""
    first, *others = split_unquoted(request.need("via"), ",")
    stamped = request.via.stamped(source)
    if stamped != first:
        request.replace_first("via", ", ".join([stamped, *others]))


def server_key(request: Request, method: str) -> tuple[Any, ...]:
    """What makes a server transaction: branch, sent-by and method; an ACK belongs to its INVITE.

    A branch without the magic cookie is of RFC 2543: then Call-ID, From tag and CSeq tell.
    """
    via = request.via
    if method == "ACK":
        method = "INVITE"
    if via.branch.startswith(MAGIC):
        return (via.branch, via.host, via.port, method)
    return (request.call_id, request.from_.tag, request.cseq.number, via.host, via.port, method)


def _refuse_merged(transaction: ServerTransaction, _request: Request) -> None:
    transaction.reply(482)


def _begins_call(request: Request) -> bool:
    return request.method == "INVITE" and request.to.tag is None


def _call_key(request: Request) -> tuple[str | None, str, int]:
    return (request.from_.tag, request.call_id, request.cseq.number)
