"""SIP messages: a start line, header fields in wire order, a body (RFC 3261 section 7).

Values stay text until someone asks for the typed form, which is kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from switch.sip.errors import MalformedError, UsageError
from switch.sip.headers import CSeq, NameAddr, Via, spelled, split_unquoted
from switch.sip.uri import SipUri

HeaderList = list[tuple[str, str]]
"""(key in lower case, value) in wire order; comma lists are as they came."""

REASONS: Final = {
    100: "Trying",
    180: "Ringing",
    183: "Session Progress",
    200: "OK",
    202: "Accepted",
    300: "Multiple Choices",
    302: "Moved Temporarily",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    408: "Request Timeout",
    410: "Gone",
    413: "Request Entity Too Large",
    414: "Request-URI Too Long",
    415: "Unsupported Media Type",
    416: "Unsupported URI Scheme",
    420: "Bad Extension",
    422: "Session Interval Too Small",
    423: "Interval Too Brief",
    480: "Temporarily Unavailable",
    481: "Call/Transaction Does Not Exist",
    482: "Loop Detected",
    483: "Too Many Hops",
    484: "Address Incomplete",
    486: "Busy Here",
    487: "Request Terminated",
    488: "Not Acceptable Here",
    491: "Request Pending",
    500: "Server Internal Error",
    501: "Not Implemented",
    503: "Service Unavailable",
    504: "Server Time-out",
    505: "Version Not Supported",
    513: "Message Too Large",
    600: "Busy Everywhere",
    603: "Decline",
    604: "Does Not Exist Anywhere",
    606: "Not Acceptable",
}


class Message:
    """What requests and responses share."""

    __slots__ = ("_cseq", "_first", "_from", "_to", "_via", "body", "headers")

    def __init__(self, headers: HeaderList, body: bytes = b"") -> None:
        self.headers = headers
        self.body = body
        self._first: dict[str, str] | None = None
        self._via: Via | None = None
        self._from: NameAddr | None = None
        self._to: NameAddr | None = None
        self._cseq: CSeq | None = None

    @property
    def start_line(self) -> str:
        """The first line, without its end."""
        raise NotImplementedError

    def get(self, key: str) -> str | None:
        """The first value under `key` (lower case), as text."""
        first = self._first
        if first is None:
            # Reversed, so that the first of each name is what stays.
            first = self._first = dict(reversed(self.headers))
        return first.get(key)

    def need(self, key: str) -> str:
        """The first value; MalformedError if there is none."""
        value = self.get(key)
        if not value:
            raise MalformedError(f"no {spelled(key)}")
        return value

    def all(self, key: str) -> list[str]:
        """All values, one a header line."""
        return [value for name, value in self.headers if name == key]

    def values(self, key: str) -> list[str]:
        """All values of a header that is a comma list."""
        return [part for value in self.all(key) for part in split_unquoted(value, ",") if part]

    def replace_first(self, key: str, value: str) -> None:
        """Put `value` into the first header line of that name; it must be there."""
        index = next(i for i, (name, _) in enumerate(self.headers) if name == key)
        self.headers[index] = (key, value)
        self._first = None

    @property
    def via(self) -> Via:
        """The topmost Via."""
        if self._via is None:
            self._via = Via.parse(split_unquoted(self.need("via"), ",")[0])
        return self._via

    @property
    def from_(self) -> NameAddr:
        """From."""
        if self._from is None:
            self._from = NameAddr.parse(self.need("from"))
        return self._from

    @property
    def to(self) -> NameAddr:
        """To."""
        if self._to is None:
            self._to = NameAddr.parse(self.need("to"))
        return self._to

    @property
    def cseq(self) -> CSeq:
        """CSeq."""
        if self._cseq is None:
            self._cseq = CSeq.parse(self.need("cseq"))
        return self._cseq

    @property
    def call_id(self) -> str:
        """Call-ID."""
        return self.need("call-id")

    @property
    def contact(self) -> NameAddr | None:
        """The first Contact."""
        values = self.values("contact")
        return NameAddr.parse(values[0]) if values else None

    @property
    def content_type(self) -> str:
        """Content-Type in lower case without parameters; empty if there is none."""
        return (self.get("content-type") or "").partition(";")[0].strip().lower()

    @property
    def sdp(self) -> bytes | None:
        """The body if it is SDP."""
        return self.body if self.body and self.content_type == "application/sdp" else None

    def encode(self) -> bytes:
        """The message as it goes on the wire; Content-Length is written anew."""
        lines = [self.start_line]
        lines += [f"{spelled(key)}: {value}" for key, value in self.headers]
        lines.append(f"Content-Length: {len(self.body)}\r\n\r\n")
        text = "\r\n".join(lines)
        if text.count("\n") != len(lines) + 1 or text.count("\r") != len(lines) + 1:
            raise UsageError("a header value with a line break")
        return text.encode("utf-8", "surrogateescape") + self.body

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Message):
            return NotImplemented
        return (self.start_line, self.headers, self.body) == (
            other.start_line,
            other.headers,
            other.body,
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<{self.start_line}>"


class Request(Message):
    """A request; `uri` is the text of the Request-URI."""

    __slots__ = ("method", "uri")

    def __init__(self, method: str, uri: str, headers: HeaderList, body: bytes = b"") -> None:
        super().__init__(headers, body)
        self.method = method
        self.uri = uri

    @property
    def start_line(self) -> str:
        """`INVITE sip:… SIP/2.0`."""
        return f"{self.method} {self.uri} SIP/2.0"

    @property
    def target(self) -> SipUri:
        """The Request-URI, read anew at each call."""
        return SipUri.parse(self.uri)

    def response(
        self,
        status: int,
        *,
        to_tag: str | None = None,
        headers: Iterable[tuple[str, str]] = (),
        body: bytes = b"",
        reason: str = "",
    ) -> Response:
        """A response to this request (RFC 3261 section 8.2.6): Via, From, To, Call-ID and CSeq
        are copied, `to_tag` is added where To has none."""
        to = self.need("to")
        if to_tag and status > 100 and self.to.tag is None:
            to = f"{to};tag={to_tag}"
        copied: HeaderList = [item for item in self.headers if item[0] == "via"]
        copied.append(("from", self.need("from")))
        copied.append(("to", to))
        copied.append(("call-id", self.need("call-id")))
        copied.append(("cseq", self.need("cseq")))
        copied.extend(headers)
        return Response(status, reason or REASONS.get(status, "Unknown"), copied, body)


class Response(Message):
    """A response."""

    __slots__ = ("reason", "status")

    def __init__(self, status: int, reason: str, headers: HeaderList, body: bytes = b"") -> None:
        super().__init__(headers, body)
        self.status = status
        self.reason = reason

    @property
    def start_line(self) -> str:
        """`SIP/2.0 200 OK`."""
        return f"SIP/2.0 {self.status} {self.reason}"
