"""Answers that need no leg: capabilities, unknown methods, extensions, bodies (RFC 3261 8.2)."""

from __future__ import annotations

from typing import Final

from switch.sip.config import ALLOW
from switch.sip.transaction import ServerTransaction

_KNOWN_ELSEWHERE: Final = frozenset({"MESSAGE", "NOTIFY", "PRACK", "PUBLISH", "REFER", "SUBSCRIBE"})


def refuse_unknown_method(transaction: ServerTransaction) -> None:
    """405 for a method of some RFC that is not offered here, 501 for an unheard of one."""
    method = transaction.request.method
    known = method in _KNOWN_ELSEWHERE or method in ALLOW.split(", ")
    transaction.reply(405 if known else 501, headers=[("allow", ALLOW)])


def refuse_extensions(transaction: ServerTransaction) -> bool:
    """420 if the request requires an extension (section 8.2.2.3): none is supported yet."""
    required = transaction.request.values("require")
    if not required:
        return False
    unsupported = [("unsupported", ", ".join(required))]
    transaction.reply(420, headers=unsupported)
    return True


def refuse_body(transaction: ServerTransaction) -> bool:
    """415 if an INVITE or UPDATE carries what is not plain SDP (section 8.2.3)."""
    request = transaction.request
    encoding = (request.get("content-encoding") or "identity").lower()
    if not request.body or (request.content_type == "application/sdp" and encoding == "identity"):
        return False
    headers = [("accept", "application/sdp"), ("accept-encoding", "identity")]
    transaction.reply(415, headers=headers)
    return True


def tell_capabilities(transaction: ServerTransaction) -> None:
    """200 to OPTIONS (section 11.2), without naming the software."""
    headers = [
        ("allow", ALLOW),
        ("accept", "application/sdp, application/dtmf-relay"),
        ("accept-encoding", "identity"),
        ("supported", ""),
    ]
    transaction.reply(200, headers=headers)
