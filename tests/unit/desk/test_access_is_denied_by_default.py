import pytest
from fastapi import APIRouter

from base.errors import UsageError
from desk.app import ROUTERS, refuse_unguarded

OPEN = {"/healthz", "/readyz", "/api/v1/login", "/{path:path}"}
ROUTES = [
    (method, route.path)
    for router in ROUTERS
    for route in router.routes
    for method in sorted(getattr(route, "methods", None) or [])
]
BEARER = {"Authorization": "Bearer app-key"}
BODIES = {"/api/v1/login": {"name": "li_na", "password": "wrong"}}


def needs(path):
    if path in OPEN:
        return None
    if path.endswith("/continue"):
        return "agent"
    apps = ("/api/v1/cases", "/api/v1/continue")
    if path.startswith(apps):
        return "app"
    return "observer" if path in ("/api/v1/observations", "/metrics") else "agent"


@pytest.mark.parametrize(("method", "path"), ROUTES)
async def test_no_route_serves_a_stranger_or_the_wrong_role(desk, method, path):
    role = needs(path)
    url = path.replace("{", "").replace("}", "")
    keys = {"app": "app-key", "observer": "eye-key"}
    async with desk.http(peer="198.51.100.7") as stranger:
        answer = await stranger.request(method, url, json={})
        assert (answer.status_code == 401) == (role is not None), answer.text
        for holder, key in keys.items():
            if role is not None and role != holder:
                headers = {"Authorization": f"Bearer {key}"}
                answer = await stranger.request(method, url, json={}, headers=headers)
                assert answer.status_code in (401, 403)
    if role in keys:
        async with desk.logged_in() as agent:
            if path != "/metrics":
                assert (await agent.request(method, url, json={})).status_code == 401


def test_every_route_is_in_the_list_above():
    assert ("POST", "/api/v1/cases/{case}/handoff") in ROUTES
    assert len(ROUTES) >= 22


def test_a_route_without_a_guard_does_not_build():
    router = APIRouter()

    @router.get("/secret")
    async def secret() -> str:
        return "everything"

    with pytest.raises(UsageError):
        refuse_unguarded(router.routes)


WRITES = [
    ("POST", "/api/v1/logout"),
    ("PUT", "/api/v1/presence"),
    ("POST", "/api/v1/call/hangup"),
    ("POST", "/api/v1/wrapup"),
    ("POST", "/api/v1/cases/c/continue"),
    ("DELETE", "/api/v1/recordings/r"),
]


@pytest.mark.parametrize(("method", "url"), WRITES)
@pytest.mark.parametrize(
    "headers",
    [{"X-CSRF-Token": ""}, {"X-CSRF-Token": "0" * 64}, {"Origin": "http://evil.test"}],
)
async def test_a_cookie_alone_writes_nothing(desk, method, url, headers):
    async with desk.logged_in("boss") as client:
        answer = await client.request(method, url, json={}, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "csrf")


async def test_only_an_administrator_deletes(desk):
    async with desk.logged_in("li_na") as client:
        answer = await client.delete("/api/v1/recordings/r1")
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


async def test_metrics_are_open_on_this_machine_only(desk):
    async with desk.http() as local:
        answer = await local.get("/metrics")
        assert answer.status_code == 200
        assert 'segue_calls{node="a\\"b"} 3\n' in answer.text
        proxied = await local.get("/metrics", headers={"X-Forwarded-For": "198.51.100.7"})
        assert proxied.status_code == 401
    async with desk.http(peer="198.51.100.7", Authorization="Bearer eye-key") as remote:
        assert (await remote.get("/metrics")).status_code == 200


async def test_a_socket_needs_a_session_and_our_own_page(desk):
    async with desk.logged_in() as client, desk.http() as nobody:
        for who, origin in (
            (client, "http://evil.test"),
            (client, ""),
            (nobody, "http://desk.test"),
        ):
            async with desk.page(who, origin) as page:
                assert (await page.event())["type"] == "websocket.close"
    assert ("opened", "li_na") not in desk.queues.told
