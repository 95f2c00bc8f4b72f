"""SIP and tel URIs (RFC 3261 section 19.1, RFC 3966)."""

from __future__ import annotations

import re
from typing import Final, NamedTuple
from urllib.parse import quote, unquote

from switch.sip.errors import MalformedError, UnsupportedSchemeError
from switch.sip.headers import Params, params

_HOST: Final = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9\-._]+)(?::(\d{1,5}))?\Z")
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*\Z")
_USER_SAFE: Final = "-_.!~*'()&=+$,;?/#"


class SipUri(NamedTuple):
    """A URI of scheme sip, sips or tel. `user` is unescaped; a tel URI has an empty `host`."""

    scheme: str
    user: str
    host: str
    port: int | None
    params: Params

    @classmethod
    def parse(cls, text: str) -> SipUri:
        """Read it; UnsupportedSchemeError for other schemes, MalformedError for bad grammar."""
        scheme, colon, rest = text.partition(":")
        if not colon or not _SCHEME.match(scheme):
            raise MalformedError("a URI without a scheme")
        scheme = scheme.lower()
        if scheme == "tel":
            number, semicolon, tail = rest.partition(";")
            return cls(scheme, unquote(number), "", None, params(semicolon + tail))
        if scheme not in ("sip", "sips"):
            raise UnsupportedSchemeError
        userinfo, at, hostport = rest.rpartition("@")
        hostport = hostport.partition("?")[0]
        hostport, semicolon, tail = hostport.partition(";")
        match = _HOST.match(hostport)
        port = int(match[2]) if match and match[2] else None
        if match is None or (port is not None and port > 65535) or (at and not userinfo):
            raise MalformedError("a SIP URI with an impossible host")
        user = unquote(userinfo.partition(":")[0]) if at else ""
        return cls(scheme, user, match[1], port, params(semicolon + tail))

    @property
    def address(self) -> tuple[str, int]:
        """Host without brackets, and port: 5060 where none is given (5061 for sips)."""
        default = 5061 if self.scheme == "sips" else 5060
        return self.host.strip("[]"), self.port or default


def sip_uri(user: str, address: tuple[str, int]) -> str:
    """`sip:user@host:port`, escaped and bracketed where it must be."""
    host = f"[{address[0]}]" if ":" in address[0] else address[0]
    prefix = f"{quote(user, safe=_USER_SAFE)}@" if user else ""
    return f"sip:{prefix}{host}:{address[1]}"
