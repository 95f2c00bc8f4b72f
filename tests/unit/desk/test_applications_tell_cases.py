import json

import pytest

CASE = {
    "customer": {"id": "C1001", "name": "Wang Fang", "number": "+8613800138000", "level": "gold"},
    "channel": "app",
    "business": "transfer_abroad",
    "title": "Transfer abroad",
    "link": "https://bank.example/{case}?s={step}&c={continue}",
}
EVENTS = [
    {"kind": "screen", "screen": "home", "title": "Home"},
    {"kind": "message", "who": "customer", "text": "why?", "at": "2020-01-02T03:04:05Z"},
    {"kind": "step", "step": "amount", "number": 3, "of": 5, "title": "Amount"},
    {
        "kind": "form",
        "step": "amount",
        "fields": [
            {"name": "amount", "label": "Amount", "value": "60,000", "scope": "agent"},
            {"name": "pin", "label": "PIN", "value": "483920", "scope": "secret"},
        ],
    },
    {"kind": "error", "step": "amount", "code": "LIMIT_EXCEEDED", "text": "over the limit"},
    {"kind": "help", "step": "amount", "text": "please"},
]


async def opened(client):
    answer = await client.post("/api/v1/cases", json=CASE)
    assert answer.status_code == 201, answer.text
    return answer.json()["case"]


async def test_a_case_its_events_and_a_handoff(desk):
    async with desk.with_key("app-key") as client:
        case = await opened(client)
        answer = await client.post(f"/api/v1/cases/{case}/events", json={"events": EVENTS})
        assert (answer.status_code, answer.json()) == (202, {"accepted": 6})
        handoff = await client.post(f"/api/v1/cases/{case}/handoff", json={"step": "amount"})
        assert handoff.status_code == 201
        told = handoff.json()
        assert told["user_to_user"] == f"{told['token']};encoding=hex"
        assert (len(told["token"]), len(told["code"]), told["dial"]) == (32, 6, "6000")
        assert desk.log.kinds().index("handoff.created") < desk.log.flushed
        seen = (await client.get(f"/api/v1/cases/{case}")).json()
        assert (seen["state"], seen["step"], seen["completed"]) == ("stuck", "amount", [])
        assert desk.handoffs.case(case).journey.chat[0].at == 1577934245.0
        await client.post(
            f"/api/v1/cases/{case}/events",
            json={"events": [{"kind": "completed", "step": "amount", "result": "sent"}]},
        )
        seen = (await client.get(f"/api/v1/cases/{case}")).json()
        assert seen["state"] == "completed"
        assert seen["completed"][0]["result"] == "sent"
    assert "483920" not in repr(desk.log.records)
    assert told["token"] not in repr(desk.log.records)


async def test_another_applications_case_is_as_good_as_none(desk):
    async with desk.with_key("app-key") as bank, desk.with_key("shop-key") as shop:
        case = await opened(bank)
        for method, path, body in (
            ("GET", "", None),
            ("POST", "/events", {"events": []}),
            ("POST", "/handoff", {"step": "amount"}),
        ):
            answer = await shop.request(method, f"/api/v1/cases/{case}{path}", json=body)
            assert answer.status_code == 404
            missing = await bank.request(method, f"/api/v1/cases/none{path}", json=body)
            assert answer.json() == missing.json()


def bad(**changes):
    return {**CASE, **changes}


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        None,
        "x",
        bad(link="javascript:alert(1)"),
        bad(channel="smoke"),
        bad(surprise=1),
        bad(customer={"id": "", "name": "x"}),
        bad(business="a\nb"),
        bad(title="x" * 201),
        bad(title="\ud800"),
        bad(title="a\x00b"),
    ],
)
async def test_a_body_that_does_not_fit_is_explained(desk, body):
    async with desk.with_key("app-key") as client:
        answer = await client.post(
            "/api/v1/cases",
            content=json.dumps(body),
            headers={"content-type": "application/json"},
        )
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
        told = answer.json()
        assert {"type", "title", "status", "detail", "code", "errors"} <= told.keys()
        assert all(one["loc"] and one["message"] for one in told["errors"])
    assert desk.log.records == []


@pytest.mark.parametrize(
    "event",
    [
        {"kind": "form", "step": "s", "fields": [{"name": "pin", "value": "483920", "scope": "x"}]},
        {"kind": "step", "step": "s", "number": -1},
        {"kind": "nonsense"},
        {"step": "s"},
        7,
    ],
)
async def test_a_bad_event_refuses_the_batch_and_repeats_no_value(desk, event):
    async with desk.with_key("app-key") as client:
        case = await opened(client)
        answer = await client.post(
            f"/api/v1/cases/{case}/events", json={"events": [EVENTS[0], event]}
        )
        assert answer.status_code == 422
        assert "483920" not in answer.text
    assert desk.handoffs.case(case).journey.entries == ()


async def test_too_many_events_and_too_long_bodies_are_refused(desk):
    async with desk.with_key("app-key") as client:
        case = await opened(client)
        url = f"/api/v1/cases/{case}/events"
        assert (await client.post(url, json={"events": EVENTS[:1] * 201})).status_code == 422
        answer = await client.post(url, content=b"x" * 300_000)
        assert (answer.status_code, answer.json()["code"]) == (413, "too_long")

        async def untold():
            for _ in range(40):
                yield b" " * 10_000

        assert (await client.post(url, content=untold())).status_code == 413
        answer = await client.post(
            url, content=b'{"events": [', headers={"content-type": "application/json"}
        )
        assert answer.status_code == 422
        deep = await client.post(
            url, content=b"[" * 100_000, headers={"content-type": "application/json"}
        )
        assert deep.status_code in (400, 422)
        assert deep.headers["content-type"] == "application/problem+json"


async def test_an_observation_is_kept_with_its_source(desk):
    body = {"name": "audio.agent_hears_customer", "source": "phone", "call": "c1",
            "detail": {"level": 0.5}}  # fmt: skip
    async with desk.with_key("eye-key") as client:
        assert (await client.post("/api/v1/observations", json=body)).status_code == 202
        for wrong in ({"name": "Not A Name"}, {"detail": {"x": "y" * 201}}, {"detail": {"x": {}}}):
            answer = await client.post("/api/v1/observations", json=body | wrong)
            assert answer.status_code == 422
    (record,) = desk.log.records
    assert (record.kind, record.call) == ("observation", "c1")
    assert json.loads(json.dumps(record.payload))["source"] == "phone"
