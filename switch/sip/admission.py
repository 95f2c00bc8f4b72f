"""Who may call: accounts by digest, trusted hosts, strangers where a number is open to them."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

from base.instant import Instant
from switch.signalling import IncomingInvite, LegId
from switch.sip.config import UserAgentConfig
from switch.sip.digest import Digest, Verdict
from switch.sip.errors import PeerError
from switch.sip.headers import NameAddr, split_unquoted
from switch.sip.message import HeaderList, Request
from switch.sip.text import readable
from switch.sip.transaction import Address
from switch.sip.uri import SipUri


@dataclass(frozen=True, slots=True)
class Refusal:
    """The response for somebody who may not."""

    status: int
    headers: HeaderList


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who may; `account` is None for a stranger or a trusted host."""

    account: str | None
    trusted: bool = False


def authenticate(digest: Digest, request: Request, account: str, now: Instant) -> Refusal | None:
    """None if `request` proves to be from `account`, else how to refuse it."""
    verdict = digest.check(request, account, now)
    if verdict is Verdict.GOOD:
        return None
    if verdict is Verdict.BAD:
        return Refusal(403, [])
    return Refusal(401, digest.challenge(now, stale=verdict is Verdict.STALE))


def admit(
    config: UserAgentConfig, digest: Digest, invite: Request, source: Address, now: Instant
) -> Caller | Refusal:
    """Decide on a new INVITE."""
    if source[0] in config.trusted_hosts:
        return Caller(None, trusted=True)
    user = user_of(invite.from_.uri)
    if user and digest.knows(user):
        return authenticate(digest, invite, user, now) or Caller(user)
    if config.open_to_strangers(invite.target.user):
        return Caller(None)
    return Refusal(403, [])


def user_of(uri: str) -> str:
    """The user part of a URI, empty where it has none or is of a scheme we do not know."""
    try:
        return SipUri.parse(uri).user
    except PeerError:
        return ""


def described(leg: LegId, invite: Request, caller: Caller, source: Address) -> IncomingInvite:
    """What calls may know of an INVITE."""
    headers = _visible(invite, trusted=caller.trusted)
    number, name = user_of(invite.from_.uri), invite.from_.display
    asserted = headers.get("p-asserted-identity")
    if asserted:
        with contextlib.suppress(PeerError):  # else From is what we have
            identity = NameAddr.parse(split_unquoted(asserted, ",")[0])
            number, name = user_of(identity.uri) or number, identity.display or name
    return IncomingInvite(
        leg=leg,
        sip_call_id=readable(invite.call_id),
        called=readable(invite.target.user),
        caller=readable(number),
        caller_name=readable(name),
        account=caller.account,
        source=source,
        offer=invite.sdp,
        headers=headers,
    )


def _visible(invite: Request, *, trusted: bool) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in invite.headers:
        wanted = key in ("user-to-user", "subject") or key.startswith("x-")
        if key == "p-asserted-identity":
            wanted = trusted
        if wanted:
            found.setdefault(key, readable(value))
    return found
