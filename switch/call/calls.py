"""The calls of this node: who may come in, and who hears what media tells."""

from __future__ import annotations

from collections.abc import Callable

from base.errors import UnavailableError
from base.ids import ulid
from media.contract import MediaEvent, RecordingFailed
from switch import events as e
from switch.application import CallApplication, CallFacts, CallId
from switch.call.call import Call
from switch.call.caller import CallerLeg
from switch.call.control import Control
from switch.call.direct import DirectCall
from switch.call.exchange import Exchange
from switch.directory import Directory
from switch.routing import Rejected, ToFlow, route
from switch.sdp.errors import SdpRejectedError
from switch.signalling import IncomingInvite, LegEvent, LegListener
from switch.site import SwitchSite


class _Refused:
    """Listens to a leg that was refused."""

    def leg_event(self, event: LegEvent) -> None:
        """Nothing is left to do."""


_REFUSED = _Refused()


class Calls:
    """Fills `switch.signalling.InviteHandler`."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._calls: dict[str, Call] = {}
        self._drained: Callable[[], None] | None = None

    # New calls

    def incoming(self, invite: IncomingInvite) -> LegListener | None:
        """Take a call: to a flow, or to an extension; else answer why not."""
        exchange = self._exchange
        if self._drained is not None:
            return self._refuse(invite, 503, "Draining")
        target = route(invite.called, invite.account, exchange.directory.site)
        if isinstance(target, Rejected):
            return self._refuse(invite, target.status, target.reason)
        try:
            leg = CallerLeg(exchange, invite)
        except SdpRejectedError as error:
            return self._refuse(invite, error.status_hint, str(error))
        except UnavailableError:
            return self._refuse(invite, 503, "No Media Ports")
        facts = self._facts(invite, target.tenant)
        call = Call(exchange, facts, leg, self._call_ended)
        self._calls[call.id] = call
        exchange.queues.account_engaged(facts.account, True)
        exchange.emit(
            e.CallReceived(
                call.id,
                invite.leg,
                target.tenant,
                invite.called,
                str(target),
                invite.account,
                invite.sip_call_id,
                facts.caller,
            )
        )
        control = Control(call)

        def start() -> CallApplication:
            if isinstance(target, ToFlow):
                return exchange.applications.start(target.flow, control)
            return DirectCall(call, control, target.extension)

        call.begin(start)
        return leg

    def reload(self, site: SwitchSite) -> None:
        """Route by a new site from now on; calls go on."""
        self._exchange.directory = Directory(site)

    # Media

    def media_event(self, event: MediaEvent) -> None:
        """What the engine tells; events of sessions that are gone are dropped."""
        if isinstance(event, RecordingFailed):
            call = self._exchange.spools.get(event.path, "")
            self._exchange.emit(e.RecordingUnavailable(call, "continue unrecorded", event.reason))
            return
        listener = self._exchange.sessions.get(event.session)
        if listener is not None:
            listener.media_event(event)

    # Life

    @property
    def open(self) -> int:
        """How many calls there are; 0 when nothing leaks."""
        return len(self._calls)

    @property
    def legs(self) -> int:
        """How many legs there are, callers' and others'."""
        return len(self._calls) + self._exchange.legs

    def drain(self, empty: Callable[[], None]) -> None:
        """Take no new calls (503); `empty` is called once when the last one has ended."""
        self._drained = empty
        self._tell_if_drained()

    def end_all(self) -> None:
        """End what a drain has waited for long enough."""
        for call in tuple(self._calls.values()):
            call.hang_up("drain", 503, "shutting down")

    # Private

    def _facts(self, invite: IncomingInvite, tenant: str) -> CallFacts:
        exchange = self._exchange
        account = invite.account
        extension = exchange.directory.site.extensions.get(account) if account else None
        number, name = invite.caller, invite.caller_name
        if account is not None:
            # What a phone writes into From is not evidence; its account is.
            number, name = account, ""
        if extension is not None:
            number, name = extension.caller_number or extension.number, extension.name
        call = CallId(ulid(exchange.ids, exchange.clock.now().wall))
        return CallFacts(
            call,
            tenant,
            number,
            name,
            invite.called,
            account,
            account is not None,
            invite.headers,
        )

    def _refuse(self, invite: IncomingInvite, status: int, reason: str) -> LegListener:
        self._exchange.signalling.reject(invite.leg, status, reason)
        return _REFUSED

    def _call_ended(self, call: Call) -> None:
        del self._calls[call.id]
        self._exchange.queues.account_engaged(call.facts.account, False)
        self._tell_if_drained()

    def _tell_if_drained(self) -> None:
        if self._drained is not None and not self._calls:
            empty, self._drained = self._drained, _nothing
            empty()


def _nothing() -> None:
    """Drained and told."""
