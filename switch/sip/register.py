"""REGISTER: authentication, the registrar, and a 200 that is true (RFC 3261 section 10.3).

What changes bindings is answered when it is kept, so that no crash takes back what a device was
told. Its retransmissions meanwhile are absorbed by the transaction. A refresh that changes
nothing but the time is answered at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from base.instant import Clock, Instant
from switch.signalling import BindingStore
from switch.sip.admission import authenticate, user_of
from switch.sip.digest import Digest
from switch.sip.errors import IntervalTooBriefError
from switch.sip.headers import split_unquoted
from switch.sip.message import HeaderList, Request
from switch.sip.registrar import Change, Registrar, Registration, expires_of
from switch.sip.text import readable
from switch.sip.transaction import Address, ServerTransaction
from switch.sip.wakes import Wake, Wakes

KEPT_WITHIN_S: Final = 5.0
"""A store that has not answered by then is as if it were lost."""

_RETRY_AFTER: Final = [("retry-after", "10")]


class InMemory:
    """A `BindingStore` that keeps nothing: for user agents whose bindings may die with them."""

    def keep(self, account: str, done: Callable[[bool], None]) -> None:
        done(True)

    def refreshed(self, account: str) -> None:
        return None


@dataclass(slots=True, eq=False)
class _Promise:
    """A change that is made and waits to be kept and answered."""

    transaction: ServerTransaction
    change: Change
    limit: Wake | None = None


class RegisterService:
    """Answers each REGISTER once: at once, or when the store has kept what it changed.

    A change that cannot be kept is taken back and answered 503 with Retry-After.
    """

    def __init__(
        self,
        registrar: Registrar,
        digest: Digest,
        store: BindingStore,
        wakes: Wakes,
        clock: Clock,
    ) -> None:
        self._registrar = registrar
        self._digest = digest
        self._store = store
        self._wakes = wakes
        self._clock = clock
        self._promises: dict[str, list[_Promise]] = {}
        """By account, in the order of their changes."""

    def receive(self, transaction: ServerTransaction, request: Request) -> None:
        """Raises PeerError for what the registrar refuses."""
        now = self._clock.now()
        account = user_of(request.to.uri)
        if not account:
            transaction.reply(404)
            return
        refusal = authenticate(self._digest, request, account, now)
        if refusal is not None:
            transaction.reply(refusal.status, headers=refusal.headers)
            return
        try:
            change = self._registrar.apply(_wanted(account, request, transaction.source), now)
        except IntervalTooBriefError:
            least = str(self._registrar.bounds.min_expires_s)
            transaction.reply(423, headers=[("min-expires", least)])
            return
        self._answer(transaction, change, now)

    def _answer(self, transaction: ServerTransaction, change: Change, now: Instant) -> None:
        account = change.account
        if account not in self._promises and change.is_refresh:
            transaction.reply(200, headers=_bound(change, now))
            if change.after:
                self._store.refreshed(account)
            return
        promise = _Promise(transaction, change)
        self._promises.setdefault(account, []).append(promise)
        promise.limit = self._wakes.call_later(KEPT_WITHIN_S, lambda: self._lost(account))
        self._store.keep(account, lambda kept: self._kept(promise, kept=kept))

    def _kept(self, promise: _Promise, *, kept: bool) -> None:
        account = promise.change.account
        waiting = self._promises.get(account, [])
        if promise not in waiting:
            return  # given up meanwhile
        if not kept:
            self._lost(account)
            return
        waiting.remove(promise)
        if not waiting:
            del self._promises[account]
        _settle(promise, 200, _bound(promise.change, self._clock.now()))

    def _lost(self, account: str) -> None:
        """Every change of the account that nobody was told of yet is taken back, latest first."""
        now = self._clock.now()
        waiting = self._promises.pop(account, [])
        for promise in reversed(waiting):
            self._registrar.undo(promise.change, now)
        for promise in waiting:
            _settle(promise, 503, _RETRY_AFTER)


def _settle(promise: _Promise, status: int, headers: HeaderList) -> None:
    if promise.limit is not None:
        promise.limit.cancel()
    promise.transaction.reply(status, headers=headers)


def _wanted(account: str, request: Request, source: Address) -> Registration:
    return Registration(
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


def _bound(change: Change, now: Instant) -> HeaderList:
    contacts = [
        ("contact", f"<{binding.uri}>;expires={max(1, round(binding.expires_at - now.wall))}")
        for binding in change.after.values()
    ]
    return [*contacts, ("date", now.utc().strftime("%a, %d %b %Y %H:%M:%S GMT"))]
