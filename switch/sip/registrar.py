"""The registrar: which devices can be reached for an account (RFC 3261 section 10).

Pure: each change gets `now`. A device is reached at the address that its REGISTER came from, so
that NAT does not matter.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from base.events import EventSink
from base.instant import Instant
from switch.events import Registered, Unregistered
from switch.signalling import Contact
from switch.sip.errors import (
    IntervalTooBriefError,
    MalformedError,
    OutOfOrderError,
    TooManyContactsError,
)
from switch.sip.headers import NameAddr
from switch.sip.text import MAX_LENGTH
from switch.sip.transaction import Address
from switch.sip.uri import SipUri

_LONGEST: Final = 2**31


@dataclass(frozen=True, slots=True)
class Binding:
    """One contact of an account; what `export` gives and `restore` takes."""

    account: str
    uri: str
    address: Address
    call_id: str
    cseq: int
    expires_at: float
    """Wall clock, seconds."""
    updated_at: float
    user_agent: str = ""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What registrations may ask for."""

    min_expires_s: int = 30
    max_expires_s: int = 3600
    default_expires_s: int = 600
    max_contacts: int = 10


@dataclass(frozen=True, slots=True)
class Registration:
    """A REGISTER after authentication. `expires_s` is the Expires header, if there is one."""

    account: str
    call_id: str
    cseq: int
    contacts: Sequence[str]
    """Contact values; `*` alone removes all."""
    expires_s: int | None
    source: Address
    user_agent: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What one REGISTER did to an account: its bindings by URI, before and after."""

    account: str
    before: Mapping[str, Binding]
    after: Mapping[str, Binding]

    @property
    def is_refresh(self) -> bool:
        """Whether the same devices are bound at the same addresses as before."""
        return self.before.keys() == self.after.keys() and all(
            self.before[uri].address == binding.address for uri, binding in self.after.items()
        )


class Registrar:
    """Fills `LocationStore`."""

    def __init__(self, sink: EventSink, bounds: Bounds | None = None) -> None:
        self._sink = sink
        self.bounds = bounds or Bounds()
        self._accounts: dict[str, dict[str, Binding]] = {}
        # One entry a binding; an entry that comes too early (the binding was refreshed) goes back.
        self._expiries: list[tuple[float, str, str]] = []
        self._queued: set[tuple[str, str]] = set()

    def contacts(self, account: str) -> list[Contact]:
        """Live contacts of an account, the freshest first."""
        bindings = sorted(
            self._accounts.get(account, {}).values(), key=lambda b: b.updated_at, reverse=True
        )
        return [Contact(b.uri, b.address, b.expires_at, b.user_agent) for b in bindings]

    def bindings(self, account: str) -> list[Binding]:
        """The same with all that is known of them, the oldest first."""
        return list(self._accounts.get(account, {}).values())

    def apply(self, wanted: Registration, now: Instant) -> Change:
        """Add, refresh and remove; all or nothing (section 10.3, step 7).

        Raises PeerError: IntervalTooBriefError, OutOfOrderError, TooManyContactsError,
        MalformedError.
        """
        self.expire(now)
        held = self._accounts.get(wanted.account, {})
        changed = dict(held)
        for uri, expires_s in self._wanted(wanted, held):
            old = held.get(uri)
            if old and old.call_id == wanted.call_id and old.cseq >= wanted.cseq:
                raise OutOfOrderError
            changed.pop(uri, None)
            if expires_s > 0:
                changed[uri] = Binding(
                    wanted.account,
                    uri,
                    wanted.source,
                    wanted.call_id,
                    wanted.cseq,
                    now.wall + expires_s,
                    now.wall,
                    wanted.user_agent[:200],
                )
        if len(changed) > self.bounds.max_contacts:
            raise TooManyContactsError
        self._commit(wanted.account, held, changed, now)
        return Change(wanted.account, held, changed)

    def undo(self, change: Change, now: Instant) -> None:
        """Take a change back that could not be kept, except where a later one took its place."""
        held = self._accounts.get(change.account, {})
        back = dict(held)
        for uri in change.before.keys() | change.after.keys():
            if held.get(uri) is not change.after.get(uri):
                continue
            back.pop(uri, None)
            old = change.before.get(uri)
            if old is not None and old.expires_at > now.wall:
                back[uri] = old
        self._commit(change.account, held, back, now)

    def _wanted(self, wanted: Registration, held: dict[str, Binding]) -> Iterable[tuple[str, int]]:
        if "*" in wanted.contacts:
            if list(wanted.contacts) != ["*"] or wanted.expires_s != 0:
                raise MalformedError("`*` stands alone and with Expires: 0 (section 10.2.2)")
            return [(uri, 0) for uri in held]
        pairs = []
        for value in wanted.contacts:
            contact = NameAddr.parse(value)
            SipUri.parse(contact.uri)
            if len(contact.uri) > MAX_LENGTH or not contact.uri.isascii():
                raise MalformedError("a Contact longer than anybody needs, or not in ASCII")
            asked = contact.params.get("expires")
            expires_s = expires_of(asked) if asked is not None else wanted.expires_s
            pairs.append((contact.uri, self._bounded(expires_s)))
        return pairs

    def _bounded(self, expires_s: int | None) -> int:
        if expires_s is None:
            return self.bounds.default_expires_s
        if 0 < expires_s < self.bounds.min_expires_s:
            raise IntervalTooBriefError
        return min(expires_s, self.bounds.max_expires_s)

    def _commit(
        self,
        account: str,
        held: dict[str, Binding],
        changed: dict[str, Binding],
        now: Instant,
    ) -> None:
        if changed:
            self._accounts[account] = changed
        else:
            self._accounts.pop(account, None)
        for uri, binding in held.items():
            if uri not in changed:
                self._sink.emit(Unregistered(binding.account, uri, expired=False), now)
        for uri, binding in changed.items():
            old = held.get(uri)
            self._queue(binding)
            if old is None or old.address != binding.address:
                expires_s = round(binding.expires_at - now.wall)
                self._sink.emit(Registered(account, uri, expires_s, binding.user_agent), now)

    def expire(self, now: Instant) -> None:
        """Take away what has expired."""
        while self._expiries and self._expiries[0][0] <= now.wall:
            _, account, uri = heapq.heappop(self._expiries)
            self._queued.discard((account, uri))
            held = self._accounts.get(account, {})
            binding = held.get(uri)
            if binding is None:
                continue
            if binding.expires_at > now.wall:
                self._queue(binding)
                continue
            del held[uri]
            if not held:
                del self._accounts[account]
            self._sink.emit(Unregistered(account, uri, expired=True), now)

    def _queue(self, binding: Binding) -> None:
        key = (binding.account, binding.uri)
        if key not in self._queued:
            self._queued.add(key)
            heapq.heappush(self._expiries, (binding.expires_at, *key))

    def next_expiry(self) -> float | None:
        """When `expire` is due next: wall clock, seconds."""
        return self._expiries[0][0] if self._expiries else None

    def export(self) -> list[Binding]:
        """All bindings, to be kept over a restart."""
        return [binding for held in self._accounts.values() for binding in held.values()]

    def restore(self, bindings: Iterable[Binding], now: Instant) -> None:
        """Take back what `export` gave, unless it has expired; tells nobody."""
        for binding in bindings:
            if binding.expires_at > now.wall:
                self._accounts.setdefault(binding.account, {})[binding.uri] = binding
                self._queue(binding)

    @property
    def count(self) -> int:
        """How many bindings there are."""
        return sum(len(held) for held in self._accounts.values())


def expires_of(text: str | None) -> int | None:
    """An Expires value in seconds; malformed is as if it were not there (section 10.2.1.1)."""
    if text is None or not (text.isascii() and text.isdigit()):
        return None
    return min(int(text[:12]), _LONGEST)
