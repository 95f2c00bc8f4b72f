"""The handoff token in SIP headers: User-to-User (RFC 7433) and X-Segue-Handoff."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

TOKEN_BYTES: Final = 16
MAX_HEADER: Final = 1024

_TOKEN: Final = re.compile(r"[0-9a-f]{32}")
_HEX: Final = re.compile(r"(?:[0-9a-f]{2})+")


def user_to_user(token: str) -> str:
    """The header's value that carries `token`: hex encoded (RFC 7433 section 4.1)."""
    return f"{token};encoding=hex"


def token_of(headers: Mapping[str, str]) -> str | None:
    """The token that an INVITE carries; None if none does, or it is not one of ours.

    `headers` has lower-case names. Values come from the network: anything may stand in them.
    """
    plain = headers.get("x-segue-handoff", "")[:MAX_HEADER].strip().lower()
    if _TOKEN.fullmatch(plain):
        return plain
    value = headers.get("user-to-user", "")[:MAX_HEADER]
    found = (_token_of_uui(one) for one in value.split(","))
    return next((token for token in found if token is not None), None)


def _token_of_uui(value: str) -> str | None:
    data, *parameters = (part.strip() for part in value.split(";"))
    encodings = {
        parameter.partition("=")[2].strip().strip('"').lower()
        for parameter in parameters
        if parameter.partition("=")[0].strip().lower() == "encoding"
    }
    data = data.strip('"').lower()
    if encodings - {"hex"} or not _HEX.fullmatch(data):
        return None
    return _token_in(data)


def _token_in(data: str) -> str | None:
    if _TOKEN.fullmatch(data):
        return data
    # A gateway to ISDN puts a protocol discriminator in front (RFC 7434 section 6).
    if len(data) == 2 * (TOKEN_BYTES + 1):
        return data[2:]
    # Some applications encode the token's text, not its bytes.
    text = bytes.fromhex(data).decode("ascii", "replace").lower()
    return text if _TOKEN.fullmatch(text) else None
