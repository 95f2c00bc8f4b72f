import pydantic
from hypothesis import given
from hypothesis import strategies as st

from desk.models import WhoCallsBody
from handoff.cases import Customer
from handoff.channels.app import FormFilled, StepEntered
from handoff.channels.event import FormField, Scope
from handoff.service import NewCase
from switch.application import CallFacts, CallId
from switch.queue.contact import AgentCall, WrapUp

NUMBER = "+8613800138000"


def answered(desk, state="talking"):
    """An offer that the agent took."""
    offer = desk.offer("call-1")
    now = desk.time.now().wall
    desk.queues.calls["li_na"] = AgentCall("call-1", offer.case, "support", NUMBER, state, now)
    return offer


def shared_number(desk, *names):
    """Customers who share a number, and a call from it; their cases."""
    cases = []
    for place, name in enumerate(names):
        customer = Customer(f"C{place}", name, NUMBER)
        new = NewCase("app", "transfer", "Transfer", "https://bank.example/{continue}", customer)
        case = desk.handoffs.open_case("bank", new)
        at = desk.time.now().wall
        fields = (FormField("payee", "Payee", f"payee of {name}", Scope.AGENT),)
        desk.handoffs.tell(
            case,
            [
                StepEntered(at=at, step="amount", number=3, of=5, title="Amount"),
                FormFilled(at=at, step="amount", fields=fields),
            ],
        )
        cases.append(case)
    facts = CallFacts(CallId("call-1"), "default", NUMBER, "", "6000", None, True, {})
    desk.handoffs.arrived(facts)
    return cases


async def test_a_candidate_who_is_confirmed_is_shown_at_once_and_may_be_continued(desk):
    _, li = shared_number(desk, "Wang Fang", "Li Lei")
    async with desk.logged_in() as client, desk.page(client) as page:
        await page.snapshot()
        offer = answered(desk)
        shown = await page.get("offer")
        assert {one["name"] for one in shown["pop"]["match"]["candidates"]} == {
            "Wang Fang", "Li Lei",
        }  # fmt: skip
        assert shown["pop"]["form"] == []
        body = {"offer": offer.id, "epoch": offer.epoch, "case": li.id}
        answer = await client.post("/api/v1/calls/call-1/customer", json=body)
        assert (answer.status_code, answer.json()) == (200, {"call": "call-1", "case": li.id})
        desk.time.advance(0.0)
        again = await page.get("case")
        assert (again["call"], again["case"]) == ("call-1", li.id)
        assert again["pop"]["customer"]["name"] == "Li Lei"
        assert (again["pop"]["match"]["by"], again["pop"]["match"]["confidence"]) == ("agent", 0.9)
        assert again["pop"]["form"][0]["value"] == "payee of Li Lei"
        granted = await client.post(
            f"/api/v1/cases/{li.id}/continue", json={"offer": offer.id, "epoch": offer.epoch}
        )
        assert granted.status_code == 201
    (matched,) = [one for one in desk.log.records if one.kind == "context.matched"]
    assert (matched.payload["by"], matched.agent) == ("agent", "li_na")
    assert ("attached", "call-1", li.id) in desk.queues.told
    assert "Li Lei" not in repr(matched.payload)


async def test_the_call_bar_gets_the_name_too(desk):
    (wang,) = shared_number(desk, "Wang Fang")
    async with desk.logged_in() as client, desk.page(client) as page:
        await page.snapshot()
        offer = answered(desk)
        desk.live._agent_of["call-1"] = "li_na"  # the switch told of the offer
        body = {"offer": offer.id, "epoch": offer.epoch, "case": wang.id}
        await client.post("/api/v1/calls/call-1/customer", json=body)
        desk.time.advance(0.0)
        bar = await page.get("call")
        assert (bar["customer"], bar["case"]) == ("Wang Fang", wang.id)


async def test_a_new_customer_is_named_and_the_contact_is_theirs(desk):
    facts = CallFacts(CallId("call-1"), "default", NUMBER, "", "6000", None, True, {})
    desk.handoffs.arrived(facts)
    async with desk.logged_in() as client, desk.page(client) as page:
        await page.snapshot()
        offer = answered(desk)
        body = {"offer": offer.id, "epoch": offer.epoch, "new": {"name": " Zhao Min "}}
        answer = await client.post("/api/v1/calls/call-1/customer", json=body)
        assert answer.status_code == 200
        desk.time.advance(0.0)
        again = await page.get("case")
        assert again["case"] == answer.json()["case"]
        assert again["pop"]["customer"]["name"] == "Zhao Min"
        assert again["pop"]["customer"]["number"] == NUMBER


async def test_only_the_agent_who_has_the_call_says_who_it_is(desk):
    (wang,) = shared_number(desk, "Wang Fang")
    offer = answered(desk)
    good = {"offer": offer.id, "epoch": offer.epoch, "case": wang.id}
    path = "/api/v1/calls/call-1/customer"
    async with (
        desk.logged_in() as client,
        desk.logged_in("wang_wu") as other,
        desk.with_key("app-key") as app,
    ):
        assert (await other.post(path, json=good)).status_code == 410
        assert (await app.post(path, json=good)).status_code == 401
        assert (await client.post("/api/v1/calls/call-2/customer", json=good)).status_code == 410
        assert (await client.post(path, json={**good, "epoch": 99})).status_code == 410
        for wrong in ({**good, "new": {"name": "X"}}, {**good, "case": None}, {**good, "x": 1}):
            assert (await client.post(path, json=wrong)).status_code == 422
        foreign = await client.post(path, json={**good, "case": "01ARZ3NDEKTSV4RRFFQ69G5FAV"})
        assert (foreign.status_code, foreign.json()["code"]) == (409, "customer_no_candidate")
        desk.live.presenter.withdraw(offer, "no_answer")
        assert (await client.post(path, json=good)).status_code == 410


async def test_nobody_is_named_before_the_call_is_answered_but_in_wrap_up(desk):
    (wang,) = shared_number(desk, "Wang Fang")
    offer = answered(desk, "ringing")
    body = {"offer": offer.id, "epoch": offer.epoch, "case": wang.id}
    async with desk.logged_in() as client:
        refused = await client.post("/api/v1/calls/call-1/customer", json=body)
        assert (refused.status_code, refused.json()["code"]) == (409, "not_asked")
        del desk.queues.calls["li_na"]
        desk.queues.wrap_ups["li_na"] = WrapUp("call-1", None, 99.0)
        assert (await client.post("/api/v1/calls/call-1/customer", json=body)).status_code == 200


async def test_the_language_is_kept_with_the_account(desk):
    async with desk.logged_in() as client:
        answer = await client.put("/api/v1/me", json={"language": "zh"})
        assert (answer.status_code, answer.json()["language"]) == (200, "zh")
        assert (await client.get("/api/v1/me")).json()["language"] == "zh"
        assert (await client.put("/api/v1/me", json={"language": "tlh"})).status_code == 422
    async with desk.logged_in("wang_wu") as other:
        assert (await other.get("/api/v1/me")).json()["language"] == "zh"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(
    st.fixed_dictionaries(
        {"offer": st.just("o") | JSON, "epoch": st.integers() | JSON},
        optional={
            "case": st.text() | JSON,
            "new": st.fixed_dictionaries({"name": st.text()}, optional={"number": st.text()})
            | JSON,
        },
    )
)
def test_any_body_names_one_customer_or_is_refused(plain):
    try:
        body = WhoCallsBody.model_validate(plain)
    except pydantic.ValidationError:
        return
    assert (body.case is None) != (body.new is None)
    if body.new is not None:
        assert body.new.name.strip()
        assert "\x00" not in body.new.name
        assert set(body.new.number or "") <= set("+0123456789 ()./-")
