"""Shows offers to agents: fills `switch.offer.OfferPresenter`."""

from __future__ import annotations

from base.events import EventSink
from base.instant import Clock
from desk.connections import Json, Pages
from handoff.events import PopSent
from handoff.pop import Viewer
from handoff.service import Handoffs
from switch.offer import Offer


class Presenter:
    """Sends the pop to all pages of the agent at once, and remembers the offer for snapshots."""

    def __init__(self, pages: Pages, handoffs: Handoffs, sink: EventSink, clock: Clock) -> None:
        self._pages = pages
        self._handoffs = handoffs
        self._sink = sink
        self._clock = clock
        self._offers: dict[str, Offer] = {}

    def present(self, offer: Offer) -> None:
        """Show the pop."""
        self._offers[offer.agent] = offer
        pages = self._pages.show(
            offer.agent, lambda viewer: {"type": "offer", **self.message(offer, viewer)}
        )
        if pages:
            self._sink.emit(
                PopSent(offer.call, offer.case or "", offer.id, offer.epoch, offer.agent, pages),
                self._clock.now(),
            )

    def withdraw(self, offer: Offer, reason: str) -> None:
        """Take the pop away, and the links that were given out with it."""
        self.forget(offer)
        self._handoffs.offer_withdrawn(offer_key(offer.id, offer.epoch))
        self._pages.broadcast(
            offer.agent,
            {"type": "withdraw", "offer": offer.id, "epoch": offer.epoch, "reason": reason},
        )

    def offer_of(self, agent: str) -> Offer | None:
        """The offer that the agent's pages show: ringing, talking or being written up."""
        return self._offers.get(agent)

    def forget(self, offer: Offer) -> None:
        """The agent is done with the contact."""
        shown = self._offers.get(offer.agent)
        if shown is not None and (shown.id, shown.epoch) == (offer.id, offer.epoch):
            del self._offers[offer.agent]

    def showing(self, case: str) -> list[Offer]:
        """The offers whose pages show this case."""
        return [offer for offer in self._offers.values() if self._case_of(offer) == case]

    def message(self, offer: Offer, viewer: Viewer) -> Json:
        """POPMESSAGE of docs/reference/http-api.md."""
        return {
            "offer": offer.id,
            "epoch": offer.epoch,
            "call": offer.call,
            "case": self._case_of(offer),
            "queue": offer.queue,
            "caller": offer.caller,
            "waited_s": round(offer.waited_s, 3),
            "pop": self.pop(offer, viewer),
        }

    def case_message(self, offer: Offer, viewer: Viewer) -> Json:
        """The pop again, for pages that show the offer; the call may stand in another case now."""
        return {
            "type": "case",
            "call": offer.call,
            "case": self._case_of(offer),
            "pop": self.pop(offer, viewer),
        }

    def pop(self, offer: Offer, viewer: Viewer) -> Json:
        """POP of an offer; a call that the handoff room does not know has an empty one."""
        found = self._handoffs.pop(offer.call, viewer, queue=offer.queue, shown=offer.pop)
        return found if found is not None else self._handoffs.blank_pop(viewer, offer.queue)

    def _case_of(self, offer: Offer) -> str | None:
        case = self._handoffs.case_of_call(offer.call)
        return case.id if case is not None else offer.case

    def __len__(self) -> int:
        return len(self._offers)


def offer_key(offer: str, epoch: int) -> str:
    """An offer's presentation: what acknowledgements and links are bound to."""
    return f"{offer}/{epoch}"
