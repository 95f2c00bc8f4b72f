"""REGISTER: authentication before the registrar, and its answer (RFC 3261 section 10.3)."""

from __future__ import annotations

from base.instant import Instant
from switch.sip.admission import authenticate, user_of
from switch.sip.digest import Digest
from switch.sip.errors import IntervalTooBriefError
from switch.sip.headers import split_unquoted
from switch.sip.message import HeaderList, Request
from switch.sip.registrar import Registrar, Registration, expires_of
from switch.sip.text import readable
from switch.sip.transaction import Address


def register(
    registrar: Registrar, digest: Digest, request: Request, source: Address, now: Instant
) -> tuple[int, HeaderList]:
    """Status and headers of the response. Raises PeerError for what the registrar refuses."""
    account = user_of(request.to.uri)
    if not account:
        return 404, []
    refusal = authenticate(digest, request, account, now)
    if refusal is not None:
        return refusal.status, refusal.headers
    wanted = Registration(
        account=account,
        call_id=request.call_id,
        cseq=request.cseq.number,
        contacts=[
            part for value in request.all("contact") for part in split_unquoted(value, ",") if part
        ],
        expires_s=expires_of(request.get("expires")),
        source=source,
        user_agent=readable(request.get("user-agent") or ""),
    )
    try:
        bound = registrar.apply(wanted, now)
    except IntervalTooBriefError:
        return 423, [("min-expires", str(registrar.bounds.min_expires_s))]
    contacts = [
        ("contact", f"<{binding.uri}>;expires={max(1, round(binding.expires_at - now.wall))}")
        for binding in bound
    ]
    return 200, [*contacts, ("date", now.utc().strftime("%a, %d %b %Y %H:%M:%S GMT"))]
