"""Header fields: names, lists, parameters and the typed values of Via, From, CSeq (RFC 3261
section 20)."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from switch.sip.errors import MalformedError

Params = dict[str, str | None]
"""Parameter name in lower case -> value without quotes, None where there is no `=`."""

_COMPACT: Final = {
    "a": "accept-contact",
    "b": "referred-by",
    "c": "content-type",
    "d": "request-disposition",
    "e": "content-encoding",
    "f": "from",
    "i": "call-id",
    "j": "reject-contact",
    "k": "supported",
    "l": "content-length",
    "m": "contact",
    "o": "event",
    "r": "refer-to",
    "s": "subject",
    "t": "to",
    "u": "allow-events",
    "v": "via",
    "x": "session-expires",
    "y": "identity",
}
_DISPLAY: Final = {
    "call-id": "Call-ID",
    "cseq": "CSeq",
    "www-authenticate": "WWW-Authenticate",
    "mime-version": "MIME-Version",
    "min-se": "Min-SE",
    "rack": "RAck",
    "rseq": "RSeq",
    "sip-etag": "SIP-ETag",
    "sip-if-match": "SIP-If-Match",
}
_USUAL: Final = (
    "via",
    "from",
    "to",
    "call-id",
    "cseq",
    "contact",
    "max-forwards",
    "content-length",
    "content-type",
    "content-encoding",
    "content-disposition",
    "expires",
    "min-expires",
    "allow",
    "supported",
    "require",
    "proxy-require",
    "unsupported",
    "accept",
    "accept-encoding",
    "accept-language",
    "authorization",
    "proxy-authorization",
    "www-authenticate",
    "proxy-authenticate",
    "record-route",
    "route",
    "user-agent",
    "server",
    "reason",
    "user-to-user",
    "subject",
    "date",
    "session-expires",
    "min-se",
    "p-asserted-identity",
    "privacy",
    "refer-to",
    "referred-by",
    "replaces",
    "event",
    "subscription-state",
    "allow-events",
    "retry-after",
    "warning",
    "x-segue-handoff",
    "rack",
    "rseq",
    "path",
)


def _spell(key: str) -> str:
    return _DISPLAY.get(key) or "-".join(part.capitalize() for part in key.split("-"))


_SPELLED: Final = {key: _spell(key) for key in _USUAL}
_KNOWN: Final = {
    **{key: key for key in _USUAL},
    **{spelled: key for key, spelled in _SPELLED.items()},
    **_COMPACT,
    **{short.upper(): key for short, key in _COMPACT.items()},
}
_TOKEN: Final = re.compile(r"[A-Za-z0-9\-.!%*_+`'~]+\Z")
_SENT_BY: Final = re.compile(
    r"SIP\s*/\s*2\.0\s*/\s*([A-Za-z0-9\-]+)\s+"
    r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9\-._]+)\s*(?::\s*(\d{1,5}))?\s*(?=;|\Z)"
)


def is_token(text: str) -> bool:
    """Whether `text` is a token (RFC 3261 section 25.1)."""
    return _TOKEN.match(text) is not None


def canonical(name: str) -> str:
    """The key of a header field: lower case, compact forms spelled out; MalformedError if the
    name is no token."""
    key = _KNOWN.get(name)
    if key is not None:
        return key
    name = name.rstrip(" \t")
    if not is_token(name):
        raise MalformedError("a header name is not a token")
    key = name.lower()
    return _COMPACT.get(key, key)


def spelled(key: str) -> str:
    """The header name as RFCs write it: `call-id` is `Call-ID`."""
    return _SPELLED.get(key) or _spell(key)


def split_unquoted(text: str, separator: str) -> list[str]:
    """Split at `separator` where it stands outside quotes and angle brackets; parts stripped."""
    if separator not in text:
        return [text.strip()]
    if '"' not in text and "<" not in text:
        return [part.strip() for part in text.split(separator)]
    parts, start, quoted, angle, skip = [], 0, False, False, False
    for index, char in enumerate(text):
        if skip:
            skip = False
        elif quoted:
            quoted, skip = char != '"', char == "\\"
        elif char == '"' and not angle:
            quoted = True
        elif char in "<>":
            angle = char == "<"
        elif char == separator and not angle:
            parts.append(text[start:index].strip())
            start = index + 1
    if quoted:
        raise MalformedError("a quoted string has no end")
    parts.append(text[start:].strip())
    return parts


def unquoted(text: str) -> str:
    """The content of a quoted string; other text comes back as it is."""
    if len(text) < 2 or text[0] != '"' or text[-1] != '"':
        return text
    text = text[1:-1]
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL) if "\\" in text else text


def quoted(text: str) -> str:
    """`text` as a quoted string; control characters are left out."""
    text = "".join(char for char in text if char >= " " and char != "\x7f")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def params(text: str) -> Params:
    """Read `;a=b;c` (the leading semicolon is there, or the text is empty)."""
    found: Params = {}
    if not text:
        return found
    for part in split_unquoted(text, ";")[1:]:
        if not part:
            continue
        name, equals, value = part.partition("=")
        found.setdefault(name.strip().lower(), unquoted(value.strip()) if equals else None)
    return found


class NameAddr(NamedTuple):
    """A name-addr or addr-spec with header parameters: From, To, Contact, Route."""

    display: str
    uri: str
    params: Params

    @property
    def tag(self) -> str | None:
        """The tag of a From or To."""
        return self.params.get("tag")

    @classmethod
    def parse(cls, value: str) -> NameAddr:
        """Read one value; MalformedError where brackets or quotes do not match."""
        display, rest = "", value
        if value.startswith('"'):
            display, rest = _leading_quoted(value)
        opening = rest.find("<")
        if opening < 0:
            if display:
                raise MalformedError("a display name without an address in brackets")
            uri, semicolon, tail = value.partition(";")
            uri = uri.strip()
            if not uri or " " in uri or '"' in uri or "," in uri or "?" in uri:
                raise MalformedError("an address that needs angle brackets")
            return cls("", uri, params(semicolon + tail))
        closing = rest.find(">", opening)
        if closing < 0 or (opening and display and rest[:opening].strip()):
            raise MalformedError("angle brackets do not match")
        uri, tail = rest[opening + 1 : closing], rest[closing + 1 :].strip()
        if not uri or " " in uri or (tail and tail[0] != ";"):
            raise MalformedError("an address that does not follow the grammar")
        return cls(display or rest[:opening].strip(), uri, params(tail))


def _leading_quoted(value: str) -> tuple[str, str]:
    index = 1
    while index < len(value) and value[index] != '"':
        index += 2 if value[index] == "\\" else 1
    if index >= len(value):
        raise MalformedError("a quoted display name has no end")
    return unquoted(value[: index + 1]), value[index + 1 :]


class Via(NamedTuple):
    """One Via value. `port` is None where sent-by gives none."""

    transport: str
    host: str
    port: int | None
    params: Params
    text: str

    @property
    def branch(self) -> str:
        """The branch, empty where a peer of RFC 2543 gives none."""
        return self.params.get("branch") or ""

    @classmethod
    def parse(cls, value: str) -> Via:
        """Read one value."""
        match = _SENT_BY.match(value)
        if match is None:
            raise MalformedError("a Via that does not follow the grammar")
        port = int(match[3]) if match[3] else None
        if port is not None and port > 65535:
            raise MalformedError("a Via with an impossible port")
        return cls(match[1], match[2], port, params(value[match.end() :]), value)

    def stamped(self, source: tuple[str, int]) -> str:
        """The value as it goes back: `received` and `rport` tell where the request came from
        (RFC 3261 section 18.2.1, RFC 3581 section 4)."""
        asks = "rport" in self.params
        if not asks and self.host.strip("[]") == source[0]:
            return self.text
        kept = [f"SIP/2.0/{self.transport} {self.host}"]
        if self.port is not None:
            kept[0] += f":{self.port}"
        for name, value in self.params.items():
            if name not in ("received", "rport"):
                kept.append(name if value is None else f"{name}={_param_value(value)}")
        kept.append(f"received={source[0]}")
        if asks:
            kept.append(f"rport={source[1]}")
        return ";".join(kept)


def _param_value(value: str) -> str:
    return value if is_token(value) or value.startswith("[") else quoted(value)


class CSeq(NamedTuple):
    """Sequence number and method."""

    number: int
    method: str

    @classmethod
    def parse(cls, value: str) -> CSeq:
        """Read it; numbers from 2**31 on are malformed (RFC 3261 section 8.1.1.5)."""
        number, _, method = value.partition(" ")
        method = method.strip()
        if not (number.isascii() and number.isdigit()) or len(number) > 20 or not is_token(method):
            raise MalformedError("a CSeq that does not follow the grammar")
        if int(number) >= 2**31:
            raise MalformedError("a CSeq number that is too large")
        return cls(int(number), method)
