from datetime import UTC, datetime

import pytest

from base.errors import UnavailableError
from media.contract import MediaError
from records.contract import RecordingEntry, RecordingState
from records.folds.cdr import CallRecord, PathStep
from switch.events import CallReceived
from switch.queue.contact import AgentCall

WAV = b"RIFF" + bytes(range(256)) * 8


def recorded(desk, state=RecordingState.SEALED):
    (desk.archive.folder / "r1.wav").write_bytes(WAV)
    day = datetime(2027, 11, 22, tzinfo=UTC)
    desk.archive.entries["r1"] = RecordingEntry(
        "r1", "call-1", "default", day, day, state, path="r1.wav"
    )


async def test_presence_is_asked_for_and_answered(desk):
    async with desk.logged_in() as client:
        body = {"presence": "break", "reason": "lunch"}
        answer = await client.put("/api/v1/presence", json=body)
        assert answer.status_code == 200
        assert answer.json()["presence"] == "break"
        assert answer.json()["reason"] == "lunch"
        answer = await client.put("/api/v1/presence", json={"presence": "talking"})
        assert answer.status_code == 422


@pytest.mark.parametrize(
    ("verb", "told"), [("hold", "hold"), ("resume", "resume"), ("hangup", "hang_up")]
)
async def test_a_call_is_steered_only_when_there_is_one(desk, verb, told):
    async with desk.logged_in() as client:
        assert (await client.post(f"/api/v1/call/{verb}")).status_code == 409
        desk.queues.calls["li_na"] = AgentCall("c", None, "support", "1", "talking", 1.0)
        assert (await client.post(f"/api/v1/call/{verb}")).status_code == 202
    assert desk.queues.told == [(told, "li_na")]


@pytest.mark.parametrize("verb", ["hold", "resume", "hangup"])
async def test_a_call_that_ends_this_moment_is_refused_and_no_defect(desk, verb, monkeypatch):
    def gone(agent):
        raise MediaError("the session is closed")

    for name in ("hold", "resume", "hang_up"):
        monkeypatch.setattr(desk.queues, name, gone)
    async with desk.logged_in() as client:
        desk.queues.calls["li_na"] = AgentCall("c", None, "support", "1", "talking", 1.0)
        answer = await client.post(f"/api/v1/call/{verb}")
        assert (answer.status_code, answer.json()["code"]) == (409, "no_call")


async def test_a_call_that_rings_cannot_be_held_and_the_agent_is_told_why(desk):
    async with desk.logged_in() as client:
        desk.queues.calls["li_na"] = AgentCall("c", None, "support", "1", "ringing", 1.0)
        answer = await client.post("/api/v1/call/hold")
        assert (answer.status_code, answer.json()["code"]) == (409, "no_call")
        assert "rings" in answer.json()["detail"]


async def test_a_recording_plays_in_ranges_and_one_play_is_audited_once(desk):
    recorded(desk)
    async with desk.logged_in() as client:
        part = await client.get("/api/v1/recordings/r1/audio", headers={"Range": "bytes=4-7"})
        assert (part.status_code, part.content) == (206, WAV[4:8])
        whole = await client.get("/api/v1/recordings/r1/audio")
        assert (whole.content, whole.headers["content-type"]) == (WAV, "audio/wav")
        beyond = await client.get("/api/v1/recordings/r1/audio", headers={"Range": "bytes=99999-"})
        assert beyond.status_code == 416
        assert desk.archive.plays == [("r1", "li_na")]
        desk.time.advance(601.0)
        await client.get("/api/v1/recordings/r1/audio", headers={"Range": "bytes=4-7"})
        assert desk.archive.plays == [("r1", "li_na")] * 2


async def test_what_cannot_be_audited_is_not_played_in_any_range(desk):
    recorded(desk)
    desk.archive.lost = True
    async with desk.logged_in() as client:
        for _ in range(2):
            assert (await client.get("/api/v1/recordings/r1/audio")).status_code == 503
        desk.archive.lost = False
        assert (await client.get("/api/v1/recordings/r1/audio")).status_code == 200
    assert desk.archive.plays == [("r1", "li_na")]


async def test_what_is_not_there_or_not_finished_is_told_apart(desk):
    async with desk.logged_in() as client:
        assert (await client.get("/api/v1/recordings/r1/audio")).status_code == 404
        recorded(desk, RecordingState.SPOOLED)
        answer = await client.get("/api/v1/recordings/r1/audio")
        assert (answer.status_code, answer.json()["code"]) == (409, "not_sealed")
        assert (await client.get("/api/v1/recordings/..%2Fr1/audio")).status_code == 404
    assert desk.archive.plays == []


async def test_deleting_before_the_day_is_refused_with_the_day(desk):
    recorded(desk)
    desk.archive.refuse = "retention"
    async with desk.logged_in("boss") as client:
        answer = await client.delete("/api/v1/recordings/r1")
        assert (answer.status_code, answer.json()["code"]) == (409, "keep_until")
        assert "2027-11-22" in answer.json()["detail"]
        desk.archive.refuse = None
        assert (await client.delete("/api/v1/recordings/r1")).status_code == 204
        assert (await client.delete("/api/v1/recordings/r1")).status_code == 404


async def test_calls_are_listed_with_path_and_events_but_no_personal_values(desk):
    start = desk.time.now()
    desk.log.emit(
        CallReceived("call-1", "leg", "default", "6000", "flow:x", None, "sip", "+86138"), start
    )
    desk.archive.calls = [
        CallRecord(
            call="call-1",
            tenant="default",
            node="n1",
            seq=1,
            started=start.wall,
            updated=start.wall,
            caller="+86138",
            ended=start.wall + 5,
            path=(PathStep(start.wall + 1, "welcome", "play", "next"),),
        )
    ]
    async with desk.logged_in() as client:
        page = (await client.get("/api/v1/calls?limit=1")).json()
        assert page["calls"][0]["seconds"] == 5.0
        assert page["calls"][0]["started"] == "2026-11-22T02:00:00.000Z"
        call = (await client.get("/api/v1/calls/call-1")).json()
        assert call["path"][0]["t"] == 1.0
        assert [event["kind"] for event in call["events"]] == ["call.received"]
        assert "+86138" not in repr(call["events"])
        assert (await client.get("/api/v1/calls/none")).status_code == 404
        assert (await client.get("/api/v1/calls?limit=9999")).status_code == 422


async def test_a_lost_disk_is_a_503_and_a_defect_tells_nothing(desk, monkeypatch):
    async def lost():
        raise UnavailableError("the log cannot be written")

    monkeypatch.setattr(desk.log, "flush", lost)
    async with desk.with_key("app-key") as client:
        body = {"customer": {"id": "C", "name": "n"}, "channel": "app", "business": "b",
                "title": "", "link": ""}  # fmt: skip
        answer = await client.post("/api/v1/cases", json=body)
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")

        async def broken():
            raise RuntimeError("the password is hunter2")

        monkeypatch.setattr(desk.log, "flush", broken)
        answer = await client.post("/api/v1/cases", json=body)
        assert (answer.status_code, answer.json()["code"]) == (500, "defect")
        assert "hunter2" not in answer.text


async def test_health_and_readiness(desk):
    async with desk.http() as client:
        assert (await client.get("/healthz")).json() == {"status": "ok"}
        assert (await client.get("/readyz")).status_code == 200
        desk.node.ready = False
        answer = await client.get("/readyz")
        assert (answer.status_code, answer.json()["checks"]) == (503, {"log": False})


async def test_the_page_is_served_or_it_is_said_how_to_build_it(desk):
    async with desk.http() as client:
        answer = await client.get("/")
        assert answer.status_code == 503
        assert "npm run build" in answer.text
        static = desk.services.static
        (static / "assets").mkdir(parents=True)
        (static / "index.html").write_text("the page")
        (static / "assets" / "app-1a.js").write_text("code")
        (static.parent / "secret").write_text("secret")
        for path in ("/", "/calls/123", "/..%2Fsecret"):
            answer = await client.get(path)
            assert (answer.status_code, answer.text) == (200, "the page")
        assert (await client.get("/assets/app-1a.js")).text == "code"
        assert (await client.get("/assets/none.js")).status_code == 404
        # A name that no disk can hold is an address like any other.
        assert (await client.get("/" + "a" * 6000)).status_code == 200
        missing = await client.get("/api/v1/none")
        assert missing.headers["content-type"] == "application/problem+json"
        assert missing.status_code == 404
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert "script-src 'self';" in answer.headers["content-security-policy"]
