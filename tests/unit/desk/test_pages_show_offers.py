from contextlib import AsyncExitStack

import pytest

from desk.connections import MAX_PAGES, MAX_WAITING
from handoff.cases import Customer
from handoff.channels.app import StepCompleted, StepEntered, StepFailed
from handoff.service import NewCase
from records.folds.cdr import CallRecord
from switch import events as e
from switch.application import CallFacts, CallId
from switch.offer import Presence
from switch.queue.contact import AgentCall, QueueState, WrapUp


def call_with_token(desk, call="call-1"):
    """A matched call: its case."""
    at = desk.time.now().wall
    customer = Customer("C1001", "Wang Fang", "+8613800138000", "gold")
    link = "https://bank.example/{case}?s={step}&c={continue}"
    case = desk.handoffs.open_case("bank", NewCase("app", "transfer", "Transfer", link, customer))
    desk.handoffs.tell(
        case,
        [
            StepEntered(at=at, step="amount", number=3, of=5, title="Amount"),
            StepFailed(at=at, step="amount", code="LIMIT", text="over the limit"),
        ],
    )
    issued = desk.handoffs.create_handoff(case, "amount")
    headers = {"x-segue-handoff": issued.token}
    desk.handoffs.arrived(
        CallFacts(CallId(call), "default", "+86138", "", "6000", None, True, headers)
    )
    return case


async def test_a_page_begins_with_a_snapshot_and_only_then_may_be_offered_calls(desk):
    desk.queues.set_presence("li_na", Presence.AVAILABLE)
    async with desk.logged_in() as client, desk.page(client) as page:
        snapshot = await page.snapshot()
        assert snapshot["seq"] == 1
        assert snapshot["agent"] == "li_na"
        assert snapshot["presence"]["presence"] == "available"
        assert snapshot["queues"] == [{"queue": "support", "waiting": 0, "longest_s": 0.0}]
        assert (snapshot["offer"], snapshot["call"], snapshot["wrapup"]) == (None, None, None)
        assert snapshot["today"] == {"calls": 0, "handling_s": 0}
        assert desk.queues.told == [("opened", "li_na")]
    assert desk.queues.told[-1] == ("closed", "li_na")
    assert len(desk.live.pages) == 0


async def test_an_offer_shows_who_and_where_and_is_acknowledged(desk):
    case = call_with_token(desk)
    async with desk.logged_in() as client, desk.page(client) as page:
        await page.snapshot()
        offer = desk.offer("call-1")
        shown = await page.get("offer")
        assert (shown["seq"], shown["case"], shown["queue"]) == (2, case.id, "support")
        pop = shown["pop"]
        assert pop["customer"]["name"] == "Wang Fang"
        assert (pop["match"]["by"], pop["match"]["sure"]) == ("token", True)
        assert (pop["step"]["number"], pop["step"]["of"], pop["step"]["error"]) == (3, 5, "LIMIT")
        assert pop["can_continue"] is True
        page.send({"type": "received", "offer": offer.id, "epoch": offer.epoch})
        page.send({"type": "rendered", "offer": offer.id, "epoch": offer.epoch, "hidden": True})
        await page.settled()
    told = [one for one in desk.queues.told if one[0] in ("received", "rendered")]
    assert told == [
        ("received", "li_na", "offer-1", offer.epoch),
        ("rendered", "li_na", "offer-1", offer.epoch, True),
    ]
    sent = [record for record in desk.log.records if record.kind == "pop.sent"]
    assert [(one.call, one.case, one.agent) for one in sent] == [("call-1", case.id, "li_na")]


async def test_all_pages_of_an_agent_get_the_offer_each_in_its_own_count(desk):
    call_with_token(desk)
    async with (
        desk.logged_in() as client,
        desk.logged_in("wang_wu") as other,
        desk.page(client) as first,
        desk.page(client) as second,
        desk.page(other) as foreign,
    ):
        for page in (first, second, foreign):
            await page.snapshot()
        second.send({"type": "ping"})
        await second.get("pong")
        desk.offer("call-1")
        assert (await first.get("offer"))["seq"] == 2
        assert (await second.get("offer"))["seq"] == 3
        await foreign.settled()  # would fail on an offer in between


async def test_a_page_read_in_chinese_gets_our_words_in_chinese_and_only_it_does(desk):
    case = call_with_token(desk)
    async with desk.logged_in() as client, desk.page(client) as zh, desk.page(client) as en:
        for page in (zh, en):
            await page.snapshot()
        desk.offer("call-1")
        assert (await zh.get("offer"))["pop"]["match"]["reasons"][0].startswith("the app's token")

        zh.send({"type": "language", "language": "zh"})
        again = await zh.get("case")
        assert (again["case"], again["pop"]["match"]["reasons"][0]) == (
            case.id,
            "来电携带了应用的令牌",
        )

        zh.send({"type": "language", "language": "zh"})
        zh.send({"type": "language", "language": "tlh"})
        await zh.settled()  # would fail on a second case
        await en.get("offer")
        await en.settled()


async def test_a_page_that_reconnects_gets_the_offer_in_its_snapshot(desk):
    call_with_token(desk)
    async with desk.logged_in() as client:
        async with desk.page(client) as page:
            await page.snapshot()
            offer = desk.offer("call-1")
        async with desk.page(client) as page:
            snapshot = await page.snapshot()
            assert snapshot["offer"]["offer"] == offer.id
            assert snapshot["offer"]["pop"]["customer"]["name"] == "Wang Fang"
            assert snapshot["call"]["state"] == "ringing"
            assert snapshot["call"]["customer"] == "Wang Fang"


async def test_a_withdrawn_offer_leaves_the_page_and_its_case_is_refused(desk):
    case = call_with_token(desk)
    async with desk.logged_in() as client, desk.page(client) as page:
        await page.snapshot()
        offer = desk.offer("call-1")
        url = f"/api/v1/cases/{case.id}/continue"
        body = {"offer": offer.id, "epoch": offer.epoch}
        granted = await client.post(url, json=body)
        assert granted.status_code == 201
        link = granted.json()["url"].rpartition("c=")[2]
        desk.live.presenter.withdraw(offer, "no_answer")
        gone = await page.get("withdraw")
        assert (gone["offer"], gone["reason"]) == ("offer-1", "no_answer")
        assert (await client.post(url, json=body)).status_code == 410
        async with desk.with_key("app-key") as app:
            refused = await app.post(f"/api/v1/continue/{link}", json={})
            assert (refused.status_code, refused.json()["code"]) == (410, "link_withdrawn")
        async with desk.page(client) as again:
            assert (await again.snapshot())["offer"] is None


async def test_a_late_withdrawal_does_not_take_the_next_presentation_away(desk):
    call_with_token(desk)
    first = desk.offer("call-1")
    second = desk.offer("call-1")
    desk.live.presenter.withdraw(first, "no_answer")
    assert desk.live.presenter.offer_of("li_na") == second


async def test_continue_is_opened_once_by_the_application_and_seen_on_the_page(desk):
    case = call_with_token(desk)
    async with (
        desk.logged_in() as client,
        desk.logged_in("wang_wu") as other,
        desk.with_key("app-key") as app,
        desk.page(client) as page,
    ):
        await page.snapshot()
        offer = desk.offer("call-1")
        body = {"offer": offer.id, "epoch": offer.epoch}
        url = f"/api/v1/cases/{case.id}/continue"
        assert (await other.post(url, json=body)).status_code == 410
        assert (await client.post("/api/v1/cases/x/continue", json=body)).status_code == 404
        link = (await client.post(url, json=body)).json()["url"].rpartition("c=")[2]
        granted = await app.post(f"/api/v1/continue/{link}", json={})
        assert granted.json()["step"] == "amount"
        assert desk.log.kinds().index("continue.used") < desk.log.flushed
        assert (await app.post(f"/api/v1/continue/{link}", json={})).status_code == 410
        assert (await app.post("/api/v1/continue/forged", json={})).status_code == 404
        desk.time.advance(0.0)
        assert (await page.get("case"))["pop"]["continued"]["state"] == "opened"
        at = desk.time.now().wall
        desk.handoffs.tell(case, [StepCompleted(at=at, step="amount", result="sent")])
        desk.time.advance(0.0)
        assert (await page.get("case"))["pop"]["continued"]["state"] == "completed"
        assert (await client.post(url, json=body)).status_code == 409


async def test_an_unsure_match_gets_no_link(desk):
    call_with_token(desk)
    desk.handoffs.arrived(
        CallFacts(CallId("call-2"), "default", "+8613800138000", "", "6000", None, True, {})
    )
    async with desk.logged_in() as client, desk.page(client) as page:
        await page.snapshot()
        offer = desk.offer("call-2")
        shown = await page.get("offer")
        assert shown["pop"]["match"]["sure"] is False
        answer = await client.post(
            f"/api/v1/cases/{shown['case']}/continue",
            json={"offer": offer.id, "epoch": offer.epoch},
        )
        assert answer.status_code == 403


async def test_the_pages_follow_the_call_from_ring_to_wrap_up(desk):
    case = call_with_token(desk)
    now = desk.time.now

    def happened(event, **calls):
        desk.log.emit(event, now())
        desk.time.advance(0.0)

    async with desk.logged_in() as client, desk.page(client) as page:
        await page.snapshot()
        desk.offer("call-1")
        happened(e.AgentInvited("call-1", "offer-1", "li_na", "leg"))
        assert (await page.get("call"))["state"] == "ringing"
        desk.queues.calls["li_na"] = AgentCall("call-1", case.id, "support", "+86138", "talking", 1)
        happened(e.AgentAnswered("call-1", "offer-1", "li_na", "leg", 2.0))
        assert (await page.get("call"))["state"] == "talking"
        happened(e.RecordingStarted("call-1", "rec-1", "spool"))
        assert (await page.get("call"))["recording"] is True
        desk.queues.calls["li_na"] = AgentCall("call-1", case.id, "support", "+86138", "held", 1)
        happened(e.CallHeld("call-1", "agent"))
        assert (await page.get("call"))["state"] == "held"
        del desk.queues.calls["li_na"]
        desk.queues.wrap_ups["li_na"] = WrapUp("call-1", case.id, now().wall + 30)
        desk.queues.presences["li_na"] = (Presence.WRAP_UP, "", now().wall)
        desk.log.emit(e.AgentFinished("call-1", "li_na", 60.0, "agent"), now())
        happened(e.PresenceChanged("li_na", "wrap_up", ""))
        assert (await page.get("presence"))["presence"] == "wrap_up"
        assert (await page.get("call"))["state"] == "ended"
        assert (await page.get("wrapup"))["case"] == case.id
        async with desk.page(client) as again:
            snapshot = await again.snapshot()
            assert snapshot["offer"]["call"] == "call-1"  # the case is still being written up
            assert snapshot["wrapup"]["call"] == "call-1"
            assert snapshot["today"] == {"calls": 1, "handling_s": 60.0}
        desk.time.advance(5.0)
        answer = await client.post(
            "/api/v1/wrapup",
            json={"call": "call-1", "disposition": "solved", "notes": "sent", "promise": None},
        )
        assert answer.status_code == 200
        desk.queues.presences["li_na"] = (Presence.AVAILABLE, "", now().wall)
        happened(e.PresenceChanged("li_na", "available", ""))
        assert (await page.get("wrapup"))["done"] is True
        assert desk.live.presenter.offer_of("li_na") is None
    assert desk.live.agent_days.today("li_na", now().wall).handling_s == 65.0
    assert len(desk.live.presenter) == 0


async def test_wrap_up_is_durable_before_it_is_answered_and_only_ones_own(desk):
    call_with_token(desk)
    desk.queues.wrap_ups["li_na"] = WrapUp("call-1", None, 0.0)
    body = {"call": "call-1", "disposition": "solved", "notes": "her own words"}
    async with desk.logged_in() as client, desk.logged_in("wang_wu") as other:
        assert (await other.post("/api/v1/wrapup", json=body)).status_code == 409
        wrong = await client.post("/api/v1/wrapup", json={**body, "disposition": "nonsense"})
        assert (wrong.status_code, wrong.json()["code"]) == (422, "no_disposition")
        assert (await client.post("/api/v1/wrapup", json=body)).status_code == 200
        assert (await client.post("/api/v1/wrapup", json=body)).status_code == 409
        at = desk.time.now().wall
        desk.archive.calls = [CallRecord("call-1", "default", "n1", 1, started=at, updated=at)]
        written = (await other.get("/api/v1/calls/call-1")).json()["wrapup"]
        assert (written["agent"], written["notes"]) == ("li_na", "her own words")
    last = desk.log.records[-1]
    assert last.kind == "disposition.set"
    assert "her own words" not in repr(last.payload)
    assert desk.log.flushed == len(desk.log.records)
    assert ("finished", "li_na") in desk.queues.told


async def test_queue_lengths_are_told_at_most_four_times_a_second(desk):
    async with desk.logged_in() as client, desk.page(client) as page:
        await page.snapshot()
        for count in range(100):
            desk.queues.lines = [QueueState("support", count + 1, 1.0)]
            desk.log.emit(e.QueueEntered(f"c{count}", "support", 1, 0), desk.time.now())
        desk.time.advance(1.0)
        assert (await page.get())["queues"][0]["waiting"] == 100
        await page.settled()
    assert desk.time.pending == 0


async def test_a_page_that_does_not_read_is_dropped_and_holds_nobody_up(desk):
    async with (
        desk.logged_in() as client,
        desk.page(client) as slow,
        desk.page(client) as quick,
    ):
        await slow.snapshot()
        await quick.snapshot()
        slow.reading.clear()
        for count in range(MAX_WAITING + 5):
            desk.live.pages.broadcast("li_na", {"type": "presence", "count": count})
            assert (await quick.get("presence"))["count"] == count
        slow.reading.set()
        kinds = [(await slow.event())["type"] for _ in range(1)]
        while kinds[-1] == "websocket.send":
            kinds.append((await slow.event())["type"])
        assert kinds[-1] == "websocket.close"
        assert len(desk.live.pages.of("li_na")) == 1
    assert desk.live.pages.dropped == 1


@pytest.mark.parametrize(
    "garbage",
    ["", "null", "[]", "[" * 100_000, "x" * 5000, '{"type": "rendered"}',
     '{"type": "rendered", "offer": 1, "epoch": 1}',
     '{"type": "rendered", "offer": "o", "epoch": true}'],
)  # fmt: skip
async def test_garbage_from_a_page_is_counted_and_then_the_page_is_closed(desk, garbage):
    async with desk.logged_in() as client, desk.page(client) as page:
        await page.snapshot()
        for _ in range(19):
            page.send(garbage)
        await page.settled()
        page.send(garbage)
        assert (await page.event())["code"] == 1008
    assert desk.live.pages.bad == 20
    assert desk.queues.told == [("opened", "li_na"), ("closed", "li_na")]


async def test_logging_out_closes_the_pages_of_that_session(desk):
    async with desk.logged_in() as client, desk.page(client) as page:
        await page.snapshot()
        await client.post("/api/v1/logout")
        assert (await page.event())["code"] == 4401


async def test_a_page_does_not_outlive_its_session(desk, monkeypatch):
    monkeypatch.setattr("desk.socket.RECHECK_S", 0.0)
    async with desk.logged_in() as client, desk.page(client) as page:
        await page.snapshot()
        await page.settled()
        desk.people.open.clear()
        assert (await page.event())["code"] == 4401


async def test_one_agent_may_not_open_pages_without_end(desk):
    async with desk.logged_in() as client, AsyncExitStack() as stack:
        for _ in range(MAX_PAGES):
            page = await stack.enter_async_context(desk.page(client))
            await page.snapshot()
        extra = await stack.enter_async_context(desk.page(client))
        await extra.accepted()
        assert (await extra.event())["code"] == 1008
    assert len(desk.live.pages) == 0
