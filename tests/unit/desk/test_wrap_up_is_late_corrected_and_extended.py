import pytest

from records.folds.cdr import CallRecord, PopTimes
from switch import events as e
from switch.offer import Presence
from switch.queue.contact import AgentCall, WrapUp

BODY = {"call": "call-1", "disposition": "solved", "notes": "her own words"}


def had(desk, agent="li_na", **fields):
    """A call that is over, and that this agent had."""
    desk.archive.calls.append(
        CallRecord(
            "call-1", "default", "n1", 1, 0.0, 9.0, ended=9.0, case="case-1",
            pops=(
                PopTimes("o1", 1, "wang_wu", 1.0, ended=2.0, reason="no_answer"),
                PopTimes("o1", 2, agent, 2.0, answered=3.0),
            ),
            **fields,
        )
    )  # fmt: skip


def written(desk):
    return [one.event for one in desk.log.records if one.kind == "disposition.set"]


async def test_who_had_the_call_writes_it_up_when_the_time_is_over(desk):
    had(desk)
    async with desk.logged_in() as client:
        answer = await client.post("/api/v1/wrapup", json=BODY)
        assert (answer.status_code, answer.json()["late"]) == (200, True)
    (one,) = written(desk)
    assert (one.case, one.agent, one.notes, one.late, one.corrects) == (
        "case-1", "li_na", "her own words", True, False,
    )  # fmt: skip
    assert desk.log.flushed == len(desk.log.records)
    assert desk.queues.told == []


async def test_a_late_one_does_not_end_the_wrap_up_of_another_call(desk):
    had(desk)
    desk.queues.wrap_ups["li_na"] = WrapUp("call-2", None, 99.0)
    async with desk.logged_in() as client:
        assert (await client.post("/api/v1/wrapup", json=BODY)).status_code == 200
    assert desk.queues.wrap_ups["li_na"].call == "call-2"


async def test_a_second_one_corrects_the_first_and_says_so(desk):
    had(desk, disposition="solved")
    async with desk.logged_in() as client:
        answer = await client.post("/api/v1/wrapup", json={**BODY, "notes": "better words"})
        assert answer.json() == {
            "call": "call-1", "disposition": "solved", "late": True, "corrects": True,
        }  # fmt: skip
    (one,) = written(desk)
    assert (one.corrects, one.notes) == (True, "better words")


async def test_nobody_writes_up_a_call_that_only_rang_them(desk):
    had(desk)
    async with desk.logged_in("wang_wu") as other, desk.logged_in() as client:
        refused = await other.post("/api/v1/wrapup", json=BODY)
        assert (refused.status_code, refused.json()["code"]) == (409, "no_wrap_up")
        unknown = await client.post("/api/v1/wrapup", json={**BODY, "call": "call-9"})
        assert unknown.status_code == 409
    assert written(desk) == []


async def test_more_time_is_given_with_a_reason_and_shown(desk):
    until = desk.time.now().wall + 30.0
    desk.queues.wrap_ups["li_na"] = WrapUp("call-1", None, until, 1)
    body = {"call": "call-1", "reason": " the tariff is hard to find "}
    async with desk.logged_in() as client, desk.page(client) as page:
        snapshot = await page.snapshot()
        assert snapshot["wrapup"]["extensions"] == 1
        for wrong in ({**body, "reason": "  "}, {**body, "call": ""}, {"call": "call-1"}):
            assert (await client.post("/api/v1/wrapup/extend", json=wrong)).status_code == 422
        answer = await client.post("/api/v1/wrapup/extend", json=body)
        assert (answer.status_code, answer.json()["extensions"]) == (200, 0)
        told = e.WrapUpWasExtended("call-1", "li_na", 60.0, 0, body["reason"])
        desk.log.emit(told, desk.time.now())
        desk.time.advance(0.0)
        longer = await page.get("wrapup")
        assert (longer["until"], longer["extensions"]) == (answer.json()["until"], 0)
        refused = await client.post("/api/v1/wrapup/extend", json=body)
        assert (refused.status_code, refused.json()["code"]) == (409, "no_more_time")
        desk.queues.wrap_ups.clear()
        refused = await client.post("/api/v1/wrapup/extend", json=body)
        assert (refused.status_code, refused.json()["code"]) == (409, "no_wrap_up")
    assert ("extended", "li_na", "call-1", "the tariff is hard to find") in desk.queues.told
    assert "tariff" not in repr([record.payload for record in desk.log.records])


async def test_the_day_is_told_when_it_changes_with_the_wrap_up_in_it(desk):
    async with desk.logged_in() as client, desk.page(client) as page:
        await page.snapshot()
        desk.queues.presences["li_na"] = (Presence.WRAP_UP, "", desk.time.now().wall)
        desk.log.emit(e.AgentFinished("call-1", "li_na", 60.0, "agent"), desk.time.now())
        desk.log.emit(e.PresenceChanged("li_na", "wrap_up", ""), desk.time.now())
        desk.time.advance(0.0)
        today = await page.get("today")
        assert (today["calls"], today["handling_s"]) == (1, 60.0)
        desk.time.advance(12.0)
        desk.log.emit(e.PresenceChanged("li_na", "available", ""), desk.time.now())
        desk.time.advance(0.0)
        assert (await page.get("today"))["handling_s"] == 72.0
        desk.log.emit(e.PresenceChanged("li_na", "available", ""), desk.time.now())
        desk.time.advance(0.0)
        await page.settled()  # nothing changed: nothing is told


@pytest.mark.parametrize("state", ["ringing", "talking", "held"])
async def test_a_call_that_goes_on_is_listed_with_its_length_so_far(desk, state):
    now = desk.time.now().wall
    desk.archive.calls.append(CallRecord("call-1", "default", "n1", 1, now - 8.0, now))
    desk.queues.calls["li_na"] = AgentCall("call-1", None, "support", "1", state, now)
    async with desk.logged_in() as client:
        (call,) = (await client.get("/api/v1/calls")).json()["calls"]
    assert (call["live"], call["ended"], call["seconds"], call["outcome"]) == (
        True, None, 8.0, "live",
    )  # fmt: skip
