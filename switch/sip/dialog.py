"""Dialogs (RFC 3261 section 12)."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from typing import Final

from switch.sip.errors import MalformedError, PeerError
from switch.sip.headers import NameAddr
from switch.sip.message import HeaderList, Request, Response
from switch.sip.transaction import Address
from switch.sip.uri import SipUri

MAX_ROUTES: Final = 32


@dataclass(slots=True)
class Dialog:
    """The state two user agents share. `local` and `remote` are whole From or To values."""

    call_id: str
    local_tag: str
    remote_tag: str | None
    local: str
    remote: str
    remote_target: str
    route_set: list[str] = field(default_factory=list)
    local_cseq: int = 0
    remote_cseq: int | None = None

    @classmethod
    def of_server(cls, invite: Request, local_tag: str) -> Dialog:
        """The dialog that our response to `invite` makes (section 12.1.1)."""
        contact = invite.contact
        if contact is None:
            raise MalformedError("an INVITE without a Contact")
        SipUri.parse(contact.uri)
        return cls(
            call_id=invite.call_id,
            local_tag=local_tag,
            remote_tag=invite.from_.tag,
            local=f"{invite.need('to')};tag={local_tag}",
            remote=invite.need("from"),
            remote_target=contact.uri,
            route_set=_routes(invite.values("record-route")),
            remote_cseq=invite.cseq.number,
        )

    @classmethod
    def of_client(cls, invite: Request, local_tag: str, response: Response) -> Dialog:
        """The dialog that a response to our `invite` made (section 12.1.2)."""
        contact = response.contact
        if contact is not None:
            SipUri.parse(contact.uri)
        return cls(
            call_id=invite.call_id,
            local_tag=local_tag,
            remote_tag=response.to.tag,
            local=invite.need("from"),
            remote=response.need("to"),
            remote_target=contact.uri if contact else invite.uri,
            route_set=_routes(response.values("record-route"))[::-1],
            local_cseq=invite.cseq.number,
        )

    def matches(self, request: Request) -> bool:
        """Whether a request with our tag in To is of this dialog (section 12.2.2)."""
        return request.call_id == self.call_id and request.from_.tag == self.remote_tag

    def takes(self, request: Request) -> bool:
        """Note the CSeq of a new request; False if it is older than one before."""
        number = request.cseq.number
        if self.remote_cseq is not None and number <= self.remote_cseq:
            return False
        self.remote_cseq = number
        return True

    def refresh_target(self, message: Request | Response) -> None:
        """A re-INVITE or UPDATE, or the 2xx to one, may move the remote target (12.2)."""
        contact = message.contact
        if contact is not None:
            SipUri.parse(contact.uri)
            self.remote_target = contact.uri

    def request(
        self, method: str, via: str, headers: HeaderList, body: bytes = b"", cseq: int | None = None
    ) -> Request:
        """A request within the dialog (section 12.2.1.1); ACK gives the `cseq` of its INVITE."""
        if cseq is None:
            self.local_cseq += 1
            cseq = self.local_cseq
        uri, routes = self._uri_and_routes()
        built: HeaderList = [
            ("via", via),
            *(("route", route) for route in routes),
            ("max-forwards", "70"),
            ("from", self.local),
            ("to", self.remote),
            ("call-id", self.call_id),
            ("cseq", f"{cseq} {method}"),
            *headers,
        ]
        return Request(method, uri, built, body)

    def _uri_and_routes(self) -> tuple[str, list[str]]:
        if not self.route_set:
            return self.remote_target, []
        first = NameAddr.parse(self.route_set[0]).uri
        if "lr" in SipUri.parse(first).params:
            return self.remote_target, self.route_set
        # A strict router of RFC 2543 wants itself in the Request-URI (section 12.2.1.1).
        return first, [*self.route_set[1:], f"<{self.remote_target}>"]

    def next_hop(self, signalled_from: Address) -> Address:
        """Where requests go: the first route, else the remote target; the address that the peer
        signalled from where the target is a name or a private address behind NAT."""
        uri = NameAddr.parse(self.route_set[0]).uri if self.route_set else self.remote_target
        try:
            host, port = SipUri.parse(uri).address
            if host != signalled_from[0] and not _reachable(host, signalled_from[0]):
                return signalled_from
        except (ValueError, PeerError):
            return signalled_from
        return host, port


def _reachable(host: str, seen_from: str) -> bool:
    """Whether a peer at `seen_from` may ask us to send to `host`; ValueError if that is a name."""
    asked, seen = ipaddress.ip_address(host), ipaddress.ip_address(seen_from)
    if asked.is_unspecified or asked.is_multicast or asked.is_reserved:
        return False
    if asked.is_loopback or seen.is_loopback:
        return asked.is_loopback and seen.is_loopback
    return seen.is_private or not asked.is_private  # a private address behind NAT


def _routes(values: list[str]) -> list[str]:
    """Record-Route values, checked so that building a request cannot fail later."""
    if len(values) > MAX_ROUTES:
        raise MalformedError("a route set that is too long")
    for value in values:
        SipUri.parse(NameAddr.parse(value).uri)
    return values
