"""Whatever happens in whatever order: one agent, one contact; nobody waits in vain."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from switch.application import QueueOutcome
from switch.offer import Presence
from switch.queue import messages as m
from switch.queue.allocator import EXTENSION_S, EXTENSIONS, Allocator
from switch.queue.line import Phase
from switch.site import QueueAgent, QueueSpec

AGENTS = ("ann", "bob", "cyd")
QUEUES = {
    "support": QueueSpec(
        "support",
        (QueueAgent("ann", {"zh": 3}), QueueAgent("bob", {"zh": 5}), QueueAgent("cyd")),
        ring_s=10.0,
        wrap_up_s=5.0,
        max_wait_s=60.0,
    ),
    "sales": QueueSpec(
        "sales", (QueueAgent("bob"), QueueAgent("cyd")), ring_s=8.0, wrap_up_s=0.0,
        max_length=4, page_required=False,
    ),
}  # fmt: skip

agents = st.sampled_from(AGENTS)


class Policy(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.allocator = Allocator(QUEUES)
        self.now = 0.0
        self.count = 0
        self.offers: dict[str, m.PresentOffer] = {}
        self.ringing: dict[str, m.RingAgent] = {}
        self.talking: set[str] = set()
        self.inside: set[str] = set()
        self.order: dict[str, tuple[int, int]] = {}
        for agent in AGENTS:
            self.tell(m.DeviceReachable(agent, True))
            self.tell(m.PageOpened(agent))

    def tell(self, event: m.Input) -> None:
        for out in self.allocator.handle(event, self.now):
            self.follow(out)

    def follow(self, out: m.Output) -> None:
        match out:
            case m.Entered():
                assert out.contact not in self.inside
                self.inside.add(out.contact)
            case m.PresentOffer():
                assert out.agent not in {o.agent for o in self.offers.values()}
                assert out.contact not in self.offers
                assert out.contact not in self.talking
                self.offers[out.contact] = out
                self.check_order(out)
            case m.RingAgent():
                assert self.offers[out.contact].epoch == out.epoch
                assert out.contact not in self.ringing
                self.ringing[out.contact] = out
            case m.OfferEnded():
                assert self.offers.pop(out.contact).agent == out.agent
                self.ringing.pop(out.contact, None)
            case m.Connected():
                del self.offers[out.contact], self.ringing[out.contact]
                self.talking.add(out.contact)
            case m.ContactLeft():
                self.inside.discard(out.contact)
                self.talking.discard(out.contact)
                assert out.contact not in self.offers

    def check_order(self, out: m.PresentOffer) -> None:
        taken = self.allocator.contacts[out.contact]
        agent = self.allocator.agent(out.agent)
        if taken.agent is None:
            assert agent.can(out.queue, taken.skills)
        for other in self.allocator.contacts.values():
            if other.phase is Phase.WAITING and other.queue in agent.skills:
                page = agent.pages or not QUEUES[other.queue].page_required
                suits = other.agent in (None, agent.name) and agent.can(other.queue, other.skills)
                before = self.order[other.id] < self.order[taken.id]
                assert not (page and suits and before)

    @rule(
        queue=st.sampled_from(("support", "sales")),
        priority=st.integers(0, 2),
        zh=st.sampled_from((0, 0, 4)),
        agent=st.one_of(st.none(), st.none(), agents),
        announce=st.sampled_from((None, 7.0)),
    )
    def enter(
        self, queue: str, priority: int, zh: int, agent: str | None, announce: float | None
    ) -> None:
        self.count += 1
        self.order[f"c{self.count}"] = (-priority, self.count)
        skills = {"zh": zh} if zh else {}
        self.tell(
            m.Enter(f"c{self.count}", f"o{self.count}", queue, skills, priority, agent, 20.0,
                    announce_every_s=announce)
        )  # fmt: skip

    @precondition(lambda self: self.inside)
    @rule(data=st.data())
    def leave(self, data: st.DataObject) -> None:
        contact = data.draw(st.sampled_from(sorted(self.inside)))
        if contact in self.talking:
            self.tell(m.Finished(contact))
        else:
            self.tell(m.Leave(contact))
        assert contact not in self.inside

    @precondition(lambda self: self.offers)
    @rule(data=st.data(), stale=st.integers(0, 1), foreign=st.booleans())
    def rendered(self, data: st.DataObject, stale: int, foreign: bool) -> None:
        offer = self.offers[data.draw(st.sampled_from(sorted(self.offers)))]
        agent = "nobody" if foreign else offer.agent
        self.tell(m.Rendered(agent, offer.offer, offer.epoch - stale))

    @precondition(lambda self: self.ringing)
    @rule(data=st.data(), how=st.sampled_from(("answer", "rejected", "unreachable")))
    def phone(self, data: st.DataObject, how: str) -> None:
        ring = self.ringing[data.draw(st.sampled_from(sorted(self.ringing)))]
        if how == "answer":
            self.tell(m.Answered(ring.agent, ring.offer, ring.epoch))
            assert ring.contact in self.talking
            self.tell(m.Answered(ring.agent, ring.offer, ring.epoch))
            self.tell(m.Failed(ring.agent, ring.offer, ring.epoch, "rejected"))
            assert ring.contact in self.talking
        else:
            self.tell(m.Failed(ring.agent, ring.offer, ring.epoch, how))
            assert self.ringing.get(ring.contact) != ring

    @rule(
        agent=agents,
        presence=st.sampled_from((Presence.AVAILABLE, Presence.AVAILABLE, Presence.BREAK,
                                  Presence.OFFLINE)),
    )  # fmt: skip
    def ask(self, agent: str, presence: Presence) -> None:
        talking = self.allocator.agent(agent).presence is Presence.TALKING
        self.tell(m.AskPresence(agent, presence, "lunch"))
        if not talking and presence is not Presence.AVAILABLE:
            assert self.allocator.agent(agent).presence is presence

    @rule(agent=agents, up=st.booleans())
    def page(self, agent: str, up: bool) -> None:
        self.tell(m.PageOpened(agent) if up else m.PageClosed(agent))

    @rule(agent=agents, up=st.booleans())
    def device(self, agent: str, up: bool) -> None:
        self.tell(m.DeviceReachable(agent, up))

    @rule(agent=agents, up=st.booleans())
    def engaged(self, agent: str, up: bool) -> None:
        self.tell(m.DeviceEngaged(agent, up))

    @rule(agent=agents)
    def wrap_up(self, agent: str) -> None:
        self.tell(m.FinishWrapUp(agent))

    @rule(agent=agents, contact=st.integers(1, 9))
    def more_time(self, agent: str, contact: int) -> None:
        self.tell(m.ExtendWrapUp(agent, f"c{contact}", "still writing"))

    @rule(seconds=st.sampled_from((0.0, 0.149, 0.15, 5.0, 30.0)))
    def wait(self, seconds: float) -> None:
        end = self.now + seconds
        while (due := self.allocator.next_wake()) is not None and due <= end:
            self.now = max(self.now, due)
            self.tell(m.Wake())
        self.now = end

    @invariant()
    def one_agent_one_contact(self) -> None:
        taken = [c.taken_by for c in self.allocator.contacts.values() if c.taken_by]
        assert len(taken) == len(set(taken))
        for agent in AGENTS:
            state = self.allocator.agent(agent)
            busy = state.presence in (Presence.OFFERED, Presence.TALKING)
            assert busy == (state.contact is not None) == (agent in taken)

    @invariant()
    def work_is_conserved(self) -> None:
        for contact in self.allocator.contacts.values():
            if contact.phase is not Phase.WAITING:
                continue
            for agent in self.allocator.roster.free(contact.queue):
                fits = agent.can(contact.queue, contact.skills)
                assert agent.name != contact.agent
                assert contact.agent is not None or not fits

    @invariant()
    def books_balance(self) -> None:
        assert set(self.allocator.contacts) == self.inside
        waiting = sum(len(line) for line in self.allocator.lines.values())
        assert waiting == len(self.inside) - len(self.talking)

    def teardown(self) -> None:
        for contact in sorted(self.inside):
            self.tell(m.Finished(contact) if contact in self.talking else m.Leave(contact))
        self.wait(60.0 + EXTENSIONS * EXTENSION_S)
        assert not self.allocator.contacts
        assert not any(self.allocator.lines.values())
        assert self.allocator.next_wake() is None
        for agent in AGENTS:
            assert self.allocator.agent(agent).presence not in (
                Presence.OFFERED, Presence.TALKING, Presence.WRAP_UP
            )  # fmt: skip


Policy.TestCase.settings = settings(
    max_examples=60, stateful_step_count=40, deadline=None, database=None
)
TestAllocatorPolicy = Policy.TestCase


def test_outcomes_at_the_door() -> None:
    allocator = Allocator(QUEUES)

    def enter(contact: str, queue: str, agent: str | None = None) -> list[m.Output]:
        return allocator.handle(m.Enter(contact, "o" + contact, queue, agent=agent), 0.0)

    def outcome(outs: list[m.Output]) -> QueueOutcome:
        (out,) = outs
        assert isinstance(out, m.ContactLeft)
        return out.outcome

    assert outcome(enter("1", "nowhere")) is QueueOutcome.CLOSED
    assert outcome(enter("2", "sales")) is QueueOutcome.NO_AGENTS
    assert outcome(enter("3", "sales", "bob")) is QueueOutcome.AGENT_AWAY
    allocator.handle(m.AskPresence("cyd", Presence.BREAK, "lunch"), 0.0)
    for number in range(4, 8):
        assert isinstance(enter(str(number), "sales")[0], m.Entered)
    assert outcome(enter("8", "sales")) is QueueOutcome.FULL


def test_higher_priority_first_then_longest_waiting_over_all_queues() -> None:
    allocator = Allocator(QUEUES)
    for event in (
        m.DeviceReachable("bob", True),
        m.PageOpened("bob"),
        m.AskPresence("bob", Presence.BREAK, "lunch"),
    ):
        allocator.handle(event, 0.0)
    waiting = [("a", "support", 0), ("b", "sales", 0), ("c", "sales", 2), ("d", "support", 2)]
    for moment, (contact, queue, priority) in enumerate(waiting):
        enter = m.Enter(contact, "o" + contact, queue, priority=priority)
        allocator.handle(enter, float(moment))

    served = []
    outs = allocator.handle(m.AskPresence("bob", Presence.AVAILABLE), 10.0)
    while offers := [out for out in outs if isinstance(out, m.PresentOffer)]:
        (offer,) = offers
        served.append(offer.contact)
        allocator.handle(m.Rendered("bob", offer.offer, offer.epoch), 10.0)
        allocator.handle(m.Answered("bob", offer.offer, offer.epoch), 10.0)
        outs = allocator.handle(m.Finished(offer.contact), 10.0)
        outs += allocator.handle(m.FinishWrapUp("bob"), 10.0)
    assert served == ["c", "d", "a", "b"]


def test_the_agent_who_has_been_idle_longest_and_has_the_skill() -> None:
    allocator = Allocator(QUEUES)
    for moment, agent in enumerate(("cyd", "bob", "ann")):
        for event in (
            m.DeviceReachable(agent, True),
            m.PageOpened(agent),
            m.AskPresence(agent, Presence.AVAILABLE),
        ):
            allocator.handle(event, float(moment))

    def offered_to(contact: str, zh: int) -> str:
        outs = allocator.handle(m.Enter(contact, "o" + contact, "support", {"zh": zh}), 5.0)
        (offer,) = (out for out in outs if isinstance(out, m.PresentOffer))
        return offer.agent

    assert offered_to("1", zh=3) == "bob"
    assert offered_to("2", zh=0) == "cyd"
    assert offered_to("3", zh=0) == "ann"
